#include "limn/export/openpose.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>

#include "limn/export/number.h"

namespace limn {
namespace {

constexpr float first_centre = 0.5f;  // where Limn puts the centre that OpenPose calls 0

/// BODY_25 in its order: our joint, the two it lies between, or neither.
struct BodyPart {
  const char *first = nullptr, *second = nullptr;
};
constexpr std::array<BodyPart, 25> body_25 = {{{"nose"},
                                               {"left_shoulder", "right_shoulder"},  // neck
                                               {"right_shoulder"},
                                               {"right_elbow"},
                                               {"right_wrist"},
                                               {"left_shoulder"},
                                               {"left_elbow"},
                                               {"left_wrist"},
                                               {"left_hip", "right_hip"},  // middle of the hips
                                               {"right_hip"},
                                               {"right_knee"},
                                               {"right_ankle"},
                                               {"left_hip"},
                                               {"left_knee"},
                                               {"left_ankle"},
                                               {"right_eye"},
                                               {"left_eye"},
                                               {"right_ear"},
                                               {"left_ear"},
                                               {"left_toe_tip"},
                                               {},  // left small toe
                                               {},  // left heel
                                               {"right_toe_tip"},
                                               {},
                                               {}}};

nlohmann::ordered_json keypoints(const Skeleton& skeleton, const PoseEstimate& person) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const BodyPart& part : body_25) {
    if (part.first == nullptr) {
      for (int k = 0; k < 3; ++k) list.push_back(0);
      continue;
    }
    const int a = skeleton.joint(part.first), b = skeleton.joint(part.second == nullptr ? part.first : part.second);
    const Vec2 at = 0.5f * (person.joints_px[a] + person.joints_px[b]);
    for (int k = 0; k < 2; ++k) list.push_back(rounded(at[k] - first_centre, 3));
    list.push_back(rounded(std::min(person.confidence[a], person.confidence[b]), 4));
  }
  return list;
}

}  // namespace

std::string openpose_json(const Skeleton& skeleton, const PoseFrame& frame) {
  nlohmann::ordered_json json = {{"version", 1.3}, {"people", nlohmann::ordered_json::array()}};
  for (const PosePerson& found : frame.people) {
    nlohmann::ordered_json person = {{"person_id", {found.id}}, {"pose_keypoints_2d", keypoints(skeleton, found)}};
    for (const char* absent :
         {"face_keypoints_2d", "hand_left_keypoints_2d", "hand_right_keypoints_2d", "pose_keypoints_3d",
          "face_keypoints_3d", "hand_left_keypoints_3d", "hand_right_keypoints_3d"})
      person[absent] = nlohmann::ordered_json::array();
    json["people"].push_back(std::move(person));
  }
  return json.dump() + "\n";
}

std::string openpose_name(const PoseFrame& frame, bool video) {
  char number[32] = "";
  if (video) std::snprintf(number, sizeof number, "_%012lld", static_cast<long long>(frame.frame));
  return std::filesystem::path(frame.file).stem().string() + number + "_keypoints.json";
}

}  // namespace limn
