#include "limn/train/self_training.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/base/random.h"

namespace limn {
namespace {

using torch::indexing::Slice;

/// Sides exchanged: entry k of the last dimension becomes that of the joint on the other side.
torch::Tensor mirror_index(const Skeleton& skeleton, torch::Device device) {
  std::vector<int64_t> index;
  for (const Joint& joint : skeleton.joints()) index.push_back(joint.mirror);
  return torch::tensor(index, torch::TensorOptions().dtype(torch::kInt64)).to(device);
}

/// Probabilities of the cells, [M h w K].
torch::Tensor likely_cells(const Cycle& teacher, const torch::Tensor& image, torch::Tensor& confidence) {
  const ImageReading reading =
      image_to_skeleton(teacher.image_to_skeleton_network, teacher.orientation_network, image, false);
  const Pose2d pose = skeleton_to_pose(teacher.skeleton_to_pose_network, reading.skeleton_image, false);
  confidence = pose.confidence;
  return torch::softmax(pose.heatmaps.flatten(1, 2), 1).view_as(pose.heatmaps);
}

/// [M 2 3]: what the learner sees at u is what stood at A (u, 1) before, crop units; and its inverse's parts.
struct Changes {
  torch::Tensor before_from_after;  ///< [M 2 3]
  torch::Tensor turn;               ///< [M 2 2] after = turn before + shift
  torch::Tensor shift;              ///< [M 1 2]
};

Changes random_changes(const LessonSettings& s, std::vector<Random>& streams) {
  const int64_t count = static_cast<int64_t>(streams.size());
  Changes changes{torch::empty({count, 2, 3}), torch::empty({count, 2, 2}), torch::empty({count, 1, 2})};
  auto backwards = changes.before_from_after.accessor<float, 3>();
  auto turn = changes.turn.accessor<float, 3>();
  auto shift = changes.shift.accessor<float, 3>();
  for (int64_t n = 0; n < count; ++n) {
    Random& random = streams[n];
    const double roll = random.normal(0, s.roll_deg) * std::numbers::pi / 180,
                 scale = std::exp(random.normal(0, s.scale));
    const double c = std::cos(roll), si = std::sin(roll);
    const double rotation[2][2] = {{c, -si}, {si, c}};
    for (int i = 0; i < 2; ++i) shift[n][0][i] = static_cast<float>(random.normal(0, s.shift));
    for (int i = 0; i < 2; ++i) {
      double moved = 0;
      for (int k = 0; k < 2; ++k) {
        turn[n][i][k] = static_cast<float>(scale * rotation[i][k]);
        backwards[n][i][k] = static_cast<float>(rotation[k][i] / scale);
        moved += rotation[k][i] / scale * shift[n][0][k];
      }
      backwards[n][i][2] = static_cast<float>(-moved);
    }
  }
  return changes;
}

/// Up to two rectangles of noise before the person. `noise` [3 S S] in [-1, 1].
void hide_parts(torch::Tensor picture, const torch::Tensor& noise, Random& random) {
  const int side = static_cast<int>(picture.size(2));
  for (int k = 0; k < 2; ++k) {
    if (!random.chance(0.35)) continue;
    const int w = side / 10 + random.integer(side / 5), h = side / 10 + random.integer(side / 5);
    const int x = random.integer(side - w), y = random.integer(side - h);
    const auto part = [&](const torch::Tensor& t) { return t.index({Slice(), Slice(y, y + h), Slice(x, x + w)}); };
    part(picture).copy_(part(noise).mul(0.25).add(random.uniform(0.1, 0.9)));
  }
}

/// Light, colour, noise, and hidden parts.
void disturb(torch::Tensor& image, std::vector<Random>& streams) {
  const int64_t side = image.size(3);
  torch::Tensor noise = torch::empty({3, side, side});
  for (int64_t n = 0; n < image.size(0); ++n) {
    torch::Tensor one = image[n];
    Random& random = streams[n];
    const double contrast = random.uniform(0.7, 1.3), brightness = random.uniform(-0.1, 0.1);
    const double sigma = random.uniform(0, 0.05);
    float* values = noise.data_ptr<float>();
    for (int64_t i = 0; i < noise.numel(); ++i) values[i] = static_cast<float>(random.uniform(-1, 1));
    for (int channel = 0; channel < 3; ++channel)
      one[channel].sub_(0.5).mul_(contrast * random.uniform(0.9, 1.1)).add_(0.5 + brightness);
    one.add_(noise.to(one.device()), sigma * std::sqrt(3.0));
    hide_parts(one, noise, random);
    one.clamp_(0, 1);
  }
}

}  // namespace

TaughtKeypoints teacher_reading(const Cycle& teacher, const torch::Tensor& image) {
  torch::NoGradGuard no_grad;
  torch::Tensor seen, seen_mirrored;
  const torch::Tensor sides = mirror_index(teacher.skeleton(), image.device());
  const torch::Tensor direct = likely_cells(teacher, image, seen);
  const torch::Tensor other = likely_cells(teacher, image.flip({3}), seen_mirrored).flip({2}).index_select(3, sides);
  const torch::Tensor likely = 0.5 * (direct + other);
  const torch::Tensor confidence = 0.5 * (seen + seen_mirrored.index_select(1, sides));
  const torch::Tensor uv = soft_argmax((likely + 1e-20).log().permute({0, 3, 1, 2})).xy;
  // Probability of the cells around uv: a window of heatmap_radius about its cell.
  const int64_t h = likely.size(1), w = likely.size(2);
  const auto near = [&](int64_t n, int64_t axis) {
    const torch::Tensor cells = torch::arange(n, uv.options()).view({1, n, 1});
    return ((cells - ((uv.select(2, axis) + 1) * (0.5 * n) - 0.5).unsqueeze(1)).abs() <= heatmap_radius + 0.5)
        .to(uv.dtype());
  };
  const torch::Tensor mass =
      (likely * near(h, 1).unsqueeze(2) * near(w, 0).unsqueeze(1)).sum(std::vector<int64_t>{1, 2});
  return {uv, mass * confidence};
}

Lesson prepare_lesson(const Cycle& teacher, const torch::Tensor& image, const torch::Tensor& appearance,
                      const LessonSettings& settings, uint64_t seed, int64_t first) {
  torch::NoGradGuard no_grad;
  std::vector<Random> streams;
  for (int64_t n = 0; n < image.size(0); ++n) streams.emplace_back(seed, "lesson", static_cast<uint64_t>(first + n));
  const TaughtKeypoints reading = teacher_reading(teacher, image);
  const Changes changes = random_changes(settings, streams);
  const torch::Tensor grid =
      torch::affine_grid_generator(changes.before_from_after.to(image.device()), image.sizes(), false);
  const auto changed = [&](const torch::Tensor& x) {
    return torch::grid_sampler(x.contiguous(), grid, 0, 1, false);  // bilinear, edges repeated
  };
  Lesson lesson;
  lesson.image = changed(image);
  disturb(lesson.image, streams);
  if (appearance.defined()) lesson.appearance = changed(appearance);
  torch::Tensor& uv = lesson.keypoints.uv;
  uv = reading.uv.bmm(changes.turn.to(image.device()).transpose(1, 2)) + changes.shift.to(image.device());
  const torch::Tensor inside = (uv.abs() < 1).all(2), sure = reading.weight > settings.sure;
  lesson.keypoints.weight = reading.weight * (inside & sure).to(reading.weight.dtype());
  return lesson;
}

}  // namespace limn
