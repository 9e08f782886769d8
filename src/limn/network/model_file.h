// What a released weight file holds: the networks of the pose path (stages 1 to 3), their weights, and the skeleton
// they were trained on. Everything needed to predict; nothing else.
//
// It is a safetensors file. Metadata: "limn.format" = "1", "limn.skeleton" (TOML), "limn.grouping", "limn.image_size",
// "limn.sigma_px", "limn.profile", "limn.image_to_skeleton", "limn.skeleton_to_pose", "limn.lifter" (JSON,
// network/spec.h), "limn.temporal_lifter" (JSON) and "limn.temporal_step_s" (both may be missing), "limn.ranges" (lines
// "<network>.<layer> <number>"; may be missing), "limn.info.<key>" (text). Tensors: "<network>.<parameter>", F32.
#pragma once

#include <filesystem>
#include <optional>

#include "limn/network/safetensors.h"
#include "limn/network/spec.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

struct ModelFile {
  Skeleton skeleton;
  std::string grouping;              ///< of the skeleton image's channels
  int image_size = 128;              ///< the network's input is image_size x image_size
  double sigma_px = 1.5;             ///< of the drawing (skeleton/draw.h), pixels of the skeleton image
  std::string profile = "gaussian";  ///< of the drawing
  NetworkSpec image_to_skeleton, skeleton_to_pose, lifter;
  std::optional<NetworkSpec> temporal_lifter;  ///< of videos; older models have none
  double temporal_step_s = 0;                  ///< between the frames that it reads; > 0 where there is one
  std::map<std::string, TensorBlob> weights;  ///< "image_to_skeleton.<parameter>" ...
  /// Largest values of layers' products on typical pictures, "<network>.<layer>": what eight bits have to span. Empty:
  /// not known (infer/calibration.h finds them).
  std::map<std::string, float> ranges;
  std::map<std::string, std::string> info;    ///< free text: configuration, images seen, version

  /// Error(model): not a Limn model, missing or wrong-shaped weights, networks that do not fit the skeleton.
  static ModelFile load(const std::filesystem::path& path);
  static ModelFile from(const TensorFile& file, const std::string& origin);
  /// Matrices are stored in half precision, everything else as float32; in memory all weights are float32.
  void save(const std::filesystem::path& path) const;
  /// Error(model) unless every parameter is there with its shape and finite values, and the stages fit each other and
  /// the skeleton:
  ///   stage 1  "image" [3 S S] -> one output [C H' W'], C the channels of the grouping, and perhaps [K h w], bone depths
  ///   stage 2  "skeleton_image" [C H' W'] -> one output [K h w], K the joints of the skeleton
  ///   stage 3  "keypoints" [lifter_input_size 1 1] -> one output [lifter_output_size 1 1]   (skeleton/pose_code.h)
  ///   over time "window" [T temporal_frame_size 1 1], T odd -> one output [lifter_output_size 1 1]
  ///            (skeleton/temporal_code.h)
  void check(const std::string& origin) const;
  /// Whether stage 1 tells how far bones point away from the camera, and stage 3 reads it.
  bool reads_bone_depths() const { return image_to_skeleton.outputs.size() > 1; }
  /// T of the temporal lifter; 0 where there is none.
  int temporal_frames() const;
  /// Error(model) unless the model's skeleton has the structure of `expected`.
  void require_same_skeleton(const Skeleton& expected, const std::string& origin) const;
};

}  // namespace limn
