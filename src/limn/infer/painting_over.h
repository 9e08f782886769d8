// A picture in which somebody is painted over, so that the pose networks see who stands beside or behind them.
#pragma once

#include "limn/base/image.h"
#include "limn/skeleton/pose_estimate.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

/// The picture with the figure of `person`, their bones as thick as a body, filled row by row with what lies to its left
/// and right. Bones with an end of a confidence below 0.3 stay.
Image painted_over(const Image& image, const Skeleton& skeleton, const PoseEstimate& person);

}  // namespace limn
