// limn: the command line.
#include <CLI/CLI.hpp>
#include <iostream>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/base/toml.h"
#include "report.h"
#include "verbs.h"

namespace {

using limn::Error;
using limn::ErrorKind;

constexpr const char* version = LIMN_VERSION;

/// What the command line asked for.
struct Request {
  limn::app::PredictArguments predict;
  limn::app::DemoArguments demo;
  limn::app::SynthArguments synth;
  limn::app::PackArguments pack;
  limn::app::EvalArguments eval;
  limn::app::AblateArguments ablate;
  limn::app::ExportArguments exported;
  limn::app::QuantiseArguments quantise;
  limn::app::ConvertArguments convert;
};

void describe_convert(CLI::App& convert, limn::app::ConvertArguments& request) {
  convert
      .add_option("SOURCE", request.source,
                  "poses.json, poses.csv or poses.npz, COCO keypoint results, a file of OpenPose or a folder of them, or a "
                  "motion, .bvh")
      ->required();
  convert.add_option("--out", request.out, "folder for the results; made if need be")->required();
  convert
      .add_option("--format", request.formats,
                  "any of json,coco,openpose,csv,npz,bvh,glb; of 2D keypoints coco and openpose, of a motion bvh and glb")
      ->delimiter(',')
      ->required();
  convert.footer("Example: limn convert results/poses.json --format bvh,glb --out motion");
}

void describe_synth(CLI::App& synth, limn::app::SynthArguments& request) {
  synth.add_option("--out", request.out, "folder for shards (tar of JPEG and JSON); an interrupted run is continued");
  synth.add_option("--sheet", request.sheet, "contact sheet, .png: the first 100 people at most, with their skeletons");
  synth.add_flag("--plain", request.plain, "no skeletons and captions on the sheet");
  synth.add_option("--clip", request.clip, "video of one moving person, .mp4, and its labels beside it, .jsonl: a line a frame");
  synth.add_option("--count", request.count, "people; default 1000, 100 for a sheet alone")
      ->check(CLI::Range(1ll, 1'000'000'000ll));
  synth.add_option("--size", request.size, "side of the pictures, px (default 128)");
  synth.add_option("--seed", request.seed, "the same seed gives the same people (default 1)");
  synth.add_option("--workers", request.workers, "threads; default one a core")->check(CLI::Range(1, 1024));
  synth.add_option("--per-shard", request.per_shard, "people a shard (default 1000)")->check(CLI::Range(1, 1'000'000));
  synth.add_flag("--mask", request.mask, "with masks of the person");
  synth.add_flag("--depth", request.depth, "with depth maps");
  synth.add_flag("--pairs,!--no-pairs", request.pairs,
                 "with a second picture of each person in another pose (default)");
  synth.add_flag("--held-out", request.held_out,
                 "with the fifth of synth.characters and synth.motions that training never sees");
  synth.add_option("--seconds", request.seconds, "length of the clip (default 4)");
  synth.add_option("--config", request.config, "settings of the generator (TOML)");
  synth.add_option("--set", request.set, "change a setting: --set synth.facing_deg=90")->expected(1)->take_all();
  synth.add_flag("--fields", request.lists, "list the settings with their defaults, ranges and meanings");
  synth.add_flag("--quiet", request.quiet, "no progress");
  synth.footer("Example: limn synth --count 10000 --size 256 --out people --mask\n"
               "         limn synth --sheet people.png --set synth.characters=characters --set synth.motions=bvh");
}

void describe_pack(CLI::App& pack, limn::app::PackArguments& request) {
  pack.add_option("SOURCE", request.sources, "videos, pictures, and folders of them")->required();
  pack.add_option("--out", request.out, "folder for the shards and plates; an interrupted run is continued")->required();
  pack.add_option("--sheet", request.sheet, "contact sheet, .png: two crops each of 60 clips at most");
  pack.add_option("--model", request.model,
                  "looks for people where the camera moved, and in pictures: a weight file, default "
                  "models/limn-s.safetensors, $LIMN_MODEL; or none");
  pack.add_option("--score", request.least_score,
                  "of the model, from which somebody is there (default 0.7)")
      ->check(CLI::Range(0.0, 1.0));
  pack.add_option("--size", request.size, "side of the crops, px (default 160)");
  pack.add_option("--rate", request.rate, "frames looked at in a second of video (default 5)");
  pack.add_option("--stretch", request.stretch_s, "longest clip, seconds (default 10)");
  pack.add_flag("--plates,!--no-plates", request.plates, "with photographs of the places without people (default)");
  pack.add_flag("--quiet", request.quiet, "no progress");
  pack.footer("Example: limn pack my/videos my/pictures --out packed --sheet packed.png\n"
              "         limn train --set 'data.real=[\"packed\"]' --set 'synth.backgrounds=[\"packed/plates\"]'");
}

void describe_eval(CLI::App& eval, limn::app::EvalArguments& request) {
  eval.add_option("--dataset", request.dataset,
                  "lsp (Leeds Sports Pose), mpii, coco (keypoints), h36m (Human3.6M), h36m-simplified, mpi-inf-3dhp or shards "
                  "(of limn synth): docs/eval_report.md")
      ->required();
  eval.add_option("--data", request.data, "folder of the data set")->required();
  eval.add_option("--split", request.split, "of lsp as published: all (default), train or test");
  eval.add_option("--model", request.model, "weight file, or a name: limn-m; default limn-s, $LIMN_MODEL");
  eval.add_option("--out", request.out, "report, .json (docs/eval_report.md)");
  eval.add_option("--sheet", request.sheet, "contact sheet, .png: predictions in colour, labels in white");
  eval.add_option("--results", request.results, "what the model said, .json: COCO keypoint results");
  eval.add_option("--cases", request.cases, "people on the sheet: worst (default), first, or spread: 100 from the best to the worst")
      ->check(CLI::IsMember({"worst", "first", "spread"}));
  eval.add_option("--crop", request.crop,
                  "what the networks see: truth, 1.3 times the box of the labels (default), or search, no help");
  eval.add_flag("--mirror", request.mirror, "read the mirror image, too: twice the time, better poses");
  eval.add_option("--precision", request.precision, "arithmetic: auto (default), float32 or int8 (docs/inference.md)")
      ->check(CLI::IsMember({"auto", "float32", "int8"}));
  eval.add_option("--reread", request.stage_one,
                  "correct exchanged sides as KeypointGAN does, with weights/stage_one.safetensors of the run; in 2D");
  eval.add_flag("--quiet", request.quiet, "no progress");
  eval.footer("Example: limn eval --dataset lsp --data lsp --out report.json --sheet worst.png");
}

void describe_ablate(CLI::App& ablate, limn::app::AblateArguments& request) {
  ablate.add_option("--config", request.config, "the plan, .toml: preset, seeds, axes and rows")->required();
  ablate.add_option("--out", request.out, "folder for the runs, ablation.md, .json and .svg; a stopped one is continued")
      ->required();
  ablate.add_option("--dataset", request.dataset, "what is measured on, as in limn eval (default lsp)");
  ablate.add_option("--data", request.data, "folder of that data set")->required();
  ablate.add_option("--set", request.set, "a setting of every run: --set run.threads=1")->expected(1)->take_all();
  ablate.add_option("--jobs", request.jobs, "runs side by side (default 1)")->check(CLI::Range(1, 256));
  ablate.add_flag("--quiet", request.quiet, "no progress");
  ablate.footer("Example: limn ablate --config configs/ablation.toml --out ablation --data lsp --jobs 2 --set run.threads=1");
}

void describe(CLI::App& app, Request& request) {
  app.set_version_flag("--version", std::string("limn ") + version);
  app.require_subcommand(0, 1);

  CLI::App* predict = app.add_subcommand("predict", "poses in pictures, in videos and before a camera");
  predict
      ->add_option("SOURCE", request.predict.sources,
                   "pictures, folders of pictures, quoted patterns ('frames/*.png'), videos, webcam:0")
      ->required();
  predict->add_option("--out", request.predict.out, "folder for the results; made if need be")->required();
  predict->add_option("--model", request.predict.model, "weight file, or a name: limn-m; default limn-s, $LIMN_MODEL");
  predict->add_option("--format", request.predict.formats, "any of overlay,json,coco (default), openpose,csv,npz,bvh,glb")->delimiter(',');
  predict->add_option("--box", request.predict.box,
                      "where the person is, x,y,width,height in pixels, or \"whole\" (default: search)");
  predict->add_option("--boxes", request.predict.boxes,
                      "where people are: a JSON file (docs/boxes_json.md), or \"whole\" for the whole picture");
  predict->add_option("--people", request.predict.people, "people a picture or frame, at most (default 20)")
      ->check(CLI::Range(1, 1000));
  predict->add_option("--finder", request.predict.finder,
                      "weights that find people; default limn-person.safetensors beside the model; or none");
  predict->add_option("--start", request.predict.start_s, "of a video, seconds")->check(CLI::NonNegativeNumber);
  predict->add_option("--end", request.predict.end_s, "of a video, seconds")->check(CLI::NonNegativeNumber);
  predict->add_option("--stride", request.predict.stride, "of a video: every how many-th frame (default 1)")
      ->check(CLI::Range(1, 1'000'000));
  predict->add_flag("--raw", request.predict.raw, "of videos: every frame as read, not smoothed over time");
  predict->add_flag("--over-time,!--single-frame-3d", request.predict.over_time,
                    "of videos: 3D from the frames around each, where the model can (default), or from each alone");
  predict->add_flag("--mirror,!--no-mirror", request.predict.mirror,
                    "read the mirror image, too (default): a millisecond a person for better poses and fewer exchanged sides");
  predict->add_option("--threads", request.predict.threads,
                      "of the networks (default 1): pays while as many cores are idle; results do not depend on it")
      ->check(CLI::Range(1, 1024));
  predict->add_option("--precision", request.predict.precision,
                      "arithmetic: auto (default: int8 where weights and processor have it), float32 or int8 (docs/inference.md)")
      ->check(CLI::IsMember({"auto", "float32", "int8"}));
  predict->add_option("--max-pixels", request.predict.max_pixels, "larger pictures and frames are refused (default 1e8)")
      ->check(CLI::Range(1ll, 10'000'000'000ll));
  predict->add_flag("--quiet", request.predict.quiet, "no progress");
  predict->footer("Example: limn predict dance.mp4 --out results --format overlay,json");

  CLI::App* demo = app.add_subcommand("demo", "makes a short clip of a synthetic person and predicts it");
  demo->add_option("--out", request.demo.out, "folder for the clip and the results (default limn-demo)");
  demo->add_option("--model", request.demo.model, "weight file");
  demo->add_flag("--quiet", request.demo.quiet, "no progress");
  demo->footer("Example: limn demo --out limn-demo");

  describe_synth(*app.add_subcommand("synth", "makes pictures of synthetic people with everything known about them"),
                 request.synth);

  describe_pack(*app.add_subcommand("pack", "cuts videos and pictures to the people in them, for training"), request.pack);

  describe_eval(*app.add_subcommand("eval", "measures a model on labelled pictures"), request.eval);

  describe_ablate(*app.add_subcommand("ablate", "trains and measures a grid of settings, to one table and figure"),
                  request.ablate);

  CLI::App* exported = app.add_subcommand("export", "writes a model for other runtimes");
  exported->add_option("--onnx", request.exported.onnx, "file, .onnx: crop to 2D, 3D and rotations (docs/onnx.md)")->required();
  exported->add_option("--model", request.exported.model, "weight file, or a name: limn-m; default limn-s, $LIMN_MODEL");
  exported->footer("Example: limn export --onnx limn-s.onnx");

  CLI::App* quantise = app.add_subcommand("quantise", "measures what a model's layers span, so that it runs in eight bits");
  quantise->add_option("MODEL", request.quantise.model, "weight file, or a name: limn-m; default limn-s, $LIMN_MODEL");
  quantise->add_option("--out", request.quantise.out, "weight file to write (default: the same)");
  quantise->add_option("--pictures", request.quantise.pictures, "synthetic people to look at (default 64)")
      ->check(CLI::Range(1, 10'000));
  quantise->footer("Example: limn quantise runs/base1/weights/best.safetensors --out base-int8.safetensors");
  describe_convert(*app.add_subcommand("convert", "writes poses and motions in other formats"), request.convert);

  CLI::App* doctor = app.add_subcommand("doctor", "what this computer offers, and what slows it down");
  doctor->footer("Example: limn doctor");

  CLI::App* train = app.add_subcommand("train", "trains the networks (runs limn-train)");
  train->footer("Example: limn train --config configs/tiny.toml --set run.seed=2");
  app.footer("Example: limn predict photo.jpg --out results\nlimn VERB --help explains a verb.");
}

/// The option names that `app` knows, for naming the nearest.
std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options())
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  return names;
}

void refuse_unknown_verb(const CLI::App& app, const std::string& word) {
  if (word.empty() || word[0] == '-') return;
  std::vector<std::string> verbs;
  for (const CLI::App* verb : app.get_subcommands({})) verbs.push_back(verb->get_name());
  if (std::find(verbs.begin(), verbs.end(), word) != verbs.end()) return;
  throw Error(ErrorKind::usage, "unknown verb \"" + word + "\"", "command line",
              "did you mean \"limn " + limn::nearest_name(word, verbs) + "\"? limn --help lists the verbs");
}

/// False when help or the version was printed.
bool parse(CLI::App& app, int argc, char** argv) {
  try {
    app.parse(argc, argv);
    return true;
  } catch (const CLI::Success& asked) {
    app.exit(asked);
    return false;
  } catch (const CLI::ParseError& error) {
    const std::vector<CLI::App*> verbs = app.get_subcommands();
    const CLI::App& verb = verbs.empty() ? app : *verbs.front();
    const std::string command = verbs.empty() ? "limn" : "limn " + verb.get_name();
    std::string remedy = command + " --help lists the options";
    for (const std::string& word : app.remaining(true))
      if (word.starts_with("--"))
        remedy = "did you mean \"" + limn::nearest_name(word.substr(0, word.find('=')), option_names(verb)) + "\"? " +
                 remedy;
    throw Error(ErrorKind::usage, error.what(), command, remedy);
  }
}

void run(int argc, char** argv) {
  CLI::App app{"Limn: human pose by analysis-by-synthesis, from images to joint rotations."};
  Request request;
  describe(app, request);
  if (argc > 1) refuse_unknown_verb(app, argv[1]);
  if (argc > 1 && std::string(argv[1]) == "train") return limn::app::run_train({argv + 2, argv + argc});
  if (!parse(app, argc, argv)) return;
  limn::app::catch_interrupts();
  if (app.got_subcommand("predict")) return limn::app::run_predict(request.predict);
  if (app.got_subcommand("demo")) return limn::app::run_demo(request.demo);
  if (app.got_subcommand("synth")) return limn::app::run_synth(request.synth, version);
  if (app.got_subcommand("pack")) return limn::app::run_pack(request.pack, version);
  if (app.got_subcommand("eval")) return limn::app::run_eval(request.eval, version);
  if (app.got_subcommand("ablate")) return limn::app::run_ablate(request.ablate);
  if (app.got_subcommand("export")) return limn::app::run_export(request.exported);
  if (app.got_subcommand("quantise")) return limn::app::run_quantise(request.quantise);
  if (app.got_subcommand("convert")) return limn::app::run_convert(request.convert);
  if (app.got_subcommand("doctor")) return limn::app::run_doctor(version);
  std::cout << app.help();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    run(argc, argv);
    return 0;
  } catch (const Error& error) {
    return limn::app::report(error);
  } catch (const std::bad_alloc&) {
    return limn::app::report(Error(ErrorKind::input, "out of memory", "", "use smaller pictures"));
  } catch (const std::exception& error) {
    return limn::app::report(Error(ErrorKind::input, error.what(), "", "this should not happen: please report it"));
  }
}
