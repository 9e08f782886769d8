// Numbers in JSON files: finite, and no longer than they are precise. Private to export/.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

#include "limn/base/error.h"

namespace limn {

/// `value` to `decimals` places; it prints with no more. Error(model) unless it is finite.
inline double rounded(double value, int decimals) {
  require(std::isfinite(value), ErrorKind::model, "a prediction is not a finite number", "export",
          "use other weights: these are damaged or their training failed");
  const double scale = std::pow(10.0, decimals);
  const double result = std::round(value * scale) / scale;
  return result == 0 ? 0 : result;  // no "-0.0"
}

}  // namespace limn
