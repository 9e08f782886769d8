// The skeleton as data: joints, mirrors, bones and the channels of the skeleton image.
// Read from TOML (assets/skeleton/human.toml is built into the library). Code never writes a joint number.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn {

struct Joint {
  std::string name;
  int parent = -1;  ///< index of an earlier joint; -1 for the one root
  int mirror = 0;   ///< the joint on the other side; itself on the midline
  Vec3 rest_offset = Vec3::Zero();  ///< from the parent, metres, in the T-pose (y up, facing +z, left is +x)
};

struct Bone {
  std::string name;
  int from = 0, to = 0;  ///< joints
};

/// A grouping of bones into the channels of a skeleton image: "limbs" (default), "single", "bones".
struct Grouping {
  std::string name;
  std::vector<std::string> channel_names;
  std::vector<int> channel_mirror;             ///< per channel
  std::vector<std::vector<int>> channel_bones; ///< per channel: bone indices, never empty
  int channels() const { return static_cast<int>(channel_names.size()); }
};

class Skeleton {
 public:
  /// Parses TOML. Error(input) with origin:line for: no root or several, a parent after its child, unknown
  /// names, duplicate names, mirrors that are not mutual, channels whose bones' mirrors do not match the
  /// mirrored channel, empty channels, bones in no channel or two, non-finite or zero offsets.
  static Skeleton parse(const std::string& text, const std::string& origin);
  static Skeleton load(const std::string& path);
  /// The built-in human skeleton (27 joints).
  static const Skeleton& human();

  const std::string& name() const { return name_; }
  const std::string& text() const { return text_; }  ///< the TOML it was read from; travels with models
  const std::vector<Joint>& joints() const { return joints_; }
  const std::vector<Bone>& bones() const { return bones_; }
  const std::vector<Grouping>& groupings() const { return groupings_; }

  int joint_count() const { return static_cast<int>(joints_.size()); }
  /// Index of a joint or bone by name; Error(usage) with the nearest valid name.
  int joint(std::string_view name) const;
  int bone(std::string_view name) const;
  const Grouping& grouping(std::string_view name) const;
  /// Joints that carry a rotation of their own (those with children), in order.
  const std::vector<int>& rotating_joints() const { return rotating_; }
  /// Groups of joints that share one bone-length scale: each joint with its mirror; the root is in none.
  const std::vector<std::vector<int>>& length_groups() const { return length_groups_; }
  /// Whether two skeletons have the same joints, parents, bones and groupings (text may differ).
  bool same_structure(const Skeleton& other) const;

 private:
  friend class SkeletonParser;
  std::string name_, text_;
  std::vector<Joint> joints_;
  std::vector<Bone> bones_;
  std::vector<Grouping> groupings_;
  std::vector<int> rotating_;
  std::vector<std::vector<int>> length_groups_;
};

}  // namespace limn
