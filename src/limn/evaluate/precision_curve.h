// Precision over recall, as COCO's evaluation reads it (Lin et al. 2014; pycocotools).
#pragma once

#include <cstddef>
#include <vector>

namespace limn {

struct PrecisionCurve {
  double average_precision = 0;  ///< mean of the precision at the recalls 0, 0.01 ... 1
  double recall = 0;             ///< the largest
};

/// `right`: of the answers, best score first, whether each is right; `count`: how many there are to be found.
PrecisionCurve precision_curve(const std::vector<bool>& right, size_t count);

}  // namespace limn
