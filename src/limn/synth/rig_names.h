// What rigs call their joints: Mixamo, VRM and VRoid, MakeHuman (default and game rigs), Unreal, CMU.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "limn/synth/rig_file.h"

namespace limn {

/// Joints and landmarks that a rig may have. Sided ones exist twice.
struct RigJoint {
  const char* name;     ///< without the side: "upper_arm"
  bool sided;           ///< "left_upper_arm" and "right_upper_arm"
  bool needed;          ///< a character without it cannot be used
  bool landmark;        ///< a point only: moves nothing
  const char* aliases;  ///< names in rigs without side, lower case, letters and digits only; the first match wins
};
const std::vector<RigJoint>& rig_joints();

/// "mixamorig:LeftForeArm" -> {"left", "forearm"}: prefixes stripped, side told apart, the rest in lower-case letters
/// and digits. The side is empty on the midline.
struct RigName {
  std::string side, base;
};
RigName parse_rig_name(const std::string& name);

/// Which node of the file each rig joint is, by full name ("hips", "left_hand").
class RigMap {
 public:
  explicit RigMap(const RigFile& rig);
  /// -1 where the file has none.
  int node(const std::string& joint) const;
  bool has(const std::string& joint) const { return node(joint) >= 0; }
  /// The joint that a node is, if any.
  const std::string* joint_of(int node) const;
  /// Needed joints that are missing, in the order of the table.
  std::vector<std::string> missing() const;

 private:
  std::vector<std::pair<std::string, int>> nodes_;
};

}  // namespace limn
