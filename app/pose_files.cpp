#include "pose_files.h"

#include <algorithm>
#include <functional>
#include <iostream>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/base/toml.h"
#include "limn/evaluate/motion_quality.h"
#include "limn/export/bvh.h"
#include "limn/export/coco.h"
#include "limn/export/csv.h"
#include "limn/export/glb.h"
#include "limn/export/npz.h"
#include "limn/export/openpose.h"

namespace limn::app {
namespace {

constexpr const char* known_formats[] = {"overlay", "json", "coco", "openpose", "csv", "npz", "bvh", "glb"};

class PoseFiles {
 public:
  PoseFiles(const Skeleton& skeleton, const PoseDocument& document, bool video, const Formats& formats,
            OutputFolder& out)
      : skeleton_(skeleton), document_(document), video_(video), formats_(formats), out_(out) {}

  /// Notes on the motion.
  std::string write_all() {
    write("json", "poses.json", [&] { return pose_json(skeleton_, document_); });
    write("coco", "coco.json", [&] { return coco_text(); });
    write("csv", "poses.csv", [&] { return pose_csv(skeleton_, document_); });
    write("npz", "poses.npz", [&] { return pose_npz(skeleton_, document_); });
    if (wants("openpose")) write_openpose();
    return wants("bvh") || wants("glb") ? write_motion() : std::string();
  }

 private:
  bool wants(const char* format) const { return formats_.count(format) > 0; }

  void write(const char* format, const std::string& name, const std::function<std::string()>& content) {
    if (wants(format)) write_file_atomic(out_.staged(name), content());
  }

  std::string coco_text() const {
    std::vector<std::filesystem::path> files;
    for (const PoseFrame& frame : document_.frames) files.emplace_back(frame.file);
    const std::vector<int64_t> ids = coco_image_ids(files);
    std::vector<CocoEntry> entries;
    for (size_t i = 0; i < document_.frames.size(); ++i)
      for (const PosePerson& person : document_.frames[i].people)
        entries.push_back({video_ ? document_.frames[i].frame : ids[i], person, video_ ? person.id : 0});
    return coco_keypoint_results(skeleton_, entries);
  }

  void write_openpose() {
    std::set<std::string> names;
    for (const PoseFrame& frame : document_.frames) {
      std::string name = openpose_name(frame, video_);
      if (!names.insert(name).second) name = frame.file + "_keypoints.json";  // a.jpg beside a.png
      write("openpose", "openpose/" + name, [&] { return openpose_json(skeleton_, frame); });
    }
  }

  /// A file a person: poses.bvh is the first one's, poses.person2.bvh the second one's.
  std::string write_motion() {
    std::string notes;
    const std::vector<int> people = people_of(document_);
    if (people.empty()) std::cerr << "limn: warning: no bvh and no glb: nobody was found to move\n";
    for (const int id : people) {
      const std::string name = id == people.front() ? "poses" : "poses.person" + std::to_string(id);
      const MotionClip clip = motion_clip(skeleton_, document_, id);
      write("bvh", name + ".bvh", [&] { return bvh_text(skeleton_, clip); });
      write("glb", name + ".glb", [&] { return glb_bytes(skeleton_, clip); });
      if (!video_) continue;
      if (people.size() > 1) notes += "person " + std::to_string(id) + ": ";
      notes += describe(motion_quality(skeleton_, clip)) + "\n";
    }
    return notes;
  }

  const Skeleton& skeleton_;
  const PoseDocument& document_;
  bool video_;
  const Formats& formats_;
  OutputFolder& out_;
};

}  // namespace

Formats parse_formats(const std::vector<std::string>& names) {
  const std::vector<std::string> known(std::begin(known_formats), std::end(known_formats));
  std::string list;
  for (const std::string& name : known) list += (list.empty() ? "" : ", ") + name;
  for (const std::string& name : names)
    if (std::count(known.begin(), known.end(), name) == 0)
      throw Error(ErrorKind::usage, "unknown format \"" + name + "\"", "--format",
                  "did you mean \"" + nearest_name(name, known) + "\"? choose among " + list);
  return Formats(names.begin(), names.end());
}

std::string write_pose_files(const Skeleton& skeleton, const PoseDocument& document, bool video, const Formats& formats,
                             OutputFolder& out) {
  return PoseFiles(skeleton, document, video, formats, out).write_all();
}

}  // namespace limn::app
