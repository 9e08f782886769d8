#include "limn/network/architectures.h"

#include <algorithm>

#include "limn/network/spec_builder.h"

namespace limn {
namespace {

/// Encoder levels of the given widths, each half the size of the one before, and the way back up to level `top`.
std::string u_net(SpecBuilder& build, const std::string& input, const std::vector<int>& widths, int depth, int top) {
  std::vector<std::string> levels;
  std::string x = input;
  for (size_t level = 0; level < widths.size(); ++level) {
    const std::string name = "enc" + std::to_string(level);
    const int blocks = level == 0 ? 0 : depth;
    x = build.conv(blocks == 0 ? name : name + "_down", x, widths[level], 2);
    for (int b = 0; b < blocks; ++b)
      x = build.residual(b + 1 == blocks ? name : name + "_" + std::to_string(b), x, widths[level]);
    levels.push_back(x);
  }
  for (int level = static_cast<int>(widths.size()) - 2; level >= top; --level) {
    const std::string name = "dec" + std::to_string(level);
    x = build.conv(name + "_narrow", x, widths[level], 1, true, Activation::none, 1);
    x = build.merge(Op::upsample, name + "_up", {x});
    x = build.merge(Op::add, name + "_skip", {x, levels[level]}, Activation::relu);
    x = level == 0 ? build.conv(name, x, widths[level]) : build.residual(name, x, widths[level]);
  }
  return x;
}

/// A layer to `width` units and residual blocks of two layers, without norms (Martinez et al. 2017).
std::string residual_mlp(SpecBuilder& build, const std::string& input, int width, int blocks) {
  std::string x = build.linear("widen", input, width, false);
  for (int b = 0; b < blocks; ++b) {
    const std::string name = "block" + std::to_string(b);
    const std::string first = build.linear(name + "_a", x, width, false);
    const std::string second = build.linear(name + "_b", first, width, false, Activation::none);
    x = build.merge(Op::add, name, {x, second}, Activation::relu);
  }
  return x;
}

}  // namespace

NetworkSpec image_to_skeleton_spec(const ArchitectureOptions& o) {
  SpecBuilder build("image_to_skeleton");
  const std::string image = build.input("image", {3, o.image_size, o.image_size});
  std::vector<int> widths;
  for (int level = 0; level < o.levels; ++level) widths.push_back(o.width << level);
  const std::string features = u_net(build, image, widths, o.depth, 0);
  build.conv("skeleton_image", features, o.channels, 1, false, Activation::sigmoid);
  if (!o.bone_depths) return build.finish({"skeleton_image"});
  build.conv("bone_depths", "dec1", o.keypoints, 1, false, Activation::none, 1);
  return build.finish({"skeleton_image", "bone_depths"});
}

NetworkSpec orientation_spec(const ArchitectureOptions& o) {
  SpecBuilder build("orientation");
  const int side = o.image_size >> o.levels;
  const std::string features = build.input("enc" + std::to_string(o.levels - 1), {o.width << (o.levels - 1), side, side});
  build.linear("orientation", features, 6, false, Activation::none);
  return build.finish({"orientation"});
}

NetworkSpec skeleton_to_pose_spec(const ArchitectureOptions& o) {
  SpecBuilder build("skeleton_to_pose");
  const int size = o.image_size / 2;
  const std::string y = build.input("skeleton_image", {o.channels, size, size});
  const int w = o.pose_width;
  const std::string features = u_net(build, y, {w, 2 * w, 4 * w}, 1, 0);
  build.conv("heatmaps", features, o.keypoints, 1, false, Activation::none, 1);
  return build.finish({"heatmaps"});
}

NetworkSpec lifter_spec(const ArchitectureOptions& o) {
  SpecBuilder build("lifter");
  const std::string x = build.input("keypoints", {o.lifter_inputs, 1, 1});
  build.linear("pose", residual_mlp(build, x, o.lifter_width, o.lifter_blocks), o.lifter_outputs, false,
               Activation::none);
  return build.finish({"pose"});
}

NetworkSpec temporal_lifter_spec(const TemporalArchitecture& o) {
  SpecBuilder build("temporal_lifter");
  const std::string x = build.input("window", {o.frames * o.features, 1, 1});
  build.linear("correction", residual_mlp(build, x, o.width, o.blocks), o.outputs, false, Activation::none);
  return build.finish({"correction"});
}

NetworkSpec repaint_spec(const ArchitectureOptions& o) {
  SpecBuilder build("repaint");
  const int size = o.image_size, w = o.decoder_width;
  const std::string drawing = build.input("drawing", {o.channels, size / 2, size / 2});
  const std::string appearance = build.input("appearance", {3, size, size});
  std::string d = build.conv("drawing1", drawing, 2 * w, 2);
  d = build.conv("drawing2", d, 4 * w, 2);
  std::string a = build.conv("appearance0", appearance, w, 2);
  a = build.conv("appearance1", a, 2 * w, 2);
  a = build.conv("appearance2", a, 4 * w, 2);
  a = build.residual("appearance3", a, 4 * w);
  std::string x = build.merge(Op::concat, "meeting", {d, a});
  x = build.conv("fuse", x, 6 * w);
  x = build.residual("fuse0", x, 6 * w);
  for (int level = 2; level >= 1; --level) {
    const std::string name = "up" + std::to_string(level);
    x = build.conv(name + "_narrow", x, level * 2 * w);
    x = build.merge(Op::upsample, name + "_up", {x});
    x = build.conv(name, x, level * 2 * w);
  }
  x = build.conv("up0_narrow", x, w);
  x = build.merge(Op::upsample, "up0_up", {x});
  build.conv("image", x, 3, 1, false, Activation::sigmoid);
  return build.finish({"image"});
}

NetworkSpec discriminator_spec(const ArchitectureOptions& o) {
  SpecBuilder build("discriminator");
  const int size = o.image_size / 2;
  std::string y = build.input("skeleton_image", {o.channels, size, size});
  std::vector<std::string> outputs;
  for (int scale = 0; scale < 3; ++scale) {
    const std::string name = "scale" + std::to_string(scale);
    if (scale > 0) y = build.merge(Op::avg_pool, name + "_pool", {y});
    std::string x = build.conv(name + "_0", y, o.discriminator_width, 2, false, Activation::leaky_relu);
    x = build.conv(name + "_1", x, 2 * o.discriminator_width, 2, false, Activation::leaky_relu);
    x = build.conv(name + "_2", x, 4 * o.discriminator_width, 1, false, Activation::leaky_relu);
    outputs.push_back(build.conv(name + "_score", x, 1, 1, false, Activation::none));
  }
  return build.finish(outputs);
}

}  // namespace limn
