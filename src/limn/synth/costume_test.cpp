// Left and right must not be told apart by costume, camera or light: a linear probe that sees the colours of a pair of
// limbs, but not where they are, may not guess which is the left one.
#include <gtest/gtest.h>

#include <Eigen/Dense>
#include <array>
#include <cmath>
#include <filesystem>
#include <thread>

#include "limn/synth/character.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

constexpr int sample_count = 600, image_size = 96, feature_count = 8;
using Features = Eigen::Matrix<double, feature_count, 1>;

struct Limb {
  const char *name, *from, *to;
};
constexpr std::array<Limb, 4> limbs = {Limb{"upper arm", "shoulder", "elbow"}, Limb{"forearm", "elbow", "wrist"},
                                       Limb{"thigh", "hip", "knee"}, Limb{"shin", "knee", "ankle"}};

/// Mean and deviation of red, green and blue, mean gradient along and across, over the pixels of a visible limb; false
/// where fewer than 12 are seen.
bool limb_features(const PersonView& view, int from, int to, Features& features) {
  if (view.visibility[from] != Visibility::visible || view.visibility[to] != Visibility::visible) return false;
  const Vec2 a = view.joints_px[from], along = view.joints_px[to] - a;
  const float length = along.norm();
  if (length < 6) return false;
  const Vec2 unit = along / length, across(-unit.y(), unit.x());
  const int n = view.image.width;
  Features sum = Features::Zero();
  int count = 0;
  for (int y = 1; y + 1 < n; ++y)
    for (int x = 1; x + 1 < n; ++x) {
      const Vec2 p = Vec2(x + 0.5f, y + 0.5f) - a;
      const float t = p.dot(unit) / length;
      if (t < 0.15f || t > 0.85f || std::abs(p.dot(across)) > std::max(1.5f, 0.12f * length)) continue;
      if (view.mask[static_cast<size_t>(y) * n + x] < 255) continue;
      const auto grey = [&](int i, int j) {
        return (view.image.at(i, j)[0] + view.image.at(i, j)[1] + view.image.at(i, j)[2]) / 765.0f;
      };
      const Vec2 gradient(grey(x + 1, y) - grey(x - 1, y), grey(x, y + 1) - grey(x, y - 1));
      for (int c = 0; c < 3; ++c) {
        const double v = view.image.at(x, y)[c] / 255.0;
        sum[c] += v, sum[3 + c] += v * v;
      }
      sum[6] += std::abs(gradient.dot(unit)), sum[7] += std::abs(gradient.dot(across));
      ++count;
    }
  if (count < 12) return false;
  features = sum / count;
  for (int c = 0; c < 3; ++c) features[3 + c] = std::sqrt(std::max(0.0, features[3 + c] - features[c] * features[c]));
  return true;
}

/// Left minus right, per limb and sample where both are seen.
using Pairs = std::array<std::vector<Features>, limbs.size()>;

SynthOptions seen_people() {
  SynthOptions options;
  options.image_size = image_size;
  options.truncation_probability = options.occluder_probability = 0;
  options.smallest_extent = 0.7;
  return options;
}

Pairs pairs_of(const ProceduralPeople& people) {
  const Skeleton& skeleton = Skeleton::human();
  std::array<Pairs, 2> halves;
  const auto collect = [&](int half) {
    for (int i = half; i < sample_count; i += 2) {
      const PersonView view = people.sample(21, i, SampleParts{.appearance = false, .mask = true}).target;
      for (size_t l = 0; l < limbs.size(); ++l) {
        const auto joint = [&](const char* side, const char* name) { return skeleton.joint(std::string(side) + name); };
        Features left, right;
        if (limb_features(view, joint("left_", limbs[l].from), joint("left_", limbs[l].to), left) &&
            limb_features(view, joint("right_", limbs[l].from), joint("right_", limbs[l].to), right))
          halves[half][l].push_back(left - right);
      }
    }
  };
  std::thread other(collect, 1);
  collect(0);
  other.join();
  for (size_t l = 0; l < limbs.size(); ++l)
    halves[0][l].insert(halves[0][l].end(), halves[1][l].begin(), halves[1][l].end());
  return halves[0];
}

