// Numeric arrays of HDF5 files.
#pragma once

#include "limn/evaluate/mat_file.h"

namespace limn {

/// A data set of an HDF5 file by its path ("pose/2d"). As in MATLAB, the first index runs fastest: what was written as
/// [N K 2] has the shape [2 K N]. Error(input): no such file, no HDF5 file, no such data set, or one that holds no
/// numbers.
MatArray read_hdf5_array(const std::filesystem::path& path, const std::string& name);

}  // namespace limn
