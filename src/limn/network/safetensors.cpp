#include "limn/network/safetensors.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <nlohmann/json.hpp>
#include <set>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

using nlohmann::json;
static_assert(std::endian::native == std::endian::little, "tensors are copied as they lie in the file");

constexpr uint64_t max_header_bytes = 100'000'000;  // the limit of the reference implementation
constexpr int max_header_depth = 4;                 // {tensor: {shape: [...]}}

[[noreturn]] void refuse(const std::string& what, const std::string& origin) {
  throw Error(ErrorKind::model, what, origin, "fetch or save the file again: it is damaged or no safetensors file");
}

/// Bytes of one element; 0 for an unknown type.
uint64_t element_size(const std::string& dtype) {
  static const std::map<std::string, uint64_t> sizes = {
      {"F64", 8}, {"I64", 8}, {"U64", 8}, {"F32", 4}, {"I32", 4},  {"U32", 4},     {"F16", 2},    {"BF16", 2},
      {"I16", 2}, {"U16", 2}, {"I8", 1},  {"U8", 1},  {"BOOL", 1}, {"F8_E4M3", 1}, {"F8_E5M2", 1}};
  const auto found = sizes.find(dtype);
  return found == sizes.end() ? 0 : found->second;
}

json parse_header(std::string_view text, const std::string& origin) {
  // JSON libraries keep one of two equal keys; here that would hide a tensor.
  std::set<std::string> names;
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    if (depth > max_header_depth) refuse("safetensors header is nested too deeply", origin);
    if (event == json::parse_event_t::key && depth == 1 && !names.insert(value.get<std::string>()).second)
      refuse("safetensors header names \"" + value.get<std::string>() + "\" twice", origin);
    return true;
  };
  try {
    json header = json::parse(text, watch);
    if (!header.is_object()) refuse("safetensors header is not a JSON object", origin);
    return header;
  } catch (const json::exception& error) {
    refuse(std::string("safetensors header is not valid JSON: ") + error.what(), origin);
  }
}

/// What the header says of one tensor, with its numbers checked.
struct Entry {
  std::string name, dtype;
  std::vector<int64_t> shape;
  uint64_t begin = 0, end = 0;  ///< bytes of the data section
};

Entry parse_entry(const std::string& name, const json& item, uint64_t data_bytes, const std::string& origin) {
  const std::string where = origin + ", tensor " + name;
  const auto array_of_sizes = [&](const char* key) {
    const auto found = item.is_object() ? item.find(key) : item.end();
    if (!item.is_object() || found == item.end() || !found->is_array())
      refuse(std::string("tensor without ") + key, where);
    std::vector<uint64_t> values;
    for (const json& value : *found) {
      if (!value.is_number_unsigned()) refuse(std::string(key) + " is not a list of sizes", where);
      values.push_back(value.get<uint64_t>());
    }
    return values;
  };
  Entry entry;
  entry.name = name;
  const std::vector<uint64_t> shape = array_of_sizes("shape"), offsets = array_of_sizes("data_offsets");
  const auto dtype = item.find("dtype");
  if (dtype == item.end() || !dtype->is_string()) refuse("tensor without dtype", where);
  entry.dtype = dtype->get<std::string>();
  uint64_t bytes = element_size(entry.dtype);
  if (bytes == 0) refuse("unknown element type \"" + entry.dtype + "\"", where);
  for (const uint64_t extent : shape) {
    if (extent > static_cast<uint64_t>(INT64_MAX) || (extent != 0 && bytes > UINT64_MAX / extent))
      refuse("absurd tensor shape", where);
    bytes *= extent;
    entry.shape.push_back(static_cast<int64_t>(extent));
  }
  if (offsets.size() != 2 || offsets[0] > offsets[1]) refuse("data_offsets are not a range", where);
  entry.begin = offsets[0];
  entry.end = offsets[1];
  if (entry.end > data_bytes) refuse("tensor data ends behind the end of the file (truncated?)", where);
  if (entry.end - entry.begin != bytes) refuse("tensor data does not have the size of its shape", where);
  return entry;
}

