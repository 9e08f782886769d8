// limn-train: the training wing's program. `limn train` runs it.
#include <ATen/Parallel.h>
#include <malloc.h>
#include <sched.h>
#include <torch/version.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <optional>
#include <thread>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/reused_people.h"
#include "limn/infer/clip_reading.h"
#include "limn/synth/folders.h"
#include "limn/train/device.h"
#include "limn/train/launch.h"
#include "limn/train/person_trainer.h"
#include "limn/train/run_folder.h"
#include "limn/train/temporal_trainer.h"
#include "limn/train/trainer.h"
#include "report.h"

namespace {

std::atomic<bool> stop_requested{false}, is_one_of_several{false};
std::atomic<std::time_t> stop_time{0};

void request_stop(int signal) {
  // A second Ctrl-C ends the program at once, but a launcher may pass on the first, which the terminal has sent already.
  const std::time_t now = std::time(nullptr);
  if (!stop_requested) stop_time = now;
  else if (is_one_of_several && now > stop_time + 1) std::signal(signal, SIG_DFL), std::raise(signal);
  stop_requested = true;
  if (!is_one_of_several) std::signal(signal, SIG_DFL);
}

struct Arguments {
  std::string config, resume, network = "pose";
  std::vector<std::string> set;
  bool resumes = false, lists = false;
  limn::Launch launch;
};

/// OpenMP and OpenBLAS read their settings when they are loaded, so the program starts itself again with the right ones:
/// threads that spin beside the data threads make small operations a hundred times slower (a third of the time went into
/// the kernel's scheduler), and OpenBLAS takes newer AVX-512 processors for a Prescott (a quarter of the speed).
void restart_with_environment(char** argv) {
  bool changed = false;
  const auto want = [&changed](const char* name, const char* value) {
    if (std::getenv(name) != nullptr) return;  // the caller's own choice, or the second time around
    setenv(name, value, 1);
    changed = true;
  };
  want("OMP_WAIT_POLICY", "PASSIVE");
  want("OPENBLAS_NUM_THREADS", "1");  // the matrices of the lifter are small
  want("GLIBC_TUNABLES", "glibc.malloc.hugetlb=1");  // large pages for tensors
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl")) want("OPENBLAS_CORETYPE", "SkylakeX");
  std::error_code failed;  // by its path: the process keeps its name, so that top and pkill find it
  const std::filesystem::path program = std::filesystem::read_symlink("/proc/self/exe", failed);
  if (changed && !failed) execv(program.c_str(), argv);
}

/// Large tensors would go back to the kernel at every operation: keep them.
void keep_freed_memory() {
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, -1);
  mallopt(M_TOP_PAD, 256 << 20);
}

/// Cores of this process: its share of the machine's, unless the launcher has bound it to some of them.
int own_cores(const limn::Launch& launch) {
  const int all = static_cast<int>(std::thread::hardware_concurrency());
  cpu_set_t allowed;
  if (launch.size > 1 && sched_getaffinity(0, sizeof allowed, &allowed) == 0 && CPU_COUNT(&allowed) < all)
    return CPU_COUNT(&allowed);
  return all / std::max(1, launch.local_size);
}

/// Fills the fields of `options` from the command line, and from the checkpoint to resume, whose path it returns.
template <class Options>
std::filesystem::path configure(const Arguments& arguments, const limn::FieldList& fields, const Options& options,
                                std::string (*configuration_of)(const std::filesystem::path&)) {
  if (!arguments.config.empty()) limn::load_config(fields, arguments.config);
  std::filesystem::path checkpoint;
  if (arguments.resumes) {
    checkpoint = limn::find_checkpoint(arguments.resume, options.runs, options.name);
    limn::parse_config(fields, configuration_of(checkpoint), checkpoint.string());
  }
  for (const std::string& assignment : arguments.set) limn::set_config(fields, assignment);
  const int threads = own_cores(arguments.launch) - options.workers;
  at::set_num_threads(options.threads > 0 ? options.threads : std::max(1, threads));
  return checkpoint;
}

/// The folder of the run, new or that of the checkpoint, with what describes the run in it.
template <class Options>
std::filesystem::path open_run_folder(const std::filesystem::path& checkpoint, const Options& options,
                                      const limn::FieldList& fields) {
  const torch::Device device = limn::device_from_name(options.device);  // fail before the folder is made
  const std::filesystem::path folder =
      checkpoint.empty() ? limn::make_run_folder(options.runs, options.name) : checkpoint.parent_path();
  limn::write_environment(folder, LIMN_VERSION, limn::precision_from_name(options.precision, device));
  limn::write_file_atomic(folder / "config.toml", limn::dump_config(fields));
  return folder;
}

void require_one_process(const Arguments& arguments) {
  limn::require(arguments.launch.size == 1, limn::ErrorKind::usage, "one process trains this network",
                "--network " + arguments.network + ", " + std::to_string(arguments.launch.size) + " processes",
                "start it without a launcher");
}

