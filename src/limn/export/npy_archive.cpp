#include "limn/export/npy_archive.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <utility>

#include "limn/base/error.h"
#include "limn/base/utf8.h"

namespace limn {
namespace {

constexpr size_t largest_array = size_t{1} << 30, chunk = size_t{1} << 16;
constexpr size_t most_extents = 8, most_entries = 1000;
constexpr std::string_view magic{"\x93NUMPY", 6};

template <class Value>
void widen(const char* from, size_t count, std::vector<double>& to) {
  for (size_t i = 0; i < count; ++i) {
    Value value;
    std::memcpy(&value, from + i * sizeof value, sizeof value);
    to.push_back(static_cast<double>(value));
  }
}

/// What follows `'key':` in a header, blanks left out; empty where the key is missing.
std::string_view value_of(std::string_view header, std::string_view key) {
  const std::string quoted = "'" + std::string(key) + "'";
  const size_t at = header.find(quoted);
  if (at == std::string_view::npos) return {};
  header.remove_prefix(at + quoted.size());
  const size_t begin = header.find_first_not_of(" :");
  return begin == std::string_view::npos ? std::string_view() : header.substr(begin);
}

}  // namespace

NpyArray::NpyArray(std::string bytes, std::string where) : bytes_(std::move(bytes)), where_(std::move(where)) {
  if (bytes_.size() < 12 || !bytes_.starts_with(magic)) fail("it is no array of NumPy");
  const auto byte = [&](size_t i) { return static_cast<size_t>(static_cast<unsigned char>(bytes_[i])); };
  const size_t version = byte(6);
  if (version != 1 && version != 2) fail("its version is not known");
  size_t length = byte(8) | (byte(9) << 8), begin = 10;
  if (version == 2) length |= (byte(10) << 16) | (byte(11) << 24), begin = 12;
  if (length > bytes_.size() - begin) fail("it ends early");
  read_header(std::string_view(bytes_).substr(begin, length));
  begin_ = begin + length;
  const size_t a_value = kind_ == 'U' ? 4 * width_ : width_;
  if ((bytes_.size() - begin_) / a_value < size_) fail("it ends early");
}

void NpyArray::fail(const std::string& what) const {
  throw Error(ErrorKind::input, "damaged poses: " + what, where_, "write it again with limn predict --format npz");
}

void NpyArray::read_header(std::string_view header) {
  if (!value_of(header, "fortran_order").starts_with("False")) fail("it is not in C order");
  const std::string_view type = value_of(header, "descr");
  // '<f4', '|b1' or '<U12': the order of bytes, the kind, the size
  if (type.size() < 5 || type[0] != '\'' || (type[1] != '<' && type[1] != '|')) fail("its type is not known");
  kind_ = type[2];
  const char* const end = type.data() + type.size();
  const auto [at, code] = std::from_chars(type.data() + 3, end, width_);
  if (code != std::errc() || at == end || *at != '\'' || width_ == 0 || width_ > largest_array ||
      std::string_view("fiubU").find(kind_) == std::string_view::npos)
    fail("its type is not known");
  std::string_view shape = value_of(header, "shape");
  if (!shape.starts_with("(")) fail("it has no shape");
  for (shape.remove_prefix(1); !shape.starts_with(")");) {
    size_t extent = 0;
    const auto [next, wrong] = std::from_chars(shape.data(), shape.data() + shape.size(), extent);
    if (wrong != std::errc() || shape_.size() == most_extents || (extent > 0 && size_ > largest_array / extent))
      fail("its shape cannot be");
    shape_.push_back(extent);
    size_ *= extent;
    shape.remove_prefix(static_cast<size_t>(next - shape.data()));
    while (shape.starts_with(",") || shape.starts_with(" ")) shape.remove_prefix(1);
  }
}

std::vector<double> NpyArray::numbers() const {
  std::vector<double> values;
  values.reserve(size_);
  if (kind_ == 'f' && width_ == 4) widen<float>(data(), size_, values);
  else if (kind_ == 'f' && width_ == 8) widen<double>(data(), size_, values);
  else if (kind_ == 'i' && width_ == 4) widen<int32_t>(data(), size_, values);
  else if (kind_ == 'i' && width_ == 8) widen<int64_t>(data(), size_, values);
  else if ((kind_ == 'b' || kind_ == 'u') && width_ == 1) widen<uint8_t>(data(), size_, values);
  else fail("its values are of another type");
  return values;
}

std::vector<std::string> NpyArray::texts() const {
  if (kind_ != 'U') fail("its values are no text");
  std::vector<std::string> values(size_);
  for (size_t i = 0; i < size_; ++i)
    for (size_t k = 0; k < width_; ++k) {
      uint32_t letter;
      std::memcpy(&letter, data() + 4 * (i * width_ + k), 4);
      if (letter == 0) break;
      append_utf8(letter, values[i]);
    }
  return values;
}

std::map<std::string, NpyArray> read_npz(std::string_view bytes, const std::vector<std::string>& wanted,
                                         const std::string& where) {
  const std::unique_ptr<archive, decltype(&archive_read_free)> zip(archive_read_new(), &archive_read_free);
  const auto check = [&](bool good, const std::string& what) {
    if (good) return;
    const char* const why = archive_error_string(zip.get());
    throw Error(ErrorKind::input, "damaged poses: " + what + (why ? std::string(": ") + why : ""), where,
                "write it again with limn predict --format npz");
  };
  check(zip && archive_read_support_format_zip(zip.get()) == ARCHIVE_OK &&
            archive_read_open_memory(zip.get(), bytes.data(), bytes.size()) == ARCHIVE_OK,
        "no archive of arrays");
  std::map<std::string, NpyArray> arrays;
  size_t total = 0;
  for (size_t count = 0;; ++count) {
    archive_entry* entry = nullptr;
    const int code = archive_read_next_header(zip.get(), &entry);
    if (code == ARCHIVE_EOF) return arrays;
    check(code == ARCHIVE_OK && count < most_entries, "the archive cannot be read");
    const char* const path = archive_entry_pathname(entry);
    std::string name = path == nullptr ? "" : path;
    if (!name.ends_with(".npy")) continue;
    name.resize(name.size() - 4);
    if (std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    std::string content;
    for (;;) {
      const size_t before = content.size();
      content.resize(before + chunk);
      const la_ssize_t got = archive_read_data(zip.get(), content.data() + before, chunk);
      check(got >= 0, "array " + name);
      content.resize(before + static_cast<size_t>(got));
      total += static_cast<size_t>(got);
      check(total <= largest_array, "the arrays hold more than 1 GiB");
      if (got == 0) break;
    }
    arrays.insert_or_assign(name, NpyArray(std::move(content), where + ", array " + name));
  }
}

}  // namespace limn
