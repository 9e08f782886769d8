// glTF 2.0 and GLB (Khronos specification) as containers: JSON, buffers, accessors. Private to rig_gltf.cpp.
#pragma once

#include <cstddef>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

/// Numbers of an accessor: `count` elements of `width` components as floats, normalised where the file says so.
struct GltfNumbers {
  size_t count = 0, width = 0;
  std::vector<float> values;
  float at(size_t element, size_t component) const { return values[element * width + component]; }
  Vec3 vec3(size_t i) const { return {at(i, 0), at(i, 1), at(i, 2)}; }
};

/// Every access checks its bounds. Error(input) for what is damaged; nlohmann's exceptions for JSON that is no glTF.
class GltfFile {
 public:
  GltfFile(const std::string& bytes, const std::filesystem::path& path);

  const nlohmann::json& json() const { return json_; }
  /// A top-level list, empty where the file has none; and its entry of a number.
  const nlohmann::json& list(const char* key) const;
  const nlohmann::json& item(const char* key, const nlohmann::json& index) const;
  GltfNumbers numbers(const nlohmann::json& accessor_index) const;
  std::string_view view_bytes(const nlohmann::json& view) const;
  /// A data URI, or a file beside this one.
  std::string read_uri(const std::string& uri) const;
  [[noreturn]] void damaged(const std::string& what) const;

 private:
  void read_container(const std::string& bytes);
  void refuse_compression() const;
  std::string read_buffer(const nlohmann::json& buffer) const;

  std::filesystem::path path_;
  std::string binary_;
  nlohmann::json json_;
  std::vector<std::string> buffers_;
};

}  // namespace limn
