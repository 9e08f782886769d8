#include "limn/data/read_clips.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "limn/base/error.h"
#include "limn/network/safetensors.h"

namespace limn {
namespace {

constexpr const char* format_name = "read-clips-1";

using RowMajor = Eigen::Matrix<float, 3, 3, Eigen::RowMajor>;

[[noreturn]] void refuse(const std::string& what, const std::string& where) {
  throw Error(ErrorKind::model, what, where, "use a file of readings that limn train --network temporal wrote");
}

/// The values of one field of all frames, end to end.
template <class Get>
TensorBlob packed(const ReadClips& clips, int64_t joints, int64_t width, const Get& get) {
  std::vector<float> values;
  for (const ReadClip& clip : clips.clips)
    for (const ReadFrame& frame : clip)
      for (int64_t j = 0; j < joints; ++j)
        for (const float value : get(frame, static_cast<size_t>(j))) values.push_back(value);
  const auto count = static_cast<int64_t>(clips.clips.size()), frames = static_cast<int64_t>(clips.clips[0].size());
  return TensorBlob::from_f32({count, frames, joints, width}, values.data());
}

std::array<float, 2> pair_of(const Vec2& v) { return {v.x(), v.y()}; }

/// Tensor `name` [N T J width]; the first one found says N, T and J.
const float* unpacked(const TensorFile& file, const std::string& name, std::vector<int64_t>& shape, int64_t width,
                      const std::string& origin) {
  const auto found = file.tensors.find(name);
  if (found == file.tensors.end() || found->second.shape.size() != 4 || found->second.dtype != "F32")
    refuse("tensor \"" + name + "\" is missing", origin);
  if (shape.empty()) shape = found->second.shape;
  shape[3] = width;
  if (found->second.shape != shape) refuse("tensor \"" + name + "\" has another shape", origin);
  const float* const values = found->second.f32();
  if (!std::all_of(values, values + found->second.count(), [](float v) { return std::isfinite(v); }))
    refuse("tensor \"" + name + "\" holds values that are not numbers", origin);
  return values;
}

}  // namespace

bool is_seen(const ReadFrame& frame) {
  return std::any_of(frame.confidence.begin(), frame.confidence.end(), [](float c) { return c > 0; });
}

bool ReadClips::reads_bone_depths() const {
  for (const ReadClip& clip : clips)
    for (const ReadFrame& frame : clip)
      if (!frame.bone_depths.empty()) return true;
  return false;
}

ReadClips ReadClips::load(const std::filesystem::path& path) {
  const TensorFile file = read_safetensors(path);
  const std::string origin = path.string();
  const auto format = file.metadata.find("limn.format"), rate = file.metadata.find("limn.frame_rate");
  if (format == file.metadata.end() || format->second != format_name || rate == file.metadata.end())
    refuse("not a file of readings", origin);
  ReadClips result;
  const char* const end = rate->second.data() + rate->second.size();
  if (std::from_chars(rate->second.data(), end, result.frame_rate).ptr != end || !(result.frame_rate > 0))
    refuse("frame rate \"" + rate->second + "\" is not usable", origin);
  std::vector<int64_t> shape;
  const float* truth = unpacked(file, "truth", shape, 2, origin);
  const float* read = unpacked(file, "read", shape, 2, origin);
  const float* confidence = unpacked(file, "confidence", shape, 1, origin);
  const float* joints = unpacked(file, "joints", shape, 3, origin);
  const float* rotations = unpacked(file, "rotations", shape, 9, origin);
  const bool has_depths = file.tensors.count("bone_depths") > 0;
  const float* depths = has_depths ? unpacked(file, "bone_depths", shape, 1, origin) : nullptr;
  if (shape[0] < 1 || shape[1] < 1 || shape[2] < 1) refuse("the file is empty", origin);
  result.clips.assign(static_cast<size_t>(shape[0]), ReadClip(static_cast<size_t>(shape[1])));
  for (ReadClip& clip : result.clips)
    for (ReadFrame& frame : clip)
      for (int64_t j = 0; j < shape[2]; ++j, truth += 2, read += 2, joints += 3, rotations += 9) {
        frame.truth.emplace_back(truth);
        frame.read.emplace_back(read);
        frame.confidence.push_back(*confidence++);
        if (has_depths) frame.bone_depths.push_back(*depths++);
        frame.joints.emplace_back(joints);
        frame.rotations.push_back(Eigen::Map<const RowMajor>(rotations));
      }
  return result;
}

void ReadClips::save(const std::filesystem::path& path) const {
  require(!clips.empty() && !clips[0].empty(), ErrorKind::usage, "no readings to write", path.string(),
          "read at least one clip");
  for (const ReadClip& clip : clips)
    require(clip.size() == clips[0].size(), ErrorKind::usage, "clips of different lengths", path.string(),
            "read as many frames of each");
  const auto joint_count = static_cast<int64_t>(clips[0][0].truth.size());
  TensorFile file;
  file.metadata = {{"limn.format", format_name}, {"limn.frame_rate", std::to_string(frame_rate)}};
  file.tensors["truth"] = packed(*this, joint_count, 2, [](const ReadFrame& f, size_t j) { return pair_of(f.truth[j]); });
  file.tensors["read"] = packed(*this, joint_count, 2, [](const ReadFrame& f, size_t j) { return pair_of(f.read[j]); });
  file.tensors["confidence"] = packed(
      *this, joint_count, 1, [](const ReadFrame& f, size_t j) { return std::array<float, 1>{f.confidence[j]}; });
  if (reads_bone_depths())
    file.tensors["bone_depths"] = packed(*this, joint_count, 1, [](const ReadFrame& f, size_t j) {
      return std::array<float, 1>{f.bone_depths.empty() ? 0 : f.bone_depths[j]};
    });
  file.tensors["joints"] = packed(*this, joint_count, 3, [](const ReadFrame& f, size_t j) {
    return std::array<float, 3>{f.joints[j].x(), f.joints[j].y(), f.joints[j].z()};
  });
  file.tensors["rotations"] = packed(*this, joint_count, 9, [](const ReadFrame& f, size_t j) {
    std::array<float, 9> values;
    Eigen::Map<RowMajor>(values.data()) = f.rotations[j];
    return values;
  });
  write_safetensors(path, file);
}

}  // namespace limn
