// Fitting our head to a rig's: our face points lie in fixed directions from the head joint, at free distances.
#include <algorithm>
#include <cmath>

#include "limn/synth/character_parts.h"

namespace limn {
namespace {

struct Trial {
  float y, z, pitch;
};

class HeadFitter {
 public:
  HeadFitter(const Skeleton& skeleton, const std::vector<HeadPoint>& points, const Vec3& guess, float size)
      : skeleton_(skeleton), points_(points), guess_(guess), size_(size) {}

  // Distances of the joints along their directions, the mean of both sides.
  std::vector<float> scales(const Trial& t) const {
    std::vector<float> sum(skeleton_.joint_count(), 0), count(sum);
    float all = 0;
    for (const HeadPoint& point : points_) {
      const Vec3& d = skeleton_.joints()[point.joint].rest_offset;
      const float scale = std::max(0.3f * size_, local(t, point.place).dot(d) / d.squaredNorm());
      for (int j : {point.joint, skeleton_.joints()[point.joint].mirror}) sum[j] += scale, count[j] += 1;
      all += scale / static_cast<float>(points_.size());
    }
    for (size_t j = 0; j < sum.size(); ++j) sum[j] = count[j] > 0 ? sum[j] / count[j] : all;
    return sum;
  }

  // Squared misfits, plus weak wishes that decide what few points leave open.
  float cost(const Trial& t) const {
    const std::vector<float> scale = scales(t);
    float misfit = 0, mean = 0, spread = 0;
    for (const HeadPoint& point : points_) mean += scale[point.joint] / static_cast<float>(points_.size());
    for (const HeadPoint& point : points_) {
      misfit +=
          (local(t, point.place) - scale[point.joint] * skeleton_.joints()[point.joint].rest_offset).squaredNorm();
      spread += (scale[point.joint] - mean) * (scale[point.joint] - mean);
    }
    const float moved = (Vec3(0, t.y, t.z) - guess_).squaredNorm();
    return misfit + 3e-4f * spread + 0.02f * moved + 2e-4f * t.pitch * t.pitch;
  }

  Trial search() const {
    Trial best{guess_.y(), guess_.z(), 0};
    float least = cost(best);
    for (float step = 0.04f; step > 1e-4f;) {
      bool better = false;
      for (int axis = 0; axis < 3; ++axis) {
        for (float sign : {-1.0f, 1.0f}) {
          Trial next = best;
          (axis == 0 ? next.y : axis == 1 ? next.z : next.pitch) += sign * step * (axis == 2 ? 10.0f : 1.0f) * size_;
          if (const float c = cost(next); c < least) best = next, least = c, better = true;
        }
      }
      if (!better) step *= 0.5f;
    }
    return best;
  }

 private:
  Vec3 local(const Trial& t, const Vec3& place) const {
    return Eigen::AngleAxisf(-t.pitch, Vec3::UnitX()) * (place - Vec3(0, t.y, t.z));
  }

  const Skeleton& skeleton_;
  const std::vector<HeadPoint>& points_;
  Vec3 guess_;
  float size_;
};

}  // namespace

HeadFit fit_head(const Skeleton& skeleton, const std::vector<HeadPoint>& points, const Vec3& guess, float size) {
  HeadFit fit;
  fit.place = Vec3(0, guess.y(), guess.z());
  fit.scales.assign(skeleton.joint_count(), size);
  if (points.empty()) return fit;
  const HeadFitter fitter(skeleton, points, guess, size);
  const Trial best = fitter.search();
  fit.place = Vec3(0, best.y, best.z);
  fit.pitch = best.pitch;
  fit.scales = fitter.scales(best);
  return fit;
}

}  // namespace limn
