// Writes small MATLAB files as benchmarks come in.
#pragma once

#include <gtest/gtest.h>
#include <matio.h>

#include <filesystem>
#include <map>
#include <string>

#include "limn/evaluate/mat_file.h"

namespace limn::test {

/// Arrays of doubles by name; `version` MAT_FT_MAT5, or MAT_FT_MAT73 (HDF5).
inline void write_mat(const std::filesystem::path& path, const std::map<std::string, MatArray>& arrays,
                      mat_ft version = MAT_FT_MAT5) {
  mat_t* file = Mat_CreateVer(path.c_str(), nullptr, version);
  ASSERT_NE(file, nullptr);
  for (const auto& [name, array] : arrays) {
    std::vector<size_t> shape = array.shape;
    std::vector<double> values = array.values;
    matvar_t* variable = Mat_VarCreate(name.c_str(), MAT_C_DOUBLE, MAT_T_DOUBLE, static_cast<int>(shape.size()),
                                       shape.data(), values.data(), 0);
    ASSERT_EQ(Mat_VarWrite(file, variable, MAT_COMPRESSION_NONE), 0);
    Mat_VarFree(variable);
  }
  Mat_Close(file);
}

/// Zeros.
inline MatArray mat_array(std::vector<size_t> shape) {
  size_t count = 1;
  for (size_t n : shape) count *= n;
  return {std::move(shape), std::vector<double>(count)};
}

inline void set(MatArray& array, std::initializer_list<size_t> index, double value) {
  size_t offset = 0, stride = 1, k = 0;
  for (size_t i : index) offset += i * stride, stride *= array.shape[k++];
  array.values[offset] = value;
}

}  // namespace limn::test
