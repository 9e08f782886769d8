#include "limn/evaluate/mat_file.h"

#include <matio.h>

#include <memory>

#include "limn/base/error.h"

namespace limn {
namespace {

struct CloseFile {
  void operator()(mat_t* file) const { Mat_Close(file); }
};
struct FreeVariable {
  void operator()(matvar_t* variable) const { Mat_VarFree(variable); }
};

template <class T>
void append(const matvar_t& variable, size_t count, std::vector<double>& values) {
  const T* data = static_cast<const T*>(variable.data);
  values.assign(data, data + count);
}

/// False for types that are no numbers.
bool append_numbers(const matvar_t& variable, size_t count, std::vector<double>& values) {
  switch (variable.class_type) {
    case MAT_C_DOUBLE:
      append<double>(variable, count, values);
      return true;
    case MAT_C_SINGLE:
      append<float>(variable, count, values);
      return true;
    case MAT_C_INT64:
      append<int64_t>(variable, count, values);
      return true;
    case MAT_C_UINT64:
      append<uint64_t>(variable, count, values);
      return true;
    case MAT_C_INT32:
      append<int32_t>(variable, count, values);
      return true;
    case MAT_C_UINT32:
      append<uint32_t>(variable, count, values);
      return true;
    case MAT_C_INT16:
      append<int16_t>(variable, count, values);
      return true;
    case MAT_C_UINT16:
      append<uint16_t>(variable, count, values);
      return true;
    case MAT_C_INT8:
      append<int8_t>(variable, count, values);
      return true;
    case MAT_C_UINT8:
      append<uint8_t>(variable, count, values);
      return true;
    default:
      return false;
  }
}

}  // namespace

double MatArray::at(std::initializer_list<size_t> index) const {
  size_t offset = 0, stride = 1, k = 0;
  require(index.size() == shape.size(), ErrorKind::usage, "an index of another rank than the array", "MatArray::at",
          "give one index a dimension");
  for (const size_t i : index) {
    require(i < shape[k], ErrorKind::usage, "an index outside of the array", "MatArray::at", "check the shape first");
    offset += i * stride;
    stride *= shape[k++];
  }
  return values[offset];
}

MatArray read_mat_array(const std::filesystem::path& path, const std::string& name) {
  const std::string where = path.string() + ": " + name;
  require(std::filesystem::is_regular_file(path), ErrorKind::input, "no such file", path.string(), "check the path");
  const std::unique_ptr<mat_t, CloseFile> file(Mat_Open(path.c_str(), MAT_ACC_RDONLY));
  require(file != nullptr, ErrorKind::input, "not a MATLAB file", path.string(), "copy the file again");
  const std::unique_ptr<matvar_t, FreeVariable> variable(Mat_VarRead(file.get(), name.c_str()));
  require(variable != nullptr, ErrorKind::input, "the MATLAB file lacks a variable", where, "copy the file again");
  MatArray array;
  size_t count = 1;
  for (int k = 0; k < variable->rank; ++k) {
    array.shape.push_back(variable->dims[k]);
    count *= variable->dims[k];
  }
  require(variable->data != nullptr && variable->isComplex == 0 && append_numbers(*variable, count, array.values),
          ErrorKind::input, "the variable is no array of real numbers", where, "pass the file of the benchmark");
  return array;
}

}  // namespace limn
