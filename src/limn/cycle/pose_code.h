// The lifter's input and output vectors; the torch twin of skeleton/pose_code.h.
#pragma once

#include <torch/types.h>

#include "limn/skeleton/skeleton.h"

namespace limn {

/// Frame: camera-facing (x right, y down, z forward).
struct Pose3d {
  torch::Tensor rotations;         ///< [B J 3 3] local; the root's is frame_from_body; leaves hold the identity
  torch::Tensor global_rotations;  ///< [B J 3 3] frame_from_joint
  torch::Tensor length_codes;      ///< [B G] of the length groups: bone length / rest length = exp(0.5 tanh(code))
  torch::Tensor bone_scales;       ///< [B J] bone length / rest length
  torch::Tensor joints;            ///< [B J 3] metres, root at the origin
  torch::Tensor root_uv;           ///< [B 2] crop units: where the root appears
  torch::Tensor scale;             ///< [B] crop units per metre at the root's depth
};

/// The joints with rotations of their own, [R] int64.
torch::Tensor rotating_index(const Skeleton& skeleton, torch::Device device);

struct NormalisedKeypoints {
  torch::Tensor input;   ///< [B 3 K], with bone depths [B 4 K]
  torch::Tensor centre;  ///< [B 2]
  torch::Tensor spread;  ///< [B]
};

/// keypoints [B K 2] crop units, confidence [B K], bone depths [B K]; those undefined where the lifter reads none.
NormalisedKeypoints normalise_keypoints(const torch::Tensor& keypoints, const torch::Tensor& confidence,
                                        const torch::Tensor& bone_depths = {});

/// joints [B J 3] metres -> [B G], the codes of their bones' lengths (Pose3d::length_codes); of bones beyond 0.62 and 1.62 of
/// their rest length the nearest of these.
torch::Tensor length_codes(const Skeleton& skeleton, const torch::Tensor& joints);

/// output [B 6 R + G + 3] of the lifter, for keypoints of that centre [B 2] and spread [B].
Pose3d decode_lifted_pose(const Skeleton& skeleton, const torch::Tensor& output, const torch::Tensor& centre,
                          const torch::Tensor& spread);

}  // namespace limn
