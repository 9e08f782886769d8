#include "limn/evaluate/hdf5_file.h"

#include <hdf5.h>

#include <algorithm>
#include <numeric>

#include "limn/base/error.h"

namespace limn {
namespace {

/// Closes what the library opened.
class Handle {
 public:
  Handle(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  bool valid() const { return id_ >= 0; }
  hid_t id() const { return id_; }

 private:
  hid_t id_;
  herr_t (*close_)(hid_t);
};

/// The library prints its errors; here they are thrown.
class Silence {
 public:
  Silence() {
    H5Eget_auto2(H5E_DEFAULT, &print_, &data_);
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;
  ~Silence() { H5Eset_auto2(H5E_DEFAULT, print_, data_); }

 private:
  H5E_auto2_t print_ = nullptr;
  void* data_ = nullptr;
};

}  // namespace

MatArray read_hdf5_array(const std::filesystem::path& path, const std::string& name) {
  const std::string where = path.string() + ": " + name;
  require(std::filesystem::is_regular_file(path), ErrorKind::input, "no such file", path.string(), "check the path");
  const Silence silence;
  const Handle file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  require(file.valid(), ErrorKind::input, "not an HDF5 file", path.string(), "copy the file again");
  const Handle data(H5Dopen2(file.id(), name.c_str(), H5P_DEFAULT), H5Dclose);
  require(data.valid(), ErrorKind::input, "the HDF5 file lacks a data set", where, "make the file again");
  const Handle type(H5Dget_type(data.id()), H5Tclose), space(H5Dget_space(data.id()), H5Sclose);
  const H5T_class_t kind = H5Tget_class(type.id());
  require(kind == H5T_FLOAT || kind == H5T_INTEGER, ErrorKind::input, "the data set holds no numbers", where,
          "make the file again");
  const int rank = H5Sget_simple_extent_ndims(space.id());
  std::vector<hsize_t> shape(static_cast<size_t>(std::max(rank, 0)));
  H5Sget_simple_extent_dims(space.id(), shape.data(), nullptr);
  MatArray array{{shape.rbegin(), shape.rend()}, {}};
  array.values.resize(std::accumulate(shape.begin(), shape.end(), size_t{1}, std::multiplies<>()));
  require(H5Dread(data.id(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, array.values.data()) >= 0,
          ErrorKind::input, "damaged HDF5 file", where, "copy the file again");
  return array;
}

}  // namespace limn
