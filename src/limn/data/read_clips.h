// Synthetic clips with what the networks read in them: measured errors of readings, as they are correlated over time.
//
// A safetensors file. Metadata: "limn.format" = "read-clips-1", "limn.frame_rate". Tensors, N clips of T frames: "truth" and
// "read" [N T J 2], "confidence" [N T J 1], "joints" [N T J 3], "rotations" [N T J 9], row by row, and, of networks that
// read them, "bone_depths" [N T J 1]; all F32.
#pragma once

#include <filesystem>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

struct ReadFrame {
  std::vector<Vec2> truth;        ///< [J] crop units of the picture
  std::vector<Vec2> read;         ///< [J] likewise
  std::vector<float> confidence;  ///< [J] of the reading; all 0 where nobody was seen
  std::vector<float> bone_depths; ///< [J] of the reading (skeleton/bone_depths.h); empty where none are read or nobody is seen
  std::vector<Vec3> joints;       ///< [J] metres, camera-facing frame (geometry/camera.h), root at the origin
  std::vector<Mat3> rotations;    ///< [J] local; the root's is facing_from_body
};

using ReadClip = std::vector<ReadFrame>;

bool is_seen(const ReadFrame& frame);

struct ReadClips {
  double frame_rate = 24;       ///< frames a second
  std::vector<ReadClip> clips;  ///< all of as many frames

  bool reads_bone_depths() const;
  /// Error(model): no such file, or another one.
  static ReadClips load(const std::filesystem::path& path);
  /// Error(usage) for clips without frames or of different lengths.
  void save(const std::filesystem::path& path) const;
};

}  // namespace limn
