#include "limn/synth/sample.h"

namespace limn {

FacingPose in_facing_frame(const PersonView& view) {
  FacingPose result{facing_from_camera(view.pose.root_position), {}, view.pose.rotations};
  for (const Vec3& joint : view.joints_camera)
    result.joints.push_back(result.facing_from_camera * (joint - view.pose.root_position));
  result.rotations[0] = result.facing_from_camera * view.pose.rotations[0];  // a skeleton's first joint is its root
  return result;
}

}  // namespace limn
