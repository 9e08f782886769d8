#include "limn/export/motion_clip.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"
#include "limn/base/median.h"
#include "limn/synth/pose_path.h"

namespace limn {
namespace {

constexpr double picture_rate = 30;     // frames per second of what is no video
constexpr float focal_in_sides = 1.2f;  // of the picture's longer side
constexpr double smooth_over_s = 0.25;  // deviation, of the logarithm of the scale
constexpr double lowest_share = 0.1;

/// world_from_camera: y and z change sign.
const Mat3& world_from_camera() {
  static const Mat3 flip = Vec3(1, -1, -1).asDiagonal();
  return flip;
}

std::vector<float> median_scales(const Skeleton& skeleton, const std::vector<PersonFrame>& frames) {
  std::vector<float> scales(skeleton.joint_count(), 1.0f), seen;
  for (int j = 0; j < skeleton.joint_count(); ++j) {
    seen.clear();
    for (const PersonFrame& frame : frames)
      if (frame.person) seen.push_back(frame.person->pose.bone_scales[j]);
    if (skeleton.joints()[j].parent >= 0) scales[j] = median(seen);
  }
  return scales;
}

/// log of px per metre of every frame with a person, a mean of those near in time.
std::vector<double> smooth_log_scales(const std::vector<PersonFrame>& frames, double rate) {
  const double deviation = smooth_over_s * rate;
  const int reach = static_cast<int>(std::ceil(3 * deviation)), count = static_cast<int>(frames.size());
  std::vector<double> result(frames.size(), 0);
  for (int t = 0; t < count; ++t) {
    double sum = 0, total = 0;
    for (int s = std::max(0, t - reach); s <= std::min(count - 1, t + reach); ++s) {
      if (!frames[s].person) continue;
      const double weight = std::exp(-0.5 * (s - t) * (s - t) / (deviation * deviation));
      sum += weight * std::log(std::max(1e-3f, frames[s].person->camera.scale));
      total += weight;
    }
    result[t] = total > 0 ? sum / total : 0;
  }
  return result;
}

Pose world_pose(const PersonFrame& frame, double log_scale, const std::vector<float>& scales) {
  Pose pose = frame.person->pose;
  pose.bone_scales = scales;
  pose.rotations[0] = world_from_camera() * pose.rotations[0];
  const auto scale = static_cast<float>(std::exp(log_scale));
  const Vec2 offset = (frame.person->camera.root_uv - Vec2(0.5f * frame.width, 0.5f * frame.height)) / scale;
  const float distance = focal_in_sides * static_cast<float>(std::max(frame.width, frame.height)) / scale;
  pose.root_position = world_from_camera() * Vec3(offset.x(), offset.y(), distance);
  return pose;
}

/// Poses of frames without a person, from the nearest with one.
void fill_gaps(const std::vector<PersonFrame>& frames, std::vector<Pose>& poses) {
  const int count = static_cast<int>(frames.size());
  int before = -1;
  for (int t = 0; t < count; ++t) {
    if (!frames[t].person) continue;
    for (int s = before + 1; s < t; ++s)
      poses[s] =
          before < 0 ? poses[t] : between(poses[before], poses[t], static_cast<float>(s - before) / (t - before));
    before = t;
  }
  for (int s = before + 1; s < count; ++s) poses[s] = poses[before];
}

void stand_on_ground(const Skeleton& skeleton, std::vector<Pose>& poses) {
  std::vector<float> lowest;
  for (const Pose& pose : poses) {
    float y = INFINITY;
    for (const Vec3& p : forward_kinematics(skeleton, pose).positions) y = std::min(y, p.y());
    lowest.push_back(y);
  }
  const auto at = lowest.begin() + static_cast<std::ptrdiff_t>(lowest_share * static_cast<double>(lowest.size() - 1));
  std::nth_element(lowest.begin(), at, lowest.end());
  const Vec3 start(poses[0].root_position.x(), *at, poses[0].root_position.z());
  for (Pose& pose : poses) pose.root_position -= start;
}

}  // namespace

MotionClip motion_clip(const Skeleton& skeleton, const PoseDocument& document, int person_id) {
  const std::vector<PersonFrame> frames = frames_of(document, person_id);
  require(std::any_of(frames.begin(), frames.end(), [](const PersonFrame& frame) { return frame.person.has_value(); }),
          ErrorKind::input, "there is no motion to export: nobody was found", document.frames.empty() ? "" : document.frames[0].file,
          "say where the person is with --box, or leave bvh and glb out of --format");
  MotionClip clip;
  clip.frame_rate = document.frame_rate > 0 ? document.frame_rate : picture_rate;
  clip.bone_scales = median_scales(skeleton, frames);
  const std::vector<double> log_scales = smooth_log_scales(frames, clip.frame_rate);
  clip.poses.resize(frames.size());
  for (size_t t = 0; t < frames.size(); ++t)
    if (frames[t].person) clip.poses[t] = world_pose(frames[t], log_scales[t], clip.bone_scales);
  fill_gaps(frames, clip.poses);
  stand_on_ground(skeleton, clip.poses);
  return clip;
}

}  // namespace limn
