// The spine: the analysis-by-synthesis cycle of METHOD 1, image to reconstructed image, one line a stage.
//
//   x --1--> y --2--> p2d --3--> p3d --4--> p2d^ --5--> y^ --6 (with x')--> x^
#pragma once

#include "limn/cycle/image_to_skeleton.h"
#include "limn/cycle/lift.h"
#include "limn/cycle/network.h"
#include "limn/cycle/reproject.h"
#include "limn/cycle/skeleton_to_pose.h"
#include "limn/network/architectures.h"
#include "limn/network/model_file.h"
#include "limn/skeleton/draw.h"

namespace limn {

/// The products of the six stages in order.
struct CycleProducts {
  torch::Tensor skeleton_image;  ///< 1: y [B C H W] in [0, 1]
  torch::Tensor orientation;     ///< 1, beside y: [B 3 2] the body's left and front; no stage reads it
  torch::Tensor bone_depth_maps;  ///< 1, for stage 3: [B K S/4 S/4] how far bones point away; undefined without them
  Pose2d pose2d;                 ///< 2: p2d [B K 2] crop units, confidence [B K]
  Pose3d pose3d;                 ///< 3: p3d [B J 3] metres, camera-facing frame, with rotations
  torch::Tensor reprojected;     ///< 4: p2d^ [B K 2] crop units
  torch::Tensor drawing;         ///< 5: y^ [B C H W] in [0, 1]
  torch::Tensor reconstruction;  ///< 6: x^ [B 3 S S] in [0, 1]
};

struct CycleOptions {
  std::string grouping = "limbs";  ///< of the skeleton image: "limbs", "single", "bones"
  ArchitectureOptions architecture;
  double sigma_px = 1.5;  ///< of the drawing, pixels of the skeleton image
  Profile profile = Profile::gaussian;
  /// No gradient of stages 2 to 6 reaches stage 1: y is what its own losses make it, so that nothing about the pose can hide
  /// in its shades of grey (KeypointGAN's regressor, too, is taught apart from its image network).
  bool strict = false;
};

class Cycle {
 public:
  Cycle(const Skeleton& skeleton, CycleOptions options, uint64_t seed, torch::Device device);

  /// image, appearance [B 3 S S], RGB in [0, 1]; camera: of `image`.
  CycleProducts forward(const torch::Tensor& image, const torch::Tensor& appearance, const CameraTensors& camera,
                        bool training) const;
  /// Stages 1 to 4 only; drawing and reconstruction stay undefined.
  CycleProducts analyse(const torch::Tensor& image, const CameraTensors& camera, bool training) const;
  /// Stage 5 alone: joints [B J 2] crop units -> [B C H W].
  torch::Tensor draw(const torch::Tensor& joints) const;

  const Skeleton& skeleton() const { return skeleton_; }
  const Grouping& grouping() const { return skeleton_.grouping(options_.grouping); }
  const CycleOptions& options() const { return options_; }
  /// Every network by name.
  std::map<std::string, Network*> networks();
  std::map<std::string, const Network*> networks() const;
  /// One vector a network; see Network::parameters.
  std::vector<torch::Tensor> parameters() const;
  /// Before a backward pass; the painter takes part only in steps that repaint.
  void reset_gradients(bool repaints);
  /// Before a backward pass through the lifter alone: the other networks have no gradient then.
  void reset_lifter_gradient();
  /// Network::set_arithmetic of every network.
  void set_arithmetic(torch::ScalarType type);
  /// Network::share_statistics of every network.
  void share_statistics(Ranks* ranks);
  Cycle frozen_copy() const;
  void move_towards(const Cycle& other, double decay);

  /// The pose path (stages 1 to 3) as a released model, and weights read back from one. Of a model without bone depths their
  /// weights become zero; those of a lifter of another size are left out.
  ModelFile to_model() const;
  void read_model(const ModelFile& model, const std::string& origin);

  Network image_to_skeleton_network, orientation_network, skeleton_to_pose_network, lifter_network, repaint_network;

 private:
  /// To the weights of a model without bone depths, those that tell nothing and whom nobody hears.
  void add_bone_depths(const ModelFile& model, TensorFile& weights) const;

  Skeleton skeleton_;
  CycleOptions options_;
  DrawPlan plan_;
};

/// Weak perspective for `batch` pictures whose intrinsics are unknown.
CameraTensors weak_cameras(int64_t batch, torch::Device device);

}  // namespace limn
