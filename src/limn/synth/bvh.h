// Reader of Biovision motion files (BVH): a hierarchy of joints with offsets, then a row of channel values a frame.
//
// Angles are degrees in the file and radians here; lengths keep the file's unit. Axes keep the file's, usually y up.
// R_joint = R(first rotation channel) R(second) R(third), column vectors, in the order in which CHANNELS lists them.
// Format: Meredith and Maddock, "Motion Capture File Formats Explained" (2001).
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

enum class BvhChannel : uint8_t { x_position, y_position, z_position, x_rotation, y_rotation, z_rotation };

struct BvhJoint {
  std::string name;
  int parent = -1;                   ///< index of an earlier joint; -1 for the one root
  Vec3 offset = Vec3::Zero();        ///< from the parent in the rest pose, the file's unit
  std::vector<BvhChannel> channels;  ///< in the file's order
  int first_value = 0;               ///< column of its first channel in a frame
  std::optional<Vec3> end_site;      ///< offset of the leaf's tip
};

struct Bvh {
  std::string origin;  ///< file name, for errors
  std::vector<BvhJoint> joints;
  int frames = 0;
  int channels = 0;           ///< of all joints
  double frame_time_s = 0;    ///< > 0
  std::vector<float> values;  ///< [T channels], radians and the file's unit

  /// Index of a joint by its exact name; -1 when there is none.
  int find(std::string_view name) const;
};

/// Error(input) with origin:line for anything but a whole, consistent file: unknown or missing keywords and braces,
/// names given twice, channel counts that do not match their lists, text where a number belongs, non-finite numbers,
/// too few or too many values, absurd counts (1000 joints, 1e6 frames, 1e8 values).
Bvh parse_bvh(std::string_view text, const std::string& origin);
Bvh read_bvh(const std::filesystem::path& path);

/// Every joint of one frame in the file's world.
struct BvhFrame {
  std::vector<Vec3> positions;        ///< [joints], the file's unit
  std::vector<Mat3> world_rotations;  ///< [joints] world_from_joint: away from the rest pose
};
/// Position channels stand in the place of the offset, as in files that repeat the offsets in every frame.
BvhFrame bvh_frame(const Bvh& bvh, int frame);

}  // namespace limn
