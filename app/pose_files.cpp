#include "pose_files.h"

#include <iostream>
#include <map>

#include "limn/base/file.h"
#include "limn/export/bvh.h"
#include "limn/export/coco.h"
#include "limn/export/csv.h"
#include "limn/export/frame_people.h"
#include "limn/export/glb.h"
#include "limn/export/npz.h"
#include "limn/export/openpose.h"

namespace limn::app {
namespace {

std::string coco_text(const Skeleton& skeleton, const PoseDocument& document, bool video) {
  std::vector<std::filesystem::path> files;
  for (const PoseFrame& frame : document.frames) files.emplace_back(frame.file);
  const std::vector<int64_t> ids = coco_image_ids(files);
  std::vector<CocoEntry> entries;
  for (size_t i = 0; i < document.frames.size(); ++i)
    for_each_person(document.frames[i], [&](int, const PoseEstimate& person) {
      CocoEntry entry;
      entry.image_id = video ? document.frames[i].frame : ids[i];
      entry.person = person;
      entries.push_back(std::move(entry));
    });
  return coco_keypoint_results(skeleton, entries);
}

void write_openpose(const Skeleton& skeleton, const PoseDocument& document, bool video, OutputFolder& out) {
  std::set<std::string> names;
  for (const PoseFrame& frame : document.frames) {
    std::string name = openpose_name(frame, video);
    if (!names.insert(name).second) name = frame.file + "_keypoints.json";  // a.jpg beside a.png
    write_file_atomic(out.staged("openpose/" + name), openpose_json(skeleton, frame));
  }
}

/// Each person's frames, as a document with that person alone.
std::map<int, PoseDocument> people_apart(const PoseDocument& document) {
  std::map<int, PoseDocument> people;
  PoseDocument nobody = document;
  for (PoseFrame& frame : nobody.frames) {
    PoseFrame empty;
    empty.file = frame.file, empty.frame = frame.frame, empty.seconds = frame.seconds;
    empty.width = frame.width, empty.height = frame.height;
    frame = std::move(empty);
  }
  for (size_t t = 0; t < document.frames.size(); ++t)
    for_each_person(document.frames[t], [&](int id, const PoseEstimate& person) {
      add_person(people.try_emplace(id, nobody).first->second.frames[t], 1, person);
    });
  return people;
}

}  // namespace

void PoseFiles::write(const Skeleton& skeleton, const PoseDocument& document, OutputFolder& out) const {
  const auto wants = [this](const char* format) { return formats.count(format) > 0; };
  if (wants("json")) write_file_atomic(out.staged("poses.json"), pose_json(skeleton, document));
  if (wants("coco")) write_file_atomic(out.staged("coco.json"), coco_text(skeleton, document, video));
  if (wants("csv")) write_file_atomic(out.staged("poses.csv"), pose_csv(skeleton, document));
  if (wants("npz")) write_file_atomic(out.staged("poses.npz"), pose_npz(skeleton, document));
  if (wants("openpose")) write_openpose(skeleton, document, video, out);
  if (!wants("bvh") && !wants("glb")) return;
  const std::map<int, PoseDocument> people = people_apart(document);
  if (people.empty()) std::cerr << "limn: warning: no bvh and no glb: nobody was found to move\n";
  for (const auto& [id, alone] : people) {
    const MotionClip clip = motion_clip(skeleton, alone);
    const std::string stem = id == people.begin()->first ? "poses" : "poses.person" + std::to_string(id);
    if (wants("bvh")) write_file_atomic(out.staged(stem + ".bvh"), bvh_text(skeleton, clip));
    if (wants("glb")) write_file_atomic(out.staged(stem + ".glb"), glb_bytes(skeleton, clip));
  }
}

}  // namespace limn::app
