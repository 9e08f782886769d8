#include "drawing.h"

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <cmath>
#include <cstdio>

#include "heap.h"
#include "limn/base/error.h"
#include "limn/base/random.h"
#include "limn/cycle/draw.h"

namespace limn::bench {
namespace {

constexpr int kBatch = 32, kSize = 128;
constexpr double kSigma = 1.5;

using Drawer = std::function<torch::Tensor(const torch::Tensor& joints)>;

/// 20 bones in 8 channels, built like a person: trunk, head, two arms and two legs of three bones, two faces.
DrawPlan person_plan() {
  return DrawPlan(21, {{{1, 3}, {3, 4}, {4, 5}},
                       {{1, 6}, {6, 7}, {7, 8}},
                       {{0, 9}, {9, 10}, {10, 11}},
                       {{0, 12}, {12, 13}, {13, 14}},
                       {{0, 15}, {15, 1}},
                       {{1, 2}, {2, 16}},
                       {{16, 17}, {17, 18}},
                       {{16, 19}, {19, 20}}});
}

/// [B 21 2] crop units: every joint a random step from the joint it hangs on; some people leave the picture.
torch::Tensor random_people(const DrawPlan& plan) {
  torch::Tensor joints = torch::zeros({kBatch, plan.joints, 2});
  auto xy = joints.accessor<float, 3>();
  // Trunk first, so that every bone starts at a joint that has a place.
  std::vector<int> order = {8 + 4, 8 + 5};
  for (int e = 0; e < static_cast<int>(plan.bone_from.size()); ++e) {
    if (e != order[0] && e != order[1]) order.push_back(e);
  }
  for (int b = 0; b < kBatch; ++b) {
    Random random(1, "bench/drawing", b);
    for (int k = 0; k < 2; ++k) xy[b][0][k] = static_cast<float>(random.normal(0, 0.15));
    for (const int e : order) {
      for (int k = 0; k < 2; ++k) {
        const double step = random.normal(0, e < 12 ? 0.25 : 0.12);
        xy[b][plan.bone_to[e]][k] = xy[b][plan.bone_from[e]][k] + static_cast<float>(step);
      }
    }
  }
  return joints;
}

/// METHOD 1 as one would write it in tensors: every bone on every pixel [B E H W], then the maximum of each channel.
torch::Tensor broadcast_drawing(const DrawPlan& plan, const torch::Tensor& joints) {
  const torch::Tensor px = (joints + 1) * (0.5 * kSize);
  const std::vector<std::int64_t> from(plan.bone_from.begin(), plan.bone_from.end());
  const std::vector<std::int64_t> to(plan.bone_to.begin(), plan.bone_to.end());
  const torch::Tensor a = px.index_select(1, torch::tensor(from)), e = px.index_select(1, torch::tensor(to)) - a;
  const torch::Tensor centres = torch::arange(kSize).to(torch::kFloat) + 0.5;
  const auto per_bone = [](const torch::Tensor& v, int axis) { return v.select(2, axis).unsqueeze(-1).unsqueeze(-1); };
  const torch::Tensor ex = per_bone(e, 0), ey = per_bone(e, 1);
  const torch::Tensor qx = centres.view({1, 1, 1, -1}) - per_bone(a, 0),
                      qy = centres.view({1, 1, -1, 1}) - per_bone(a, 1);
  const torch::Tensor t = ((qx * ex + qy * ey) / (ex * ex + ey * ey)).clamp(0, 1);
  const torch::Tensor distance2 = (qx - t * ex).square() + (qy - t * ey).square();
  const torch::Tensor y = torch::exp(-distance2 / (2 * kSigma * kSigma));
  std::vector<torch::Tensor> channels;
  for (int c = 0; c < plan.channels; ++c) {
    channels.push_back(y.slice(1, plan.channel_begin[c], plan.channel_begin[c + 1]).amax(1));
  }
  return torch::stack(channels, 1);
}

/// One training step's worth: the image, and the gradient of sum(weights * image) to the joints.
struct Outcome {
  torch::Tensor image, gradient;
};
Outcome forward_backward(const Drawer& draw, const torch::Tensor& joints, const torch::Tensor& weights) {
  Outcome result;
  result.image = draw(joints);
  result.gradient = torch::autograd::grad({result.image}, {joints}, {weights})[0];
  return result;
}

/// Bytes beyond the inputs and what is handed out.
double extra_bytes(const Drawer& draw, const torch::Tensor& joints, const torch::Tensor& weights) {
  Outcome result;
  const std::int64_t peak = peak_heap_bytes([&] { result = forward_backward(draw, joints, weights); });
  return static_cast<double>(peak) - static_cast<double>(result.image.nbytes() + result.gradient.nbytes());
}

void check_same_drawing(const Outcome& kernel, const Outcome& broadcast) {
  const double image = (kernel.image - broadcast.image).abs().max().item<double>();
  const double gradient =
      (kernel.gradient - broadcast.gradient).abs().max().item<double>() / broadcast.gradient.abs().max().item<double>();
  require(image < 1e-4 && gradient < 1e-3, ErrorKind::model, "the two drawings differ", "bench drawing",
          "run the tests of the drawing kernel");
}

}  // namespace

Figures bench_drawing(int repetitions) {
  const DrawPlan plan = person_plan();
  const torch::Tensor joints = random_people(plan).set_requires_grad(true);
  torch::Tensor weights = torch::empty({kBatch, plan.channels, kSize, kSize});
  Random random(1, "bench/drawing_weights");
  for (float *w = weights.data_ptr<float>(), *end = w + weights.numel(); w < end; ++w) {
    *w = static_cast<float>(random.uniform(-1, 1));
  }
  const Drawer kernel = [&](const torch::Tensor& j) { return draw_skeleton(plan, j, kSize, kSize, kSigma); };
  const Drawer broadcast = [&](const torch::Tensor& j) { return broadcast_drawing(plan, j); };

  check_same_drawing(forward_backward(kernel, joints, weights), forward_backward(broadcast, joints, weights));
  const double kernel_bytes = extra_bytes(kernel, joints, weights);
  const double broadcast_bytes = extra_bytes(broadcast, joints, weights);
  std::vector<double> kernel_ms, broadcast_ms;
  for (int i = 0; i < repetitions; ++i) {
    broadcast_ms.push_back(milliseconds([&] { forward_backward(broadcast, joints, weights); }));
    for (int k = 0; k < 5; ++k) {
      kernel_ms.push_back(milliseconds([&] { forward_backward(kernel, joints, weights); }));
    }
  }
  Figures figures;
  figures["drawing_ms"] = median(kernel_ms);
  figures["drawing_broadcast_ms"] = median(broadcast_ms);
  figures["drawing_speedup"] = figures["drawing_broadcast_ms"] / figures["drawing_ms"];
  figures["drawing_memory_ratio"] = kernel_bytes / broadcast_bytes;
  std::printf("drawing, forward + backward, B %d, %zu bones, %d channels, %d x %d\n", kBatch, plan.bone_from.size(),
              plan.channels, kSize, kSize);
  std::printf("  %-10s %10s %14s\n", "", "ms", "extra MB");
  std::printf("  %-10s %10.2f %14.1f\n", "kernel", figures["drawing_ms"], kernel_bytes / 1e6);
  std::printf("  %-10s %10.2f %14.1f\n", "broadcast", figures["drawing_broadcast_ms"], broadcast_bytes / 1e6);
  std::printf("  %-10s %9.1fx %13.2f%%\n", "ratio", figures["drawing_speedup"], 100 * figures["drawing_memory_ratio"]);
  return figures;
}

}  // namespace limn::bench
