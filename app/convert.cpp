// limn convert: poses and motions from one format to others.
#include <algorithm>
#include <iostream>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/toml.h"
#include "limn/export/bvh.h"
#include "limn/export/csv_reader.h"
#include "limn/export/glb.h"
#include "limn/export/keypoint_json_reader.h"
#include "limn/export/npz_reader.h"
#include "limn/export/pose_json_reader.h"
#include "limn/synth/motion.h"
#include "pose_files.h"
#include "verbs.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

/// What a source holds decides what can be made of it.
enum class Holds { poses, coco, openpose, motion };
struct Kind {
  Holds holds;
  const char* name;
  std::vector<std::string> formats;  ///< that it can become
  const char* lacks;                 ///< why not the others
};

const Kind& kind_of(const fs::path& source, std::string_view text) {
  static const Kind poses{Holds::poses, "Limn's poses", {"json", "coco", "openpose", "csv", "npz", "bvh", "glb"}, ""};
  static const Kind coco{
      Holds::coco, "COCO keypoint results", {"coco", "openpose"}, "it holds 2D keypoints alone, no 3D"};
  static const Kind openpose{
      Holds::openpose, "OpenPose's files", {"coco", "openpose"}, "it holds 2D keypoints alone, no 3D"};
  static const Kind motion{Holds::motion, "BVH", {"bvh", "glb"}, "it holds a motion alone, seen by no camera"};
  if (fs::is_directory(source)) return openpose;
  const size_t first = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(first == std::string_view::npos ? text.size() : first);
  if (text.starts_with("HIERARCHY")) return motion;
  if (is_npz(text) || is_pose_csv(text)) return poses;
  if (text.starts_with("[")) return coco;
  if (!text.starts_with("{"))
    throw Error(ErrorKind::input, "not a file of poses", source.string(),
                "name a poses.json, .csv or .npz, COCO keypoint results, OpenPose's files or their folder, or a BVH file");
  return text.substr(0, 100).find("\"header\"") != std::string_view::npos ? poses : openpose;
}

std::set<std::string> wanted(const std::vector<std::string>& names, const Kind& kind, const std::string& source) {
  static const std::vector<std::string> known = {"json", "coco", "openpose", "csv", "npz", "bvh", "glb"};
  std::string list;
  for (const std::string& name : kind.formats) list += (list.empty() ? "" : ", ") + name;
  for (const std::string& name : names) {
    if (std::count(known.begin(), known.end(), name) == 0)
      throw Error(ErrorKind::usage, "unknown format \"" + name + "\"", "--format",
                  "did you mean \"" + nearest_name(name, known) + "\"? from " + kind.name + " can be made: " + list);
    if (std::count(kind.formats.begin(), kind.formats.end(), name) == 0)
      throw Error(ErrorKind::usage, std::string(kind.name) + " cannot become " + name + ": " + kind.lacks, source,
                  "choose among " + list + ", or start from the poses.json of limn predict");
  }
  return {names.begin(), names.end()};
}

PoseDocument read_poses(const Skeleton& skeleton, const Kind& kind, const fs::path& source, std::string_view text) {
  if (kind.holds == Holds::poses && is_npz(text)) return parse_pose_npz(skeleton, text, source.string());
  if (kind.holds == Holds::poses && is_pose_csv(text)) return parse_pose_csv(skeleton, text, source.string());
  if (kind.holds == Holds::poses) return parse_pose_json(skeleton, text, source.string());
  if (kind.holds == Holds::coco) return parse_coco_results(skeleton, text, source.string());
  return read_openpose(skeleton, source);
}

void write_motion(const Skeleton& skeleton, const Motion& motion, const std::set<std::string>& formats,
                  OutputFolder& out) {
  MotionClip clip;
  clip.frame_rate = motion.fps;
  clip.bone_scales.assign(skeleton.joints().size(), 1);
  for (int t = 0; t < motion.frames(); ++t) clip.poses.push_back(motion.at(t / motion.fps));
  const std::string stem = fs::path(motion.name).stem().string();
  if (formats.count("bvh")) write_file_atomic(out.staged(stem + ".bvh"), bvh_text(skeleton, clip));
  if (formats.count("glb")) write_file_atomic(out.staged(stem + ".glb"), glb_bytes(skeleton, clip));
}

}  // namespace

void run_convert(const ConvertArguments& arguments) {
  const fs::path source = arguments.source;
  std::error_code ignored;
  require(fs::exists(source, ignored), ErrorKind::input, "file not found", arguments.source, "check the path");
  const std::string text = fs::is_directory(source, ignored) ? std::string() : read_file(source);
  const Kind& kind = kind_of(source, text);
  const std::set<std::string> formats = wanted(arguments.formats, kind, arguments.source);
  const Skeleton& skeleton = Skeleton::human();
  OutputFolder out(arguments.out);
  std::string motion_notes;
  if (kind.holds == Holds::motion) {
    Motion motion = retarget(skeleton, parse_bvh(text, arguments.source));
    motion.name = source.filename().string();
    write_motion(skeleton, motion, formats, out);
  } else {
    const PoseDocument document = read_poses(skeleton, kind, source, text);
    const bool one_file = document.frames.size() > 1 && document.frames[0].file == document.frames[1].file;
    motion_notes = write_pose_files(skeleton, document, document.frame_rate > 0 || one_file, formats, out);
  }
  stop_if_interrupted();
  const std::vector<fs::path> written = out.commit();
  std::cout << motion_notes;
  for (const fs::path& path : written) std::cout << path.string() << "\n";
}

}  // namespace limn::app
