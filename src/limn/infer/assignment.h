// Who belongs to whom: the cheapest pairing of rows and columns (Kuhn 1955; Munkres 1957).
#pragma once

#include <limits>
#include <vector>

namespace limn {

/// A pair that must not be.
inline constexpr double never = std::numeric_limits<double>::infinity();

/// costs [rows][columns], 0 or more -> the column of each row, -1 for none. Among all pairings with the most pairs that
/// may be, the one of the smallest sum.
std::vector<int> cheapest_pairs(const std::vector<std::vector<double>>& costs);

}  // namespace limn
