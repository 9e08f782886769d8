#include "limn/train/options.h"

#include <algorithm>

namespace limn {

void TrainOptions::describe(FieldList& f) {
  describe_run(f);
  f.add("run.start_from", start_from, "weight file to start from, of the same networks (a lifter of another size starts from nothing); empty: from nothing");
  f.add("run.rank_timeout_s", rank_timeout_s, 1, 1e6,
        "with several processes: seconds that one waits for another, rank 0's validation included, before it counts as lost");

  f.add("schedule.pretrain_steps", pretrain_steps, 0, many, "stage one: synthetic people only");
  f.add("schedule.mixed_steps", mixed_steps, 0, many, "stage two: synthetic people and unlabelled frames");
  f.add("schedule.lifter_steps", lifter_steps, 0, many,
        "last steps, of the lifter alone, on synthetic poses without pictures: many cost less than one picture");
  f.add("schedule.batch_synthetic", batch_synthetic, 1, 4096, "synthetic pictures a step; of each process, as all batch sizes");
  f.add("schedule.batch_real", batch_real, 1, 4096, "unlabelled pictures a step of stage two");
  f.add("schedule.batch_poses", batch_poses, 1, 65536, "synthetic poses a step for the lifter and the discriminator");
  f.add("schedule.batch_lifter", batch_lifter, 1, 1 << 20, "synthetic poses a step of the lifter alone");
  f.add("schedule.optimiser", optimiser, {"adam", "muon"},
        "what moves the hidden layers' matrices; Adam moves everything else");
  f.add("schedule.learning_rate", learning_rate, 0, 1e30, "of both, after warm-up");
  f.add("schedule.discriminator_rate", discriminator_rate, 0, 1e30, "of the discriminator's Adam");
  f.add("schedule.easy_steps", easy_steps, 0, many,
        "first steps with whole, upright, large people in clean pictures; over as many again the others join");
  f.add("schedule.paint_from", paint_from, 0, many, "first step that repaints the picture (stages 5 and 6)");
  describe_rate(f);

  f.add("network.skeleton", skeleton, "skeleton TOML; empty: the built-in human");
  f.add("network.grouping", grouping, "channels of the skeleton image: limbs, single, bones");
  f.add("network.sigma_px", sigma_px, 0.1, 100, "width of the drawing, pixels of the skeleton image");
  f.add("network.profile", profile, {"gaussian", "exponential"},
        "how a line of the drawing fades: exp(-d^2/2 sigma^2), or KeypointGAN's exp(-d/sigma)");
  f.add("network.strict", strict,
        "stage 2's losses do not reach stage 1, so that no sides can hide in the skeleton image's shades of grey");
  f.add("network.bone_depths", bone_depths,
        "stage 1 also tells how far each bone points away from the camera, and the lifter reads it");
  f.add("network.image_size", image_size, 32, 1024, "side of the input picture, px, a multiple of 2^levels");
  f.add("network.width", width, 4, 512, "channels of stage 1 at half size, doubled at each halving");
  f.add("network.levels", levels, 4, 8, "halvings of stage 1");
  f.add("network.depth", depth, 1, 8, "residual blocks a level of stage 1");
  f.add("network.pose_width", pose_width, 4, 512, "channels of stage 2 at quarter size");
  f.add("network.lifter_width", lifter_width, 16, 8192, "hidden units of the lifter");
  f.add("network.lifter_blocks", lifter_blocks, 1, 16, "residual blocks of the lifter");
  f.add("network.decoder_width", decoder_width, 4, 512, "channels of the painter at full size");
  f.add("network.discriminator_width", discriminator_width, 4, 512, "channels of the discriminator's first layer");

  f.add("data.real", real, "folders or files with unlabelled pictures and videos; empty: no stage two");
  describe_workers(f);
  f.add("data.reuse", reuse, 1, 1000, "times that a render is shown, each time changed anew; 1: once, as it is");
  f.add("data.pool", pool, 1, 1e7, "renders kept for that, at most");
  f.add("data.max_gap_s", max_gap_s, 0.01, 1e6, "seconds between x and x' of a video, at most");

  limn::describe(synth, f);
  limn::describe(folders, f);

  f.add("loss.skeleton", loss_skeleton, 0, 1e6, "L_skeleton, synthetic: skeleton image against its drawing");
  f.add("loss.orientation", loss_orientation, 0, 1e6,
        "left and front of the body told by stage 1's coarsest features, synthetic: sides are learnt through it");
  f.add("loss.bone_depths", loss_bone_depths, 0, 1e6, "squared error of network.bone_depths, synthetic");
  f.add("loss.keypoints", loss_2d, 0, 1e6, "L_2d, synthetic");
  f.add("loss.heatmaps", loss_heatmaps, 0, 1e6, "divergence of the keypoints' heatmaps, synthetic");
  f.add("loss.confidence", loss_confidence, 0, 1e6, "cross-entropy of the keypoints' confidence, synthetic");
  f.add("loss.positions", loss_3d, 0, 1e6, "L_3d, synthetic, metres");
  f.add("loss.bone_lengths", loss_bone_lengths, 0, 1e6, "codes of the bones' lengths, synthetic");
  f.add("loss.rotations", loss_rotation, 0, 1e6, "L_rot, synthetic, radians");
  f.add("loss.reprojection", loss_reprojection, 0, 1e6, "reprojected keypoints against the true ones, synthetic");
  f.add("loss.lifter", loss_lifter, 0, 1e6, "the 3D terms again on poses without pictures");
  f.add("loss.reconstruction", loss_reconstruction, 0, 1e6, "L_reconstruction, both");
  f.add("loss.adversarial", loss_adversarial, 0, 1e6, "L_adversarial, real");
  f.add("loss.consistency", loss_consistency, 0, 1e6, "L_consistency, real");
  f.add("loss.prior", loss_prior, 0, 1e6, "L_prior, real");
  f.add("loss.teacher", loss_teacher, 0, 1e6,
        "self-training, real: heatmaps of the changed picture against what the moving average reads in the picture");
  f.add("loss.consistency_fixed", consistency_fixed, {"none", "drawing", "image"}, "side held by L_consistency");
  f.add("loss.perceptual", perceptual, {"laplacian", "self", "file"}, "features of L_reconstruction");
  f.add("loss.perceptual_file", perceptual_file, "network file for loss.perceptual = \"file\"");

  describe_records(f, "held-out synthetic people");
  f.add("record.validation_samples", validation_samples, 8, 100000, "held-out synthetic people");
  f.add("record.sheet_every", sheet_every, 1, many, "steps between sample sheets");
}

SynthOptions easy_world(SynthOptions o) {
  o.upright_probability = 1;
  o.smallest_extent = std::max(o.smallest_extent, 0.75);
  o.tilt_probability = o.steep_probability = o.truncation_probability = 0;
  o.occluder_probability = o.distractor_probability = o.clutter_probability = 0;
  o.sensor_strength = o.edges.share = 0;
  return o;
}

ArchitectureOptions TrainOptions::architecture() const {
  ArchitectureOptions a;
  a.image_size = image_size;
  a.bone_depths = bone_depths;
  a.width = width;
  a.levels = levels;
  a.depth = depth;
  a.pose_width = pose_width;
  a.lifter_width = lifter_width;
  a.lifter_blocks = lifter_blocks;
  a.decoder_width = decoder_width;
  a.discriminator_width = discriminator_width;
  return a;
}

}  // namespace limn
