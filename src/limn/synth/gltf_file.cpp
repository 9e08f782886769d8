#include "limn/synth/gltf_file.h"

#include <cstring>
#include <limits>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

using Json = nlohmann::json;

std::string from_base64(std::string_view text) {
  std::string bytes;
  uint32_t bits = 0;
  int have = 0;
  for (char c : text) {
    const int value = c >= 'A' && c <= 'Z'   ? c - 'A'
                      : c >= 'a' && c <= 'z' ? c - 'a' + 26
                      : c >= '0' && c <= '9' ? c - '0' + 52
                      : c == '+'             ? 62
                      : c == '/'             ? 63
                                             : -1;
    if (value < 0) continue;
    bits = bits << 6 | static_cast<uint32_t>(value);
    if ((have += 6) >= 8) bytes.push_back(static_cast<char>(bits >> (have -= 8) & 0xff));
  }
  return bytes;
}

float component(const char* at, int type, bool normalised) {
  const auto read = [&]<class T>(T) {
    T value;
    std::memcpy(&value, at, sizeof value);
    const float scale = normalised ? 1.0f / static_cast<float>(std::numeric_limits<T>::max()) : 1.0f;
    return static_cast<float>(value) * scale;
  };
  switch (type) {
    case 5120:
      return read(int8_t{});
    case 5121:
      return read(uint8_t{});
    case 5122:
      return read(int16_t{});
    case 5123:
      return read(uint16_t{});
    case 5125:
      return read(uint32_t{});
    default:
      break;
  }
  float value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

}  // namespace

GltfFile::GltfFile(const std::string& bytes, const std::filesystem::path& path) : path_(path) {
  if (bytes.compare(0, 4, "glTF") == 0) {
    read_container(bytes);
  } else {
    json_ = Json::parse(bytes);
  }
  refuse_compression();
  for (const Json& buffer : list("buffers")) buffers_.push_back(read_buffer(buffer));
}

void GltfFile::refuse_compression() const {
  for (const std::string name : list("extensionsRequired"))
    if (name.find("draco") != std::string::npos || name.find("meshopt") != std::string::npos ||
        name == "KHR_mesh_quantization")
      throw Error(ErrorKind::input, "the meshes are compressed with " + name, path_.string(),
                  "export without mesh compression");
}

void GltfFile::damaged(const std::string& what) const {
  throw Error(ErrorKind::input, "damaged glTF: " + what, path_.string(), "export the file again");
}

const Json& GltfFile::list(const char* key) const {
  static const Json none = Json::array();
  const auto found = json_.find(key);
  return found == json_.end() ? none : *found;
}

const Json& GltfFile::item(const char* key, const Json& index) const {
  const Json& all = list(key);
  const int64_t i = index.get<int64_t>();
  if (i < 0 || i >= static_cast<int64_t>(all.size())) damaged(std::string("no entry of that number in ") + key);
  return all[static_cast<size_t>(i)];
}

void GltfFile::read_container(const std::string& bytes) {
  const auto word = [&](size_t at) {
    if (at + 4 > bytes.size()) damaged("cut short");
    uint32_t value;
    std::memcpy(&value, bytes.data() + at, 4);
    return value;
  };
  if (word(4) != 2) damaged("GLB version " + std::to_string(word(4)));
  if (word(8) > bytes.size()) damaged("cut short");
  for (size_t at = 12; at + 8 <= bytes.size();) {
    const size_t size = word(at), kind = word(at + 4);
    if (at + 8 + size > bytes.size()) damaged("cut short");
    if (kind == 0x4E4F534A) json_ = Json::parse(bytes.substr(at + 8, size));
    if (kind == 0x004E4942 && binary_.empty()) binary_ = bytes.substr(at + 8, size);
    at += 8 + (size + 3) / 4 * 4;
  }
  if (!json_.is_object()) damaged("no JSON chunk");
}

std::string GltfFile::read_uri(const std::string& uri) const {
  if (uri.compare(0, 5, "data:") == 0) {
    const size_t comma = uri.find(',');
    return comma == std::string::npos ? std::string() : from_base64(std::string_view(uri).substr(comma + 1));
  }
  const std::filesystem::path file(uri);
  if (file.is_absolute() || uri.find("..") != std::string::npos || uri.find("://") != std::string::npos)
    damaged("a companion file outside its folder");
  return read_file(path_.parent_path() / file);
}

std::string GltfFile::read_buffer(const Json& buffer) const {
  std::string bytes = buffer.contains("uri") ? read_uri(buffer["uri"].get<std::string>()) : binary_;
  if (bytes.size() < buffer.at("byteLength").get<size_t>()) damaged("a buffer is cut short");
  return bytes;
}

std::string_view GltfFile::view_bytes(const Json& view) const {
  const size_t buffer = view.at("buffer").get<size_t>(), offset = view.value("byteOffset", size_t{0});
  const size_t length = view.at("byteLength").get<size_t>();
  if (buffer >= buffers_.size() || offset > buffers_[buffer].size() || length > buffers_[buffer].size() - offset)
    damaged("a view outside its buffer");
  return std::string_view(buffers_[buffer]).substr(offset, length);
}

GltfNumbers GltfFile::numbers(const Json& index) const {
  const Json& accessor = item("accessors", index);
  if (accessor.contains("sparse") || !accessor.contains("bufferView")) damaged("sparse accessors are not read");
  const int type = accessor.at("componentType").get<int>();
  const size_t size = type == 5126 || type == 5125 ? 4 : type == 5122 || type == 5123 ? 2 : 1;
  if (type < 5120 || type > 5126 || type == 5124) damaged("an unknown component type");
  const std::string shape = accessor.at("type").get<std::string>();
  GltfNumbers result;
  result.width = shape == "SCALAR" ? 1 : shape == "VEC2" ? 2 : shape == "VEC3" ? 3 : shape == "VEC4" ? 4 : 16;
  result.count = accessor.at("count").get<size_t>();
  const Json& view = item("bufferViews", accessor["bufferView"]);
  const std::string_view bytes = view_bytes(view);
  const size_t start = accessor.value("byteOffset", size_t{0}), element = size * result.width;
  const size_t stride = view.value("byteStride", element);
  if (result.count == 0) return result;
  if (stride == 0 || start > bytes.size() || element > bytes.size() - start ||
      (result.count - 1) > (bytes.size() - start - element) / stride)
    damaged("an accessor outside its view");
  const bool normalised = accessor.value("normalized", false);
  result.values.reserve(result.count * result.width);
  for (size_t i = 0; i < result.count; ++i)
    for (size_t c = 0; c < result.width; ++c)
      result.values.push_back(component(bytes.data() + start + i * stride + c * size, type, normalised));
  return result;
}

}  // namespace limn
