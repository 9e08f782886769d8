// Stage 3 over time: clips of keypoints -> the pose of each frame. The torch twin of skeleton/temporal_code.h and
// infer/temporal_lift.h.
#pragma once

#include "limn/cycle/network.h"
#include "limn/cycle/pose_code.h"

namespace limn {

/// keypoints [S L K 2] crop units and confidence [S L K] of S clips of L frames, as far apart as the network wants them;
/// where all confidences of a frame are 0 nobody was seen. Bone depths [S L K], zeros where none are read.
struct KeypointClips {
  torch::Tensor keypoints, confidence, bone_depths;
  KeypointClips to(torch::Device device) const;
};

struct LiftedClips {
  Pose3d single;  ///< [S L] frames, end to end, by the lifter alone; no gradient
  Pose3d pose;    ///< likewise, with what the temporal lifter adds. Frames in which nobody was seen mean nothing.
};

/// output [B M] of the lifter -> the same poses' in bounded numbers (skeleton/pose_code.h).
torch::Tensor canonical_output(const Skeleton& skeleton, const torch::Tensor& output);

/// Frames of `clips` clips, end to end, their canonical outputs [S*L M] and whether somebody was seen in them [S*L]
/// -> windows [S L T F] of `length` T about each. Frames beyond a clip's ends count as unseen.
torch::Tensor temporal_windows(const NormalisedKeypoints& frames, const torch::Tensor& output,
                               const torch::Tensor& seen, int64_t clips, int64_t length);

/// Gradients reach the temporal lifter alone.
LiftedClips lift_over_time(const Network& lifter, const Network& temporal_lifter, const Skeleton& skeleton,
                           const KeypointClips& clips, bool training);

}  // namespace limn
