#include "limn/train/objectives.h"

#include <torch/torch.h>

#include "limn/base/random.h"
#include "limn/losses/adversarial.h"
#include "limn/losses/consistency.h"
#include "limn/losses/keypoints.h"
#include "limn/losses/pose3d.h"
#include "limn/losses/prior.h"
#include "limn/losses/skeleton_image.h"

namespace limn {
namespace {

class Terms {
 public:
  void add(const std::string& name, double weight, const std::function<torch::Tensor()>& term) {
    if (weight <= 0) return;
    const torch::Tensor value = weight * term();
    out.terms[name] = value;
    out.total = out.total.defined() ? out.total + value : value;
  }
  Objectives out;
};

/// 2D weights: 1 for visible, 0.5 for occluded, 0 outside the picture, where the heatmap has no cell.
torch::Tensor keypoint_weight(const PoseTruth& truth) { return 0.5 * truth.visibility; }

void add_synthetic(Terms& terms, const ObjectiveContext& c, const CycleProducts& p, const Batch& batch) {
  const TrainOptions& o = c.options;
  const int64_t n = batch.synthetic;
  const auto first = [n](const torch::Tensor& t) { return t.narrow(0, 0, n); };
  const PoseTruth& truth = batch.truth;
  const torch::Tensor weight = keypoint_weight(truth);
  const torch::Tensor rotating = rotating_index(c.cycle.skeleton(), truth.uv.device());
  terms.add("skeleton", o.loss_skeleton,
            [&] { return skeleton_image_loss(first(p.skeleton_image), c.cycle.draw(truth.uv)); });
  // A skeleton's first joint is its root.
  terms.add("orientation", o.loss_orientation,
            [&] { return orientation_loss(first(p.orientation), truth.rotations.select(1, 0)); });
  if (p.bone_depth_maps.defined())
    terms.add("bone_depths", o.loss_bone_depths, [&] {
      const torch::Tensor depths = bone_depths(c.cycle.skeleton(), truth.joints, truth.rotations);
      return bone_depth_loss(first(p.bone_depth_maps), truth.uv, depths, (truth.visibility > 0).to(torch::kFloat32), c.ranks);
    });
  terms.add("keypoints", o.loss_2d, [&] { return keypoint_loss(first(p.pose2d.xy), truth.uv, weight, c.ranks); });
  terms.add("heatmaps", o.loss_heatmaps,
            [&] { return heatmap_loss(first(p.pose2d.heatmaps), truth.uv, weight, c.ranks); });
  terms.add("confidence", o.loss_confidence, [&] { return confidence_loss(first(p.pose2d.logits), weight); });
  terms.add("positions", o.loss_3d, [&] { return position_loss(first(p.pose3d.joints), truth.joints); });
  terms.add("bone_lengths", o.loss_bone_lengths,
            [&] { return bone_length_loss(c.cycle.skeleton(), first(p.pose3d.length_codes), truth.joints); });
  terms.add("rotations", o.loss_rotation,
            [&] { return rotation_loss(first(p.pose3d.rotations), truth.rotations, rotating); });
  terms.add("reprojection", o.loss_reprojection,
            [&] { return keypoint_loss(first(p.reprojected), truth.uv, torch::ones_like(weight)); });
}

/// The lifter again, on poses that need no picture: thousands of them cost less than one convolution.
void add_lifter(Terms& terms, const ObjectiveContext& c, const Batch& batch) {
  const TrainOptions& o = c.options;
  if (o.loss_lifter <= 0) return;
  const PoseTruth& truth = batch.poses;
  const NoisyKeypoints seen = noisy_keypoints(truth, o.seed, batch.first_pose);
  torch::Tensor depths;
  if (o.bone_depths) depths = noisy_bone_depths(c.cycle.skeleton(), truth, o.seed, batch.first_pose);
  const Pose3d pose = lift(c.cycle.lifter_network, c.cycle.skeleton(), seen.xy, seen.confidence, depths, true);
  const torch::Tensor reprojected = reproject(pose.joints, pose.root_uv, pose.scale, truth.camera);
  const torch::Tensor rotating = rotating_index(c.cycle.skeleton(), truth.uv.device());
  terms.add("lifter", o.loss_lifter, [&] {
    return o.loss_3d * position_loss(pose.joints, truth.joints) +
           o.loss_bone_lengths * bone_length_loss(c.cycle.skeleton(), pose.length_codes, truth.joints) +
           o.loss_rotation * rotation_loss(pose.rotations, truth.rotations, rotating) +
           o.loss_reprojection * keypoint_loss(reprojected, truth.uv, torch::ones_like(truth.visibility));
  });
}

void add_real(Terms& terms, const ObjectiveContext& c, const CycleProducts& p, const Batch& batch) {
  const TrainOptions& o = c.options;
  const int64_t n = batch.synthetic, m = batch.image.size(0) - n;
  const auto last = [n, m](const torch::Tensor& t) { return t.narrow(0, n, m); };
  if (batch.taught.uv.defined())
    terms.add("teacher", o.loss_teacher,
              [&] { return heatmap_loss(last(p.pose2d.heatmaps), batch.taught.uv, batch.taught.weight, c.ranks); });
  terms.add("adversarial", o.loss_adversarial,
            [&] { return adversarial_loss(c.discriminator, last(p.skeleton_image)); });
  terms.add("consistency", o.loss_consistency, [&] {
    const torch::Tensor drawing = p.drawing.defined() ? last(p.drawing) : c.cycle.draw(last(p.reprojected));
    return image_consistency_loss(last(p.skeleton_image), drawing, o.consistency_fixed) +
           pose_consistency_loss(last(p.pose2d.xy), last(p.reprojected), last(p.pose2d.confidence),
                                 o.consistency_fixed, c.ranks);
  });
  terms.add("prior", o.loss_prior,
            [&] { return pose_prior_loss(c.cycle.skeleton(), last(p.pose3d.rotations), last(p.pose3d.bone_scales)); });
}

}  // namespace

NoisyKeypoints noisy_keypoints(const PoseTruth& truth, uint64_t seed, int64_t first) {
  const torch::Tensor truth_uv = truth.uv.cpu().contiguous(), seen = truth.visibility.cpu().contiguous();
  torch::Tensor xy = truth_uv.clone(), confidence = torch::empty_like(seen);
  const int64_t count = truth_uv.size(0), joints = truth_uv.size(1);
  float* p = xy.data_ptr<float>();
  for (int64_t n = 0; n < count; ++n) {
    Random random(seed, "lifter.noise", static_cast<uint64_t>(first + n));
    const double care = random.uniform(0.005, 0.04);  // a good reading or a poor one
    for (int64_t j = 0; j < joints; ++j) {
      const int64_t i = n * joints + j;
      const bool inside = seen.data_ptr<float>()[i] > 0.5f;
      const bool lost = !inside || random.chance(0.08);
      const double noise = lost ? 0.15 : care;
      for (int k = 0; k < 2; ++k) {
        const double value = p[2 * i + k] + random.normal(0, noise);
        p[2 * i + k] = static_cast<float>(value < -1 ? -1 : value > 1 ? 1 : value);  // heatmaps end at the border
      }
      confidence.data_ptr<float>()[i] = static_cast<float>(lost ? random.uniform(0.02, 0.4) : random.uniform(0.5, 1));
    }
  }
  return {xy.to(truth.uv.device()), confidence.to(truth.uv.device())};
}

torch::Tensor noisy_bone_depths(const Skeleton& skeleton, const PoseTruth& truth, uint64_t seed, int64_t first) {
  torch::Tensor depths = bone_depths(skeleton, truth.joints, truth.rotations).cpu().contiguous();
  const int64_t count = depths.size(0), joints = depths.size(1);
  float* p = depths.data_ptr<float>();
  for (int64_t n = 0; n < count; ++n) {
    Random random(seed, "lifter.depth_noise", static_cast<uint64_t>(first + n));
    const bool unknown = random.chance(0.1);
    // What a network is unsure of it draws towards the middle.
    const double care = random.uniform(0.5, 1), noise = random.uniform(0.05, 0.3);
    for (int64_t j = 0; j < joints; ++j, ++p) {
      const double lost = random.chance(0.1) ? random.uniform(-0.3, 0.3) : 1;
      const double value = unknown ? 0 : care * lost * *p + random.normal(0, noise);
      *p = static_cast<float>(value < -1 ? -1 : value > 1 ? 1 : value);
    }
  }
  return depths.to(truth.joints.device());
}

Objectives lifter_objectives(const ObjectiveContext& context, const Batch& batch) {
  Terms terms;
  add_lifter(terms, context, batch);
  return terms.out;
}

Objectives compute_objectives(const ObjectiveContext& context, const CycleProducts& products, const Batch& batch) {
  Terms terms;
  add_synthetic(terms, context, products, batch);
  add_lifter(terms, context, batch);
  if (products.reconstruction.defined())
    terms.add("reconstruction", context.options.loss_reconstruction, [&] {
      return context.perceptual(products.reconstruction, batch.image, context.average.image_to_skeleton_network,
                                context.ranks);
    });
  if (batch.image.size(0) > batch.synthetic) add_real(terms, context, products, batch);
  return terms.out;
}

}  // namespace limn
