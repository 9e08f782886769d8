// Writes small HDF5 files as benchmarks come in.
#pragma once

#include <hdf5.h>

#include <filesystem>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "limn/evaluate/mat_file.h"

namespace limn::test {

/// Arrays of doubles by path ("pose/2d"); the shapes' first index runs fastest, as read_hdf5_array gives them.
inline void write_hdf5(const std::filesystem::path& path, const std::map<std::string, MatArray>& arrays) {
  const hid_t file = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
  if (file < 0) throw std::runtime_error("cannot write " + path.string());
  const hid_t with_folders = H5Pcreate(H5P_LINK_CREATE);
  H5Pset_create_intermediate_group(with_folders, 1);
  for (const auto& [name, array] : arrays) {
    const std::vector<hsize_t> shape(array.shape.rbegin(), array.shape.rend());
    const hid_t space = H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr);
    const hid_t data = H5Dcreate2(file, name.c_str(), H5T_NATIVE_DOUBLE, space, with_folders, H5P_DEFAULT, H5P_DEFAULT);
    if (H5Dwrite(data, H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) < 0)
      throw std::runtime_error("cannot write " + path.string() + ": " + name);
    H5Dclose(data);
    H5Sclose(space);
  }
  H5Pclose(with_folders);
  H5Fclose(file);
}

}  // namespace limn::test
