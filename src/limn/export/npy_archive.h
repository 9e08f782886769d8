// NumPy's arrays in a zip archive, as they lie there. Private to export/.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace limn {

/// One array, C order.
class NpyArray {
 public:
  /// The .npy file `bytes`, versions 1 and 2. Error(input) naming `where`: damaged, another version, Fortran order, a shape
  /// whose values are not there.
  NpyArray(std::string bytes, std::string where);

  const std::vector<size_t>& shape() const { return shape_; }
  size_t size() const { return size_; }  ///< values
  /// Error(input) unless the values are numbers or truths of 1, 4 or 8 bytes.
  std::vector<double> numbers() const;
  /// UTF-8. Error(input) unless the values are text.
  std::vector<std::string> texts() const;

 private:
  [[noreturn]] void fail(const std::string& what) const;
  void read_header(std::string_view header);
  const char* data() const { return bytes_.data() + begin_; }

  std::string bytes_, where_;
  size_t begin_ = 0;  ///< of the values
  char kind_ = 0;     ///< f, i, u, b, U
  size_t width_ = 0;  ///< bytes a value; of U: letters
  std::vector<size_t> shape_;
  size_t size_ = 1;
};

/// The arrays whose names are among `wanted`, by name without ".npy". Error(input) naming `where`: no zip archive,
/// damaged, arrays of more than 1 GiB.
std::map<std::string, NpyArray> read_npz(std::string_view bytes, const std::vector<std::string>& wanted,
                                         const std::string& where);

}  // namespace limn
