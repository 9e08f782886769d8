#include "limn/data/reading_noise.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"
#include "limn/skeleton/bone_depths.h"

namespace limn {
namespace {

constexpr int candidates = 16;
constexpr float exchanged_below = 0.6f;    // of the distance with sides as read
constexpr double strength_spread = 0.25;   // deviation of the logarithm of the errors' factor
constexpr double clean_share = 0.1;        // of clips that are read nearly without errors
constexpr double clean_strength = 0.3;     // of their errors, at most
constexpr double jitter = 0.004;           // deviation of what is added to each joint alone, in sizes
constexpr double gap_share = 0.25;         // of clips in which somebody is lost for some frames
constexpr int longest_gap = 6;             // frames
constexpr double sparse_share = 0.04;      // of clips of which hardly a frame is there
constexpr double sparse_lost = 0.8;        // of their frames

/// Centred, with a root mean square distance of 1 from the centre; the size is what it was divided by.
std::vector<Vec2> shape_of(const std::vector<Vec2>& points, float& size) {
  Vec2 centre = Vec2::Zero();
  for (const Vec2& p : points) centre += p / static_cast<float>(points.size());
  float square = 0;
  for (const Vec2& p : points) square += (p - centre).squaredNorm() / static_cast<float>(points.size());
  size = std::max(1e-6f, std::sqrt(square));
  std::vector<Vec2> shape;
  for (const Vec2& p : points) shape.push_back((p - centre) / size);
  return shape;
}

Vec2 turned(const Vec2& v, bool mirrored) { return mirrored ? Vec2(-v.x(), v.y()) : v; }

void lose(Reading& reading) { std::fill(reading.confidence.begin(), reading.confidence.end(), 0.0f); }

/// Nobody is seen in some frames.
void lose_frames(Random& random, std::vector<Reading>& readings) {
  const int count = static_cast<int>(readings.size());
  if (random.chance(gap_share)) {
    const int first = random.integer(count), length = 1 + random.integer(longest_gap);
    for (int t = first; t < std::min(count, first + length); ++t) lose(readings[t]);
  }
  if (!random.chance(sparse_share)) return;
  for (Reading& reading : readings)
    if (random.chance(sparse_lost)) lose(reading);
}

}  // namespace

ReadingNoise::ReadingNoise(const Skeleton& skeleton, const ReadClips& clips, double step_s)
    : skeleton_(skeleton),
      limbs_(limb_pairs(skeleton)),
      stride_(std::max(1, static_cast<int>(std::lround(step_s * clips.frame_rate)))) {
  require(!clips.clips.empty(), ErrorKind::usage, "no readings to take errors from", "ReadingNoise",
          "read at least one clip");
  for (const Joint& joint : skeleton.joints()) mirror_.push_back(joint.mirror);
  const bool depths = clips.reads_bone_depths();
  for (const ReadClip& clip : clips.clips) {
    clips_.emplace_back();
    for (const ReadFrame& frame : clip) clips_.back().push_back(errors_of(frame, depths));
  }
}

ReadingNoise::FrameErrors ReadingNoise::errors_of(const ReadFrame& frame, bool depths) const {
  FrameErrors result;
  float size = 1;
  result.shape = shape_of(frame.truth, size);
  result.confidence = frame.confidence;
  for (size_t j = 0; j < frame.truth.size(); ++j) result.source.push_back(static_cast<int>(j));
  for (const LimbPair& limb : limbs_) {
    float alike = 0, crossed = 0;
    for (const auto& [left, right] : limb) {
      alike += (frame.read[left] - frame.truth[left]).norm() + (frame.read[right] - frame.truth[right]).norm();
      crossed += (frame.read[left] - frame.truth[right]).norm() + (frame.read[right] - frame.truth[left]).norm();
    }
    if (crossed >= exchanged_below * alike) continue;
    for (const auto& [left, right] : limb) std::swap(result.source[left], result.source[right]);
  }
  for (size_t j = 0; j < frame.truth.size(); ++j)
    result.error.push_back((frame.read[j] - frame.truth[result.source[j]]) / size);
  if (!depths) return result;
  const std::vector<float> truth = bone_depths(skeleton_, frame.joints, frame.rotations);
  for (size_t j = 0; j < truth.size(); ++j)
    result.depth_error.push_back(frame.bone_depths.empty() ? 0 : frame.bone_depths[j] - truth[result.source[j]]);
  return result;
}

const ReadingNoise::FrameErrors& ReadingNoise::at(const Stretch& stretch, int frame) const {
  const std::vector<FrameErrors>& clip = clips_[stretch.clip];
  const int last = static_cast<int>(clip.size()) - 1, turn = std::max(1, 2 * last);
  int place = (stretch.first + stretch.direction * stride_ * frame) % turn;
  if (place < 0) place += turn;
  return clip[std::min(last, place <= last ? place : turn - place)];
}

double ReadingNoise::difference(const Stretch& stretch, const std::vector<std::vector<Vec2>>& shapes) const {
  double sum = 0;
  for (size_t t = 0; t < shapes.size(); t += std::max<size_t>(1, shapes.size() / 4)) {
    const FrameErrors& error = at(stretch, static_cast<int>(t));
    for (size_t j = 0; j < mirror_.size(); ++j) {
      const Vec2& lent = error.shape[stretch.mirrored ? mirror_[j] : j];
      sum += (turned(lent, stretch.mirrored) - shapes[t][j]).squaredNorm();
    }
  }
  return sum;
}

std::vector<Reading> ReadingNoise::replay(const std::vector<TrueFrame>& truth, Random& random) const {
  std::vector<float> sizes(truth.size());
  std::vector<std::vector<Vec2>> shapes;
  for (size_t t = 0; t < truth.size(); ++t) shapes.push_back(shape_of(truth[t].uv, sizes[t]));
  Stretch nearest;
  double least = INFINITY;
  for (int i = 0; i < candidates; ++i) {
    Stretch stretch;
    stretch.clip = static_cast<size_t>(random.integer(static_cast<int>(clips_.size())));
    stretch.first = random.integer(static_cast<int>(clips_[stretch.clip].size()));
    stretch.direction = random.chance(0.5) ? 1 : -1;
    stretch.mirrored = random.chance(0.5);
    const double different = difference(stretch, shapes);
    if (different < least) least = different, nearest = stretch;
  }
  const bool clean = random.chance(clean_share);
  const float strength = static_cast<float>(clean ? random.uniform(0, clean_strength)
                                                  : std::exp(random.normal(0, strength_spread)));
  std::vector<Reading> readings(truth.size());
  for (size_t t = 0; t < truth.size(); ++t) {
    const FrameErrors& lent = at(nearest, static_cast<int>(t));
    for (size_t j = 0; j < mirror_.size(); ++j) {
      const int from = nearest.mirrored ? mirror_[j] : static_cast<int>(j);
      const int source = clean ? static_cast<int>(j) : nearest.mirrored ? mirror_[lent.source[from]] : lent.source[j];
      const Vec2 alone(static_cast<float>(random.normal(0, jitter)), static_cast<float>(random.normal(0, jitter)));
      readings[t].uv.push_back(truth[t].uv[source] +
                               sizes[t] * (strength * turned(lent.error[from], nearest.mirrored) + alone));
      readings[t].confidence.push_back(lent.confidence[from]);
      if (lent.depth_error.empty()) continue;
      const float depth = truth[t].bone_depths[source] + strength * lent.depth_error[from];
      readings[t].bone_depths.push_back(std::clamp(depth, -1.0f, 1.0f));
    }
  }
  lose_frames(random, readings);
  return readings;
}

}  // namespace limn
