// Numeric arrays of MATLAB files, in which the older benchmarks come.
#pragma once

#include <filesystem>
#include <initializer_list>
#include <string>
#include <vector>

namespace limn {

struct MatArray {
  std::vector<size_t> shape;
  std::vector<double> values;  ///< column-major, as in the file

  /// Indices from 0, one a dimension. Error(usage) outside of the shape.
  double at(std::initializer_list<size_t> index) const;
};

/// A variable of a MATLAB file of version 5 to 7.3. Error(input): no such file, no MATLAB file, no such variable, or
/// one that is no array of numbers.
MatArray read_mat_array(const std::filesystem::path& path, const std::string& name);

}  // namespace limn