struct Accuracy {
  int right = 0, count = 0;
  double share() const { return static_cast<double>(right) / count; }
  /// Half width of the 99.9 % interval of a fair coin.
  double chance() const { return 3.2905 * 0.5 / std::sqrt(count) + 0.5 / count; }
};

/// Ridge regression through the origin on the first half of the samples, measured on the second. A pair and its
/// exchange (left - right as +1, right - left as -1) are the same equation, so that each sample counts once.
Accuracy probe(const std::vector<Features>& pairs) {
  const size_t half = pairs.size() / 2;
  Features scale = Features::Constant(1e-12);
  for (size_t i = 0; i < half; ++i) scale += pairs[i].cwiseAbs2();
  scale = (scale / static_cast<double>(half)).cwiseSqrt();
  Eigen::Matrix<double, feature_count, feature_count> normal =
      0.01 * static_cast<double>(half) * Eigen::Matrix<double, feature_count, feature_count>::Identity();
  Features target = Features::Zero();
  for (size_t i = 0; i < half; ++i) {
    const Features x = pairs[i].cwiseQuotient(scale);
    normal += x * x.transpose();
    target += x;
  }
  const Features weights = normal.ldlt().solve(target);
  Accuracy accuracy;
  for (size_t i = half; i < pairs.size(); ++i) {
    accuracy.right += weights.dot(pairs[i].cwiseQuotient(scale)) > 0;
    ++accuracy.count;
  }
  return accuracy;
}

void expect_no_sign_of_side(const ProceduralPeople& people) {
  const Pairs pairs = pairs_of(people);
  for (size_t l = 0; l < limbs.size(); ++l) {
    ASSERT_GT(pairs[l].size(), 120u) << limbs[l].name;
    const Accuracy accuracy = probe(pairs[l]);
    EXPECT_NEAR(accuracy.share(), 0.5, accuracy.chance()) << limbs[l].name << ", " << accuracy.count << " pairs";
    // The probe is not blind: a left limb redder by a tenth of the range is found out.
    std::vector<Features> tinted = pairs[l];
    for (Features& pair : tinted) pair[0] += 0.1;
    const Accuracy caught = probe(tinted);
    EXPECT_GT(caught.share(), 0.5 + caught.chance()) << limbs[l].name;
  }
}

TEST(Costume, DoesNotTellLeftFromRight) {
  expect_no_sign_of_side(ProceduralPeople(Skeleton::human(), seen_people()));
}

TEST(Costume, OfTheSharedCharactersDoesNotEither) {
  const std::filesystem::path folder = std::filesystem::path(LIMN_SOURCE_DIR) / "../shared/data/characters";
  if (!std::filesystem::is_directory(folder)) GTEST_SKIP() << "no shared characters";
  SynthOptions options = seen_people();
  options.character_probability = 1;
  options.characters = load_characters(folder, Skeleton::human(), Split::training);
  expect_no_sign_of_side(ProceduralPeople(Skeleton::human(), options));
}

TEST(Costume, TheCameraSeesBothSidesAlike) {
  const ProceduralPeople people(Skeleton::human(), seen_people());
  constexpr int count = 3000;
  int on_the_left = 0;
  for (uint64_t index = 0; index < count; ++index) {
    const PersonView view = people.pose_only(22, index);
    const Vec3 eye = -(view.pose.rotations[0].transpose() * view.pose.root_position);  // from the root, body axes
    on_the_left += eye.x() > 0;
  }
  EXPECT_NEAR(on_the_left, 0.5 * count, 3.2905 * 0.5 * std::sqrt(count));
}

}  // namespace
}  // namespace limn
