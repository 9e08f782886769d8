#include "limn/export/keypoint_json_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/skeleton/joint_map.h"

namespace limn {
namespace {

using Json = nlohmann::json;

constexpr float first_centre = 0.5f;  // where Limn puts the centre that COCO and OpenPose call 0
constexpr double largest = 1e9;

/// OpenPose's parts by our joints; empty: a part that is not ours. The first 18 of 25 differ from COCO's 18.
constexpr std::array<const char*, 25> body_25 = {"nose",
                                                 "",
                                                 "right_shoulder",
                                                 "right_elbow",
                                                 "right_wrist",
                                                 "left_shoulder",
                                                 "left_elbow",
                                                 "left_wrist",
                                                 "",
                                                 "right_hip",
                                                 "right_knee",
                                                 "right_ankle",
                                                 "left_hip",
                                                 "left_knee",
                                                 "left_ankle",
                                                 "right_eye",
                                                 "left_eye",
                                                 "right_ear",
                                                 "left_ear",
                                                 "left_toe_tip",
                                                 "",
                                                 "",
                                                 "right_toe_tip",
                                                 "",
                                                 ""};
constexpr std::array<const char*, 18> coco_18 = {
    "nose",       "",           "right_shoulder", "right_elbow", "right_wrist", "left_shoulder",
    "left_elbow", "left_wrist", "right_hip",      "right_knee",  "right_ankle", "left_hip",
    "left_knee",  "left_ankle", "right_eye",      "left_eye",    "right_ear",   "left_ear"};

[[noreturn]] void refuse(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::input, what, where,
              "check which program wrote it; limn convert --help lists what can be read");
}

float number(const Json& json, const std::string& where) {
  const auto value = json.get<double>();
  if (!(std::abs(value) <= largest)) refuse("a number is not finite", where);
  return static_cast<float>(value);
}

/// `names`[k] is the joint that keypoints [x, y, confidence] number k are of.
template <class Names>
PoseEstimate person_of(const Skeleton& skeleton, const Json& keypoints, const Names& names, const std::string& where) {
  if (!keypoints.is_array() || keypoints.size() != 3 * names.size())
    refuse("a person has not " + std::to_string(names.size()) + " keypoints of three numbers", where);
  PoseEstimate person;
  person.joints_px.assign(skeleton.joints().size(), Vec2::Constant(first_centre));
  person.confidence.assign(skeleton.joints().size(), 0);
  float total = 0;
  for (size_t k = 0; k < names.size(); ++k) {
    const std::string name(names[k]);
    if (name.empty()) continue;
    const int j = skeleton.joint(name);
    for (int axis = 0; axis < 2; ++axis)
      person.joints_px[j][axis] = number(keypoints[3 * k + static_cast<size_t>(axis)], where) + first_centre;
    person.confidence[j] = std::clamp(number(keypoints[3 * k + 2], where), 0.0f, 1.0f);
    total += person.confidence[j];
  }
  person.score = total / static_cast<float>(names.size());
  return person;
}

/// "clip_000000000012_keypoints.json" is frame 12 of "clip"; other names are pictures, by their stem.
void name_frame(const std::filesystem::path& path, PoseFrame& frame) {
  std::string stem = path.stem().string();
  if (const std::string ending = "_keypoints"; stem.ends_with(ending)) stem.resize(stem.size() - ending.size());
  frame.file = stem;
  const size_t digits = 12, at = stem.size() > digits ? stem.size() - digits : 0;
  if (at == 0 || stem[at - 1] != '_') return;
  const auto [end, code] = std::from_chars(stem.data() + at, stem.data() + stem.size(), frame.frame);
  if (code == std::errc() && end == stem.data() + stem.size() && frame.frame >= 0)
    frame.file = stem.substr(0, at - 1);
  else
    frame.frame = 0;
}

/// Runs `read`; what nlohmann's library throws becomes an Error.
template <class Read>
auto reading(const std::string& where, const Read& read) {
  try {
    return read();
  } catch (const Json::exception& error) {
    refuse(std::string("damaged keypoints: ") + error.what(), where);
  }
}

}  // namespace

PoseDocument parse_coco_results(const Skeleton& skeleton, std::string_view text, const std::string& where) {
  return reading(where, [&] {
    const Json list = Json::parse(text);
    if (!list.is_array()) refuse("not a list of COCO keypoint results", where);
    std::vector<std::string> names;
    for (const MappedJoint& joint : JointMap::built_in(skeleton, "coco17").joints) names.push_back(joint.name);
    std::map<int64_t, std::vector<PoseEstimate>> pictures;
    for (size_t i = 0; i < list.size(); ++i) {
      const std::string entry = where + ", entry " + std::to_string(i);
      PoseEstimate person = person_of(skeleton, list[i].at("keypoints"), names, entry);
      person.score = number(list[i].at("score"), entry);
      pictures[list[i].at("image_id").get<int64_t>()].push_back(std::move(person));
    }
    PoseDocument document;
    for (auto& [id, people] : pictures) {
      if (id < 0) refuse("a picture has a negative number", where);
      PoseFrame frame;
      frame.file = std::to_string(id);
      int number_of_person = 0;
      for (PoseEstimate& person : people) frame.add(++number_of_person, std::move(person));
      document.frames.push_back(std::move(frame));
    }
    return document;
  });
}

PoseFrame parse_openpose(const Skeleton& skeleton, std::string_view text, const std::filesystem::path& path) {
  const std::string where = path.string();
  return reading(where, [&] {
    const Json json = Json::parse(text);
    if (!json.is_object() || !json.contains("people")) refuse("not a file of OpenPose: it has no \"people\"", where);
    PoseFrame frame;
    name_frame(path, frame);
    int id = 0;
    for (const Json& person : json.at("people")) {
      const Json& keypoints = person.at("pose_keypoints_2d");
      frame.add(++id,
                 keypoints.size() == 3 * coco_18.size() ? person_of(skeleton, keypoints, coco_18, where)
                                                        : person_of(skeleton, keypoints, body_25, where));
    }
    return frame;
  });
}

PoseDocument read_openpose(const Skeleton& skeleton, const std::filesystem::path& path) {
  PoseDocument document;
  if (!std::filesystem::is_directory(path)) {
    document.frames.push_back(parse_openpose(skeleton, read_file(path), path));
    return document;
  }
  for (const std::filesystem::path& file : files_below(path))
    if (file.filename().string().ends_with("_keypoints.json"))
      document.frames.push_back(parse_openpose(skeleton, read_file(file), file));
  if (document.frames.empty()) refuse("the folder has no files *_keypoints.json", path.string());
  return document;
}

}  // namespace limn
