#include "limn/evaluate/precision_curve.h"

#include <algorithm>
#include <limits>

namespace limn {
namespace {

constexpr int recalls = 101;

}  // namespace

PrecisionCurve precision_curve(const std::vector<bool>& right, size_t count) {
  PrecisionCurve curve;
  if (right.empty() || count == 0) return curve;
  std::vector<double> recall, precision;
  double found = 0;
  for (size_t i = 0; i < right.size(); ++i) {
    found += right[i];
    recall.push_back(found / static_cast<double>(count));
    precision.push_back(found / (static_cast<double>(i + 1) + std::numeric_limits<double>::epsilon()));
  }
  for (size_t i = precision.size() - 1; i > 0; --i) precision[i - 1] = std::max(precision[i - 1], precision[i]);
  for (int r = 0; r < recalls; ++r) {
    const auto at = std::lower_bound(recall.begin(), recall.end(), 0.01 * r);
    if (at != recall.end()) curve.average_precision += precision[static_cast<size_t>(at - recall.begin())] / recalls;
  }
  curve.recall = recall.back();
  return curve;
}

}  // namespace limn
