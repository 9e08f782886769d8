#include "limn/evaluate/facing_joints.h"

#include "limn/geometry/camera.h"

namespace limn {

std::vector<Vec3> facing_joints_m(const std::vector<Vec3>& camera_mm, size_t root) {
  const Mat3 turn = facing_from_camera(camera_mm[root]);
  std::vector<Vec3> joints_m;
  for (const Vec3& joint : camera_mm) joints_m.push_back(turn * (joint - camera_mm[root]) / 1000);
  return joints_m;
}

}  // namespace limn
