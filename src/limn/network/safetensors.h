// safetensors (huggingface/safetensors format): 8-byte little-endian header length, JSON header, raw tensors.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace limn {

struct TensorBlob {
  std::string dtype = "F32";  ///< F64 F32 F16 I64 I32 U8 ...
  std::vector<int64_t> shape;
  std::string bytes;  ///< row-major, little-endian

  int64_t count() const;  ///< product of shape
  const float* f32() const { return reinterpret_cast<const float*>(bytes.data()); }
  static TensorBlob from_f32(std::vector<int64_t> shape, const float* values);
};

struct TensorFile {
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorBlob> tensors;
};

/// Error(model), naming the file, for anything that is not a whole, consistent safetensors file.
TensorFile read_safetensors(const std::filesystem::path& path);
/// The same from bytes in memory; `origin` names them in errors.
TensorFile parse_safetensors(std::string_view bytes, const std::string& origin);
/// Atomic.
void write_safetensors(const std::filesystem::path& path, const TensorFile& file);

}  // namespace limn
