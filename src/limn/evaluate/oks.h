// Object keypoint similarity and average precision, as COCO's evaluation defines them (Lin et al. 2014; pycocotools).
#pragma once

#include <cstdint>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

/// One labelled person and the one answer given for it; the joints of the map coco17, pixels.
struct OksPerson {
  int64_t image = 0;
  std::vector<Vec2> predicted, truth;
  std::vector<bool> counted;  ///< those with a label
  double area = 0;            ///< px^2, of the person's segment
  double score = 0;           ///< of the answer
};

/// Mean over the counted joints of exp(-d^2 / (2 area (2 sigma)^2)); 0 where none counts.
double oks(const std::vector<Vec2>& predicted, const OksPerson& person);

struct AveragePrecision {
  double ap = 0, ap50 = 0, ap75 = 0;  ///< mean over the thresholds 0.50, 0.55 ... 0.95; at 0.50; at 0.75
  double ar = 0;                      ///< largest recall, mean over the thresholds
};

/// Answers go, best score first, to the person of their picture whom they are most like and who is free yet; precision is
/// read at 101 recalls. As COCOeval with all areas and as many answers a picture as people.
AveragePrecision average_precision(const std::vector<OksPerson>& people);

}  // namespace limn