void read_metadata(const json& item, std::map<std::string, std::string>& metadata, const std::string& origin) {
  if (!item.is_object()) refuse("__metadata__ is not an object", origin);
  for (const auto& [key, value] : item.items()) {
    if (!value.is_string()) refuse("__metadata__ entry \"" + key + "\" is not a string", origin);
    metadata[key] = value.get<std::string>();
  }
}

}  // namespace

int64_t TensorBlob::count() const {
  int64_t product = 1;
  for (const int64_t extent : shape) product *= extent;
  return product;
}

TensorBlob TensorBlob::from_f32(std::vector<int64_t> shape, const float* values) {
  TensorBlob blob;
  blob.shape = std::move(shape);
  blob.bytes.assign(reinterpret_cast<const char*>(values), static_cast<size_t>(blob.count()) * sizeof(float));
  return blob;
}

TensorFile parse_safetensors(std::string_view bytes, const std::string& origin) {
  if (bytes.size() < 8) refuse("file is too short to be safetensors", origin);
  uint64_t header_bytes = 0;
  std::memcpy(&header_bytes, bytes.data(), 8);
  if (header_bytes > max_header_bytes) refuse("not a safetensors file: absurd header length", origin);
  if (header_bytes > bytes.size() - 8) refuse("safetensors header is truncated", origin);
  const json header = parse_header(bytes.substr(8, header_bytes), origin);
  const std::string_view data = bytes.substr(8 + header_bytes);

  TensorFile file;
  std::vector<Entry> entries;
  for (const auto& [name, item] : header.items()) {
    if (name == "__metadata__")
      read_metadata(item, file.metadata, origin);
    else
      entries.push_back(parse_entry(name, item, data.size(), origin));
  }
  std::sort(entries.begin(), entries.end(),
            [](const Entry& a, const Entry& b) { return std::tie(a.begin, a.end) < std::tie(b.begin, b.end); });
  uint64_t position = 0;
  for (const Entry& entry : entries) {
    if (entry.begin != position)
      refuse(entry.begin < position ? "tensors overlap" : "gap between tensors", origin + ", tensor " + entry.name);
    position = entry.end;
    file.tensors[entry.name] = {entry.dtype, entry.shape,
                                std::string(data.substr(entry.begin, entry.end - entry.begin))};
  }
  if (position != data.size()) refuse("file has bytes that belong to no tensor", origin);
  return file;
}

TensorFile read_safetensors(const std::filesystem::path& path) {
  std::string bytes;
  try {
    bytes = read_file(path);
  } catch (const Error& error) {
    throw Error(ErrorKind::model, error.message(), error.where(), error.remedy());
  }
  return parse_safetensors(bytes, path.string());
}

void write_safetensors(const std::filesystem::path& path, const TensorFile& file) {
  json header = json::object();
  if (!file.metadata.empty()) header["__metadata__"] = file.metadata;
  uint64_t position = 0;
  for (const auto& [name, blob] : file.tensors) {
    const uint64_t bytes = element_size(blob.dtype) * static_cast<uint64_t>(blob.count());
    require(bytes == blob.bytes.size(), ErrorKind::model, "tensor's bytes do not have the size of its shape", name,
            "give every tensor a known dtype and all of its values");
    header[name] = {{"dtype", blob.dtype}, {"shape", blob.shape}, {"data_offsets", {position, position + bytes}}};
    position += bytes;
  }
  std::string text = header.dump(-1, ' ', false, json::error_handler_t::replace);
  text.resize((text.size() + 7) / 8 * 8, ' ');  // the format aligns the data section by spaces
  std::string whole(8, '\0');
  const uint64_t header_bytes = text.size();
  std::memcpy(whole.data(), &header_bytes, 8);
  whole.reserve(8 + text.size() + position);
  whole += text;
  for (const auto& [name, blob] : file.tensors) whole += blob.bytes;
  write_file_atomic(path, whole);
}

}  // namespace limn