void train_person_network(const Arguments& arguments) {
  require_one_process(arguments);
  limn::PersonTrainOptions options;
  limn::FieldList fields;
  options.describe(fields);
  const std::filesystem::path checkpoint =
      configure(arguments, fields, options, limn::person_checkpoint_configuration);
  std::optional<limn::PersonFile> start;  // a resumed run has it in its checkpoint
  if (!options.start_from.empty() && !arguments.resumes) start = limn::PersonFile::load(options.start_from);
  const limn::Skeleton skeleton = limn::Skeleton::human();
  const limn::PersonScenes held_out(
      skeleton, with_folders(options.synth, options.folders, skeleton, limn::Split::held_out), options.scenes);
  const limn::PersonScenes scenes(
      skeleton, with_folders(options.synth, options.folders, skeleton, limn::Split::training), options.scenes);
  const std::filesystem::path folder = open_run_folder(checkpoint, options, fields);
  limn::PersonTrainer trainer(options, scenes, held_out, folder);
  if (arguments.resumes) trainer.resume(checkpoint);
  else if (start) trainer.start_from(*start, options.start_from);
  if (options.verbosity == "rich") std::cerr << "run: " << folder.string() << "\n";
  trainer.run(stop_requested);
}

/// Readings of `people` from a file made before, or made now and written to `kept`.
limn::ReadClips readings_of(const std::string& made, const std::filesystem::path& kept, const limn::ModelFile& model,
                            const limn::ProceduralPeople& people, const limn::ClipReadingSettings& settings) {
  if (!made.empty()) return limn::ReadClips::load(made);
  if (std::filesystem::exists(kept)) return limn::ReadClips::load(kept);
  limn::ReadClips read = read_clips(limn::Predictor(model, {.mirror = true}), people, settings);
  read.save(kept);
  return read;
}

void train_temporal_lifter(const Arguments& arguments) {
  require_one_process(arguments);
  limn::TemporalTrainOptions options;
  limn::FieldList fields;
  options.describe(fields);
  const std::filesystem::path checkpoint =
      configure(arguments, fields, options, limn::temporal_checkpoint_configuration);
  limn::require(!options.model.empty(), limn::ErrorKind::usage, "no model to build on", "run.model is empty",
                "name a weight file: --set run.model=models/limn-s.safetensors");
  const limn::ModelFile model = limn::ModelFile::load(options.model);
  std::optional<limn::ModelFile> start;
  if (!options.start_from.empty()) start = limn::ModelFile::load(options.start_from);
  limn::SynthOptions synth = options.synth;
  synth.image_size = options.picture_px;
  const limn::ProceduralPeople held_out(
      model.skeleton, with_folders(synth, options.folders, model.skeleton, limn::Split::held_out));
  const limn::ProceduralPeople people(
      model.skeleton, with_folders(synth, options.folders, model.skeleton, limn::Split::training));
  const std::filesystem::path folder = open_run_folder(checkpoint, options, fields);
  if (options.verbosity == "rich") std::cerr << "run: " << folder.string() << "\n";
  limn::ClipReadingSettings settings{.clips = options.read_clips,
                                     .frames = options.read_frames,
                                     .frame_rate = options.read_rate,
                                     .recorded = options.recorded,
                                     .seed = static_cast<uint64_t>(options.seed) + 1};
  const limn::ReadClips readings =
      readings_of(options.readings, folder / "readings.safetensors", model, people, settings);
  settings.clips = options.held_out_clips;
  const limn::ReadClips measured =
      readings_of(options.held_out_readings, folder / "held_out.safetensors", model, held_out, settings);
  limn::TemporalTrainer trainer(options, model, people, readings, measured, folder);
  if (arguments.resumes) trainer.resume(checkpoint);
  else if (start) trainer.start_from(*start, options.start_from);
  trainer.run(stop_requested);
  if (options.verbosity == "rich") std::cerr << "weights: " << (folder / "weights" / "last.safetensors").string() << "\n";
}

