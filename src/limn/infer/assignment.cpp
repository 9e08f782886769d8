#include "limn/infer/assignment.h"

#include <algorithm>
#include <cmath>

namespace limn {

std::vector<int> cheapest_pairs(const std::vector<std::vector<double>>& costs) {
  const size_t rows = costs.size(), columns = rows == 0 ? 0 : costs[0].size(), n = std::max(rows, columns);
  std::vector<int> result(rows, -1);
  if (rows == 0 || columns == 0) return result;
  double dear = 1;  // more than all pairs that may be
  for (const auto& row : costs)
    for (const double cost : row)
      if (std::isfinite(cost)) dear += cost;
  const auto cost_at = [&](size_t row, size_t column) {
    if (row >= rows || column >= columns) return 0.0;  // the matrix made square
    return std::isfinite(costs[row][column]) ? costs[row][column] : dear;
  };
  // Shortest augmenting paths with potentials (Jonker & Volgenant 1987); row and column 0 stand for "none yet".
  std::vector<double> row_potential(n + 1, 0), column_potential(n + 1, 0);
  std::vector<size_t> row_of(n + 1, 0), way(n + 1, 0);
  for (size_t row = 1; row <= n; ++row) {
    row_of[0] = row;
    size_t column = 0;
    std::vector<double> slack(n + 1, never);
    std::vector<bool> visited(n + 1, false);
    do {
      visited[column] = true;
      const size_t from = row_of[column];
      double smallest = never;
      size_t next = 0;
      for (size_t c = 1; c <= n; ++c) {
        if (visited[c]) continue;
        const double reduced = cost_at(from - 1, c - 1) - row_potential[from] - column_potential[c];
        if (reduced < slack[c]) slack[c] = reduced, way[c] = column;
        if (slack[c] < smallest) smallest = slack[c], next = c;
      }
      for (size_t c = 0; c <= n; ++c) {
        if (visited[c])
          row_potential[row_of[c]] += smallest, column_potential[c] -= smallest;
        else
          slack[c] -= smallest;
      }
      column = next;
    } while (row_of[column] != 0);
    for (; column != 0; column = way[column]) row_of[column] = row_of[way[column]];
  }
  for (size_t c = 1; c <= columns; ++c)
    if (row_of[c] <= rows && std::isfinite(costs[row_of[c] - 1][c - 1]))
      result[row_of[c] - 1] = static_cast<int>(c) - 1;
  return result;
}

}  // namespace limn
