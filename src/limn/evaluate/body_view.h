// How a labelled person is seen: which way up, and from which side. Errors differ most by that.
#pragma once

#include <string>
#include <vector>

#include "limn/evaluate/verdict.h"

namespace limn {

/// "upright" (the trunk, from the middle of the shoulders to that of the hips, points less than 45 degrees off the picture's
/// down), "lying" (less than 135) or "upside down"; and "from the front", "from behind" or "in profile" (the lines from the
/// right shoulder and hip to the left ones reach across the trunk by less than a quarter of its length). Empty where a
/// shoulder or a hip has no label.
std::vector<std::string> body_views(const JudgedPose& person, const Protocol& protocol);

/// Every name that body_views gives, in the order of a report.
const std::vector<std::string>& all_body_views();

}  // namespace limn
