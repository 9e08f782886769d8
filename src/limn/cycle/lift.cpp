#include "limn/cycle/lift.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {

Pose3d lift(const Network& network, const Skeleton& skeleton, const torch::Tensor& keypoints,
            const torch::Tensor& confidence, const torch::Tensor& bone_depths, bool training) {
  const int64_t batch = keypoints.size(0), joints = skeleton.joint_count();
  check_shape(keypoints, {-1, joints, 2}, "keypoints");
  check_shape(confidence, {batch, joints}, "confidence");
  if (bone_depths.defined()) check_shape(bone_depths, {batch, joints}, "bone depths");
  const NormalisedKeypoints seen = normalise_keypoints(keypoints, confidence, bone_depths);
  const torch::Tensor output = network.forward({seen.input}, training)[0].flatten(1);
  return decode_lifted_pose(skeleton, output, seen.centre, seen.spread);
}

}  // namespace limn
