// Stage 3: 2D pose -> joint rotations, bone lengths and root, and by forward kinematics the 3D pose.
#pragma once

#include "limn/cycle/network.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

/// Frame: camera-facing (x right, y down, z forward).
struct Pose3d {
  torch::Tensor rotations;         ///< [B J 3 3] local; the root's is frame_from_body; leaves hold the identity
  torch::Tensor global_rotations;  ///< [B J 3 3] frame_from_joint
  torch::Tensor bone_scales;       ///< [B J] bone length / rest length
  torch::Tensor joints;            ///< [B J 3] metres, root at the origin
  torch::Tensor root_uv;           ///< [B 2] crop units: where the root appears
  torch::Tensor scale;             ///< [B] crop units per metre at the root's depth
};

/// keypoints [B K 2] crop units, confidence [B K]. Encoding and decoding as in skeleton/pose_code.h.
Pose3d lift(const Network& network, const Skeleton& skeleton, const torch::Tensor& keypoints,
            const torch::Tensor& confidence, bool training);

}  // namespace limn
