#include "limn/export/pose_json.h"

#include <algorithm>
#include <set>

#include "limn/export/number.h"

namespace limn {
namespace {

using Json = nlohmann::ordered_json;

Json conventions() {
  return {{"pixels", "x right, y down; the centre of the first pixel is (0.5, 0.5)"},
          {"positions", "metres relative to the root joint; x right, y down, z away from the camera"},
          {"quaternions", "(w, x, y, z), w >= 0"},
          {"local_rotations", "parent_from_joint, away from the T-pose; the root's is frame_from_root"},
          {"global_rotations", "frame_from_joint, frame as for positions"},
          {"rest_pose", "T-pose: y up, facing +z, the person's left is +x"},
          {"bone_lengths", "metres from the parent to the joint; 0 for the root"},
          {"camera", "scaled orthography: pixel = root_px + px_per_metre * (x, y)"}};
}

template <class Vector>
Json vector_json(const Vector& v, int decimals) {
  Json item = Json::array();
  for (int k = 0; k < v.size(); ++k) item.push_back(rounded(v[k], decimals));
  return item;
}

Json skeleton_json(const Skeleton& skeleton) {
  Json joints = Json::array(), parents = Json::array(), offsets = Json::array();
  for (const Joint& joint : skeleton.joints()) {
    joints.push_back(joint.name);
    parents.push_back(joint.parent);
    offsets.push_back(vector_json(joint.rest_offset, 5));
  }
  return {{"name", skeleton.name()}, {"joints", joints}, {"parents", parents}, {"rest_offsets", offsets}};
}

Json person_json(const Skeleton& skeleton, const PosePerson& person) {
  Json pixels = Json::array(), confidence = Json::array(), positions = Json::array(), local = Json::array(),
       global = Json::array(), lengths = Json::array();
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    pixels.push_back(vector_json(person.joints_px[j], 3));
    confidence.push_back(rounded(person.confidence[j], 4));
    positions.push_back(vector_json(person.kinematics.positions[j], 5));
    local.push_back(vector_json(quaternion_from_rotation(person.pose.rotations[j]), 6));
    global.push_back(vector_json(quaternion_from_rotation(person.kinematics.global_rotations[j]), 6));
    const Joint& joint = skeleton.joints()[j];
    lengths.push_back(joint.parent < 0 ? 0.0 : rounded(person.pose.bone_scales[j] * joint.rest_offset.norm(), 5));
  }
  return {{"id", person.id},
          {"score", rounded(person.score, 4)},
          {"joints_px", pixels},
          {"confidence", confidence},
          {"positions", positions},
          {"local_rotations", local},
          {"global_rotations", global},
          {"bone_lengths", lengths},
          {"camera",
           {{"root_px", vector_json(person.camera.root_uv, 3)}, {"px_per_metre", rounded(person.camera.scale, 4)}}}};
}

Json frame_json(const Skeleton& skeleton, const PoseFrame& frame) {
  Json item = {{"file", frame.file},
               {"frame", frame.frame},
               {"seconds", rounded(frame.seconds, 6)},
               {"width", frame.width},
               {"height", frame.height}};
  item["people"] = Json::array();
  for (const PosePerson& person : frame.people) item["people"].push_back(person_json(skeleton, person));
  return item;
}

std::string line(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

}  // namespace

std::vector<int> people_of(const PoseDocument& document) {
  std::set<int> ids;
  for (const PoseFrame& frame : document.frames)
    for (const PosePerson& person : frame.people) ids.insert(person.id);
  return {ids.begin(), ids.end()};
}

std::vector<PersonFrame> frames_of(const PoseDocument& document, int id) {
  std::vector<PersonFrame> frames;
  for (const PoseFrame& frame : document.frames) {
    frames.push_back({frame.width, frame.height, {}});
    for (const PosePerson& person : frame.people)
      if (person.id == id) frames.back().person = person;
  }
  return frames;
}

void put_person(PoseFrame& frame, int id, PoseEstimate&& person) {
  auto place = std::lower_bound(frame.people.begin(), frame.people.end(), id,
                                [](const PosePerson& other, int number) { return other.id < number; });
  if (place == frame.people.end() || place->id != id) place = frame.people.insert(place, PosePerson{});
  static_cast<PoseEstimate&>(*place) = std::move(person);
  place->id = id;
}

std::string pose_json(const Skeleton& skeleton, const PoseDocument& document) {
  const Json header = {{"format", "limn.poses"},       {"version", 2},
                       {"model", document.model},      {"frame_rate", rounded(document.frame_rate, 6)},
                       {"smoothed", document.smoothed},
                       {"conventions", conventions()}, {"skeleton", skeleton_json(skeleton)}};
  std::string text = "{\"header\": " + line(header) + ",\n\"frames\": [";
  for (size_t i = 0; i < document.frames.size(); ++i)  // a frame a line: no tree of a whole video in memory
    text += (i == 0 ? "\n" : ",\n") + line(frame_json(skeleton, document.frames[i]));
  return text + "\n]}\n";
}

}  // namespace limn
