// The networks of the cycle, described as data. Sizes were chosen by measurement on CPU: plain 3x3 convolutions,
// channels in multiples of 16, stride-2 convolutions down, bilinear x2 + convolution up (see
// ARCHITECTURE.md, "Networks").
#pragma once

#include "limn/network/spec.h"

namespace limn {

struct ArchitectureOptions {
  int image_size = 128;     ///< S, a multiple of 32
  int channels = 8;         ///< C of the skeleton image
  int keypoints = 27;       ///< K
  bool bone_depths = false; ///< whether stage 1 tells them and stage 3 reads them
  int lifter_inputs = 81;   ///< skeleton/pose_code.h
  int lifter_outputs = 120;
  int width = 16;           ///< channels at S/2; doubled at each halving
  int levels = 5;           ///< of stage 1: the coarsest is S / 2^levels
  int depth = 1;            ///< residual blocks a level of stage 1
  int pose_width = 32;      ///< channels of stage 2 at S/4
  int lifter_width = 512;
  int lifter_blocks = 2;
  int decoder_width = 16;
  int discriminator_width = 32;
};

/// Stage 1: "image" [3 S S], normalised -> "skeleton_image" [C S/2 S/2] in [0, 1]. A thin residual U-Net; its
/// encoder levels are named enc0 (S/2), enc1 (S/4) ...
/// With `bone_depths` also -> "bone_depths" [K S/4 S/4], location maps (Mehta et al. 2017, VNect): joint k's map holds, where
/// joint k is seen, how far its bone points away from the camera (skeleton/bone_depths.h). The skeleton image is flat and
/// cannot say so; stage 3 reads it beside the 2D pose, stage 2 does not.
NetworkSpec image_to_skeleton_spec(const ArchitectureOptions& options);

/// Which way the body faces, told by the coarsest features of stage 1 (its input has the name of that layer) ->
/// "orientation" [6], the body's left and front. Only an objective reads it: it never reaches stage 2.
NetworkSpec orientation_spec(const ArchitectureOptions& options);

/// Stage 2: "skeleton_image" [C S/2 S/2] -> "heatmaps" [K S/4 S/4], logits. Reads nothing but the skeleton image.
NetworkSpec skeleton_to_pose_spec(const ArchitectureOptions& options);

/// Stage 1 reads (value - input_mean) / input_deviation of RGB in [0, 1].
inline constexpr float input_mean = 0.5f, input_deviation = 0.25f;

/// A keypoint is read within so many cells of its heatmap's largest logit, each way. Where two places are likely (a left
/// wrist and a right one, say), the mean of the whole map would be neither.
inline constexpr int heatmap_radius = 2;

/// Stage 3: "keypoints" [lifter_inputs] -> "pose" [lifter_outputs]; residual MLP after Martinez et al. 2017,
/// without norms: it reads predicted and true keypoints in turn, whose statistics differ.
NetworkSpec lifter_spec(const ArchitectureOptions& options);

/// Stage 3 over time: "window" [frames * features] -> "correction" [outputs] of the lifter's output for the middle frame
/// (skeleton/temporal_code.h); an MLP as the lifter is.
struct TemporalArchitecture {
  int frames = 13;  ///< T, odd
  int features = 204, outputs = 120;
  int width = 384, blocks = 2;
};
NetworkSpec temporal_lifter_spec(const TemporalArchitecture& options);

/// Stage 6: "drawing" [C S/2 S/2], "appearance" [3 S S] normalised -> "image" [3 S S] in [0, 1]. The two meet at S/8:
/// no finer path leads from the appearance to the output, so that pose can only come from the drawing.
NetworkSpec repaint_spec(const ArchitectureOptions& options);

/// Discriminator on skeleton images, "skeleton_image" [C S/2 S/2] -> patch scores at scales 1, 1/2, 1/4.
NetworkSpec discriminator_spec(const ArchitectureOptions& options);

}  // namespace limn
