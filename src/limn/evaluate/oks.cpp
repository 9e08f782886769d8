#include "limn/evaluate/oks.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>

#include "limn/evaluate/precision_curve.h"

namespace limn {
namespace {

/// Of nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles.
constexpr std::array<double, 17> sigmas = {.026, .025, .025, .035, .035, .079, .079, .072, .072,
                                           .062, .062, .107, .107, .087, .087, .089, .089};
constexpr int thresholds = 10;

double threshold_at(int t) { return 0.5 + 0.05 * t; }

/// Best score first; equal ones keep their order.
std::vector<size_t> by_score(const std::vector<OksPerson>& people) {
  std::vector<size_t> order(people.size());
  std::iota(order.begin(), order.end(), size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return people[a].score > people[b].score; });
  return order;
}

/// Whether each answer found a person, in the order of `order`.
std::vector<bool> matches(const std::vector<OksPerson>& people, const std::vector<size_t>& order,
                          const std::map<int64_t, std::vector<size_t>>& images, double threshold) {
  std::vector<bool> taken(people.size()), found;
  for (size_t answer : order) {
    double best = std::min(threshold, 1 - 1e-10);
    size_t match = people.size();
    for (size_t person : images.at(people[answer].image)) {
      const double likeness = taken[person] ? -1 : oks(people[answer].predicted, people[person]);
      if (likeness >= best) best = likeness, match = person;
    }
    found.push_back(match < people.size());
    if (found.back()) taken[match] = true;
  }
  return found;
}

}  // namespace

double oks(const std::vector<Vec2>& predicted, const OksPerson& person) {
  double sum = 0;
  int count = 0;
  for (size_t k = 0; k < sigmas.size(); ++k) {
    if (!person.counted[k]) continue;
    const double distance2 = (predicted[k] - person.truth[k]).cast<double>().squaredNorm();
    const double variance = 4 * sigmas[k] * sigmas[k];
    sum += std::exp(-distance2 / variance / (person.area + std::numeric_limits<double>::epsilon()) / 2);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

AveragePrecision average_precision(const std::vector<OksPerson>& people) {
  AveragePrecision result;
  if (people.empty()) return result;
  std::map<int64_t, std::vector<size_t>> images;
  for (size_t i = 0; i < people.size(); ++i) images[people[i].image].push_back(i);
  const std::vector<size_t> order = by_score(people);
  for (int t = 0; t < thresholds; ++t) {
    const PrecisionCurve curve = precision_curve(matches(people, order, images, threshold_at(t)), people.size());
    result.ap += curve.average_precision / thresholds;
    result.ar += curve.recall / thresholds;
    if (t == 0) result.ap50 = curve.average_precision;
    if (t == 5) result.ap75 = curve.average_precision;
  }
  return result;
}

}  // namespace limn