void train(const Arguments& arguments) {
  limn::TrainOptions options;
  limn::FieldList fields;
  options.describe(fields);
  const std::filesystem::path checkpoint = configure(arguments, fields, options, limn::checkpoint_configuration);

  limn::require(options.mixed_steps == 0 || !options.real.empty(), limn::ErrorKind::usage,
                "stage two needs unlabelled frames",
                "schedule.mixed_steps = " + std::to_string(options.mixed_steps) + ", data.real is empty",
                "name folders in data.real, or set schedule.mixed_steps=0");
  const limn::Launch& launch = arguments.launch;
  std::unique_ptr<limn::ProcessGroup> group;
  if (launch.size > 1)
    group = std::make_unique<limn::ProcessGroup>(launch, limn::device_from_name(options.device, launch.local_rank),
                                                 std::chrono::seconds(options.rank_timeout_s));
  const limn::Skeleton skeleton =
      options.skeleton.empty() ? limn::Skeleton::human() : limn::Skeleton::load(options.skeleton);
  limn::SynthOptions synth = options.synth;
  synth.image_size = options.image_size;
  const limn::ProceduralPeople held_out(skeleton,
                                        with_folders(synth, options.folders, skeleton, limn::Split::held_out));
  synth = with_folders(synth, options.folders, skeleton, limn::Split::training);
  const limn::ProceduralPeople rendered(skeleton, synth);
  const limn::ProceduralPeople rendered_easy(skeleton, limn::easy_world(synth));
  const limn::ReuseSettings reuse{.uses = options.reuse, .pool = options.pool};
  const limn::ReusedPeople people(rendered, skeleton, reuse), easy(rendered_easy, skeleton, reuse);
  std::unique_ptr<limn::RealPairs> real;
  if (options.mixed_steps > 0) {
    limn::RealPairsSettings pairs;
    pairs.size = options.image_size;
    pairs.max_gap_s = options.max_gap_s;
    real = std::make_unique<limn::RealPairs>(
        std::vector<std::filesystem::path>(options.real.begin(), options.real.end()), pairs);
  }

  std::filesystem::path folder;  // rank 0 alone writes
  if (launch.leads()) folder = open_run_folder(checkpoint, options, fields);
  limn::Trainer trainer(options, skeleton, {people, easy, held_out, options.easy_steps}, real.get(), folder, group.get());
  if (arguments.resumes) {
    trainer.resume(checkpoint);
  } else if (!options.start_from.empty()) {
    trainer.start_from(options.start_from);
  }
  const bool tells = launch.leads() && options.verbosity == "rich";
  if (tells) std::cerr << "run: " << folder.string() << "\n";
  trainer.run(stop_requested);
  if (tells) std::cerr << "weights: " << (folder / "weights" / "last.safetensors").string() << "\n";
}

}  // namespace

int main(int argc, char** argv) {
  restart_with_environment(argv);
  keep_freed_memory();
  std::signal(SIGINT, request_stop);
  std::signal(SIGTERM, request_stop);

  Arguments arguments;
  CLI::App app{"Train the pose cycle on synthetic people and unlabelled frames.\n"
               "Example: limn train --config configs/tiny.toml --set run.seed=2\n"
               "         torchrun --no-python --nproc-per-node=2 limn train --config configs/tiny.toml\n"
               "         limn train --network person --config configs/person.toml\n"
               "         limn train --network temporal --config configs/temporal.toml",
               "limn train"};
  app.add_option("--config", arguments.config, "training preset (TOML)");
  app.add_option("--set", arguments.set, "change a field: --set loss.adversarial=0.1")->expected(1)->take_all();
  app.add_option("--network", arguments.network, "what is trained: the pose networks, the one that finds people, or the lifter of videos")
      ->check(CLI::IsMember({"pose", "person", "temporal"}));
  CLI::Option* resume = app.add_option("--resume", arguments.resume,
                                       "continue a run: its folder or checkpoint; without a value the newest run")
                            ->expected(0, 1);
  for (const auto& [flag, field] : {std::pair{"--seed", "run.seed"}, {"--device", "run.device"},
                                    {"--workers", "data.workers"}, {"--verbosity", "run.verbosity"},
                                    {"--name", "run.name"}})
    app.add_option_function<std::string>(
        flag, [&arguments, field = std::string(field)](const std::string& value) {
          arguments.set.push_back(field + "=" + value);
        }, std::string("same as --set ") + field + "=...");
  app.add_flag("--fields", arguments.lists, "list every field with its default, range and meaning");
  app.set_version_flag("--version", std::string("limn-train " LIMN_VERSION "\nLibTorch " TORCH_VERSION));
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(limn::ErrorKind::usage);
  }
  arguments.resumes = resume->count() > 0;
  try {
    if (arguments.lists) {
      limn::TrainOptions options;
      limn::PersonTrainOptions person_options;
      limn::TemporalTrainOptions temporal_options;
      limn::FieldList fields;
      if (arguments.network == "person") person_options.describe(fields);
      else if (arguments.network == "temporal") temporal_options.describe(fields);
      else options.describe(fields);
      std::cout << limn::config_help(fields);
      return 0;
    }
    arguments.launch = limn::launch_from_environment();
    is_one_of_several = arguments.launch.size > 1;
    if (arguments.network == "person") train_person_network(arguments);
    else if (arguments.network == "temporal") train_temporal_lifter(arguments);
    else train(arguments);
    return 0;
  } catch (const limn::Error& error) {
    const bool of_all = error.kind() == limn::ErrorKind::interrupted;
    return of_all && !arguments.launch.leads() ? error.exit_code() : limn::app::report(error);
  } catch (const std::exception& error) {
    return limn::app::report(limn::Error(limn::ErrorKind::model, error.what(), "training", "see the message above"));
  }
}
