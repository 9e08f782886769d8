#include "limn/evaluate/motion_quality.h"

#include <algorithm>
#include <cstdio>

#include "limn/evaluate/metrics.h"

namespace limn {
namespace {

using Bodies = std::vector<std::vector<Vec3>>;  ///< [T][J]

double mean_slide(const Skeleton& skeleton, const MotionClip& clip, const Bodies& bodies) {
  const Legs legs = legs_of(skeleton);
  double sum = 0;
  int counted = 0;
  for (size_t t = 1; t < bodies.size(); ++t)
    for (size_t side = 0; side < 2; ++side)
      for (size_t end = 0; end < 2; ++end) {
        if (!clip.contacts[t][side][end] || !clip.contacts[t - 1][side][end]) continue;
        const int joint = end == heel ? legs[side].ankle : legs[side].toe_tip;
        const Vec3 moved = bodies[t][joint] - bodies[t - 1][joint];
        sum += Vec2(moved.x(), moved.z()).norm() * clip.frame_rate;
        ++counted;
      }
  return counted > 0 ? sum / counted : 0;
}

int flips(const Skeleton& skeleton, const Bodies& bodies) {
  std::vector<int> mirror;
  for (const Joint& joint : skeleton.joints()) mirror.push_back(joint.mirror);
  int count = 0;
  for (size_t t = 1; t < bodies.size(); ++t)
    count += mean_distance(side_swapped(bodies[t], mirror), bodies[t - 1]) < mean_distance(bodies[t], bodies[t - 1]);
  return count;
}

bool rests(const FootContacts& contacts) {
  return contacts[0][heel] || contacts[0][toes] || contacts[1][heel] || contacts[1][toes];
}

}  // namespace

double mean_acceleration(const Bodies& bodies, double frame_rate) {
  double sum = 0;
  size_t counted = 0;
  for (size_t t = 1; t + 1 < bodies.size(); ++t)
    for (size_t j = 0; j < bodies[t].size(); ++j, ++counted)
      sum += (bodies[t + 1][j] - 2 * bodies[t][j] + bodies[t - 1][j]).norm() * frame_rate * frame_rate;
  return counted > 0 ? sum / static_cast<double>(counted) : 0;
}

MotionQuality motion_quality(const Skeleton& skeleton, const MotionClip& clip) {
  MotionQuality quality;
  if (clip.poses.empty()) return quality;
  Bodies bodies;
  const auto frames = static_cast<double>(clip.poses.size());
  for (const Pose& pose : clip.poses) {
    bodies.push_back(forward_kinematics(skeleton, pose).positions);
    double lowest = 0;
    for (const Vec3& p : bodies.back()) lowest = std::min<double>(lowest, p.y());
    quality.deepest_m = std::max(quality.deepest_m, -lowest);
    quality.mean_depth_m -= lowest / frames;
  }
  quality.seconds = frames / clip.frame_rate;
  quality.contact_share =
      static_cast<double>(std::count_if(clip.contacts.begin(), clip.contacts.end(), rests)) / frames;
  quality.foot_slide = mean_slide(skeleton, clip, bodies);
  quality.acceleration = mean_acceleration(bodies, clip.frame_rate);
  quality.flips_per_minute = 60 * flips(skeleton, bodies) / quality.seconds;
  return quality;
}

std::string describe(const MotionQuality& quality) {
  char text[256];
  std::snprintf(text, sizeof text,
                "feet on the ground in %.0f %% of the frames, sliding %.3f m/s; at most %.1f cm below it; mean "
                "acceleration %.1f m/s^2; %.1f flips a minute",
                100 * quality.contact_share, quality.foot_slide, 100 * quality.deepest_m, quality.acceleration,
                quality.flips_per_minute);
  return text;
}

}  // namespace limn
