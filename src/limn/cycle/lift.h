// Stage 3: 2D pose -> joint rotations, bone lengths and root, and by forward kinematics the 3D pose.
#pragma once

#include "limn/cycle/network.h"
#include "limn/cycle/pose_code.h"

namespace limn {

/// keypoints [B K 2] crop units, confidence [B K], bone depths [B K] (undefined where the lifter reads none).
/// Encoding and decoding as in skeleton/pose_code.h.
Pose3d lift(const Network& network, const Skeleton& skeleton, const torch::Tensor& keypoints,
            const torch::Tensor& confidence, const torch::Tensor& bone_depths, bool training);

}  // namespace limn
