#include "limn/export/bvh.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>

#include "limn/export/number.h"

namespace limn {
namespace {

constexpr float file_units = 100;  // centimetres in a metre

std::string numbers_of(const Vec3& v, double factor = 1) {
  char text[96];
  std::snprintf(text, sizeof text, "%.6g %.6g %.6g", rounded(v.x() * factor, 4), rounded(v.y() * factor, 4),
                rounded(v.z() * factor, 4));
  return text;
}

/// Degrees z, x, y with R = Rz Rx Ry.
Vec3 zxy_of(const Mat3& r) {
  const float sine = std::clamp(r(2, 1), -1.0f, 1.0f);
  const float x = std::asin(sine);
  const bool locked = std::abs(sine) > 0.999999f;
  const float z = locked ? std::atan2(r(1, 0), r(0, 0)) : std::atan2(-r(0, 1), r(1, 1));
  const float y = locked ? 0.0f : std::atan2(-r(2, 0), r(2, 2));
  return Vec3(z, x, y) * (180 / std::numbers::pi_v<float>);
}

class Writer {
 public:
  Writer(const Skeleton& skeleton, const MotionClip& clip)
      : skeleton_(skeleton), clip_(clip), children_(skeleton.joint_count()) {
    for (int j = 0; j < skeleton.joint_count(); ++j)
      if (skeleton.joints()[j].parent >= 0) children_[skeleton.joints()[j].parent].push_back(j);
  }

  std::string text() {
    text_ = "HIERARCHY\n";
    add_joint(0, 0);
    char line[96];
    std::snprintf(line, sizeof line, "MOTION\nFrames: %zu\nFrame Time: %.9g\n", clip_.poses.size(),
                  1 / clip_.frame_rate);
    text_ += line;
    for (const Pose& pose : clip_.poses) add_frame(pose);
    return std::move(text_);
  }

 private:
  Vec3 offset_of(int joint) const { return clip_.bone_scales[joint] * skeleton_.joints()[joint].rest_offset; }

  /// Where a joint without turning children ends: the last of its leaves whose bone leads on, such as head_top.
  int tip_of(int joint) const {
    for (const int child : children_[joint])
      if (skeleton_.joints()[child].name.ends_with("_top") || skeleton_.joints()[child].name.ends_with("_tip"))
        return child;
    return children_[joint].front();
  }

  void add_joint(int joint, int depth) {
    const std::string indent(2 * depth, ' '), inner = indent + "  ";
    order_.push_back(joint);
    text_ += indent + (depth == 0 ? "ROOT " : "JOINT ") + skeleton_.joints()[joint].name + "\n" + indent + "{\n";
    text_ += inner + "OFFSET " + numbers_of(depth == 0 ? Vec3(Vec3::Zero()) : offset_of(joint), file_units) + "\n";
    text_ += inner + (depth == 0 ? "CHANNELS 6 Xposition Yposition Zposition " : "CHANNELS 3 ") +
             "Zrotation Xrotation Yrotation\n";
    bool ends = true;
    for (const int child : children_[joint])
      if (!children_[child].empty()) add_joint(child, depth + 1), ends = false;
    if (ends)
      text_ += inner + "End Site\n" + inner + "{\n" + inner + "  OFFSET " +
               numbers_of(offset_of(tip_of(joint)), file_units) + "\n" + inner + "}\n";
    text_ += indent + "}\n";
  }

  void add_frame(const Pose& pose) {
    text_ += numbers_of(pose.root_position, file_units);
    for (const int joint : order_) text_ += " " + numbers_of(zxy_of(pose.rotations[joint]));
    text_ += "\n";
  }

  const Skeleton& skeleton_;
  const MotionClip& clip_;
  std::vector<std::vector<int>> children_;
  std::vector<int> order_;  ///< of the channels
  std::string text_;
};

}  // namespace

std::string bvh_text(const Skeleton& skeleton, const MotionClip& clip) { return Writer(skeleton, clip).text(); }

}  // namespace limn
