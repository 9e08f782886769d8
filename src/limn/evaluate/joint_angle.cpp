#include "limn/evaluate/joint_angle.h"

#include <numbers>

#include "limn/base/error.h"

namespace limn {
namespace {

std::vector<Mat3> in_frame_of_pose(const Skeleton& skeleton, const std::vector<Mat3>& local) {
  std::vector<Mat3> global;
  for (size_t j = 0; j < local.size(); ++j) {
    const int parent = skeleton.joints()[j].parent;
    global.push_back(parent < 0 ? local[j] : Mat3(global[parent] * local[j]));
  }
  return global;
}

double degrees(const Mat3& a, const Mat3& b) { return geodesic_angle(a, b) * 180 / std::numbers::pi; }

}  // namespace

std::vector<JointAngle> joint_angles(const Skeleton& skeleton, const std::vector<Mat3>& predicted,
                                     const std::vector<Mat3>& truth) {
  const auto joints = static_cast<size_t>(skeleton.joint_count());
  require(predicted.size() == joints && truth.size() == joints, ErrorKind::usage, "rotations of another skeleton",
          skeleton.name(), "pass one rotation a joint");
  const std::vector<Mat3> p = in_frame_of_pose(skeleton, predicted), t = in_frame_of_pose(skeleton, truth);
  std::vector<JointAngle> angles;
  for (const int j : skeleton.rotating_joints())
    angles.push_back({skeleton.joints()[j].name, degrees(predicted[j], truth[j]), degrees(p[j], t[j])});
  return angles;
}

}  // namespace limn
