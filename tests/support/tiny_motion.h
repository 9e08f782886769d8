// BVH files of a few joints, for tests.
#pragma once

#include <functional>
#include <map>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "limn/geometry/rotation.h"

namespace limn::test {

struct TestJoint {
  std::string name;
  Vec3 offset;
  std::vector<TestJoint> children;
};

/// A T-pose in Mixamo's names with legs of 90 + 90 units; the arms may rest `lowered` radians below the horizontal.
inline TestJoint mixamo(float lowered = 0) {
  const auto arm = [&](const std::string& side, float x) {
    const Vec3 along(x * std::cos(lowered), -std::sin(lowered), 0);
    return TestJoint{
        side + "Shoulder",
        {x * 5, 20, 0},
        {{side + "Arm", {x * 15, 0, 0}, {{side + "ForeArm", 30 * along, {{side + "Hand", 28 * along, {}}}}}}}};
  };
  const auto leg = [&](const std::string& side, float x) {
    return TestJoint{
        side + "UpLeg",
        {x * 10, -2, 0},
        {{side + "Leg", {0, -90, 0}, {{side + "Foot", {0, -90, 0}, {{side + "ToeBase", {0, -5, 12}, {}}}}}}}};
  };
  const TestJoint head{"Neck", {0, 25, 0}, {{"Head", {0, 12, 0}, {}}}};
  const TestJoint spine{"Spine",
                        {0, 10, 0},
                        {{"Spine1", {0, 10, 0}, {{"Spine2", {0, 10, 0}, {head, arm("Left", 1), arm("Right", -1)}}}}}};
  return {"Hips", {0, 0, 0}, {spine, leg("Left", 1), leg("Right", -1)}};
}

inline void rename(TestJoint& joint, const std::function<std::string(const std::string&)>& change) {
  joint.name = change(joint.name);
  for (TestJoint& child : joint.children) rename(child, change);
}

using Turns = std::map<std::string, Vec3>;  ///< joint -> rotations about x, y, z in this order, radians

inline void write_joint(const TestJoint& joint, bool root, std::ostream& out) {
  out << (root ? "ROOT " : "JOINT ") << joint.name << "\n{\nOFFSET " << joint.offset.transpose() << "\nCHANNELS "
      << (root ? "6 Xposition Yposition Zposition" : "3") << " Xrotation Yrotation Zrotation\n";
  for (const TestJoint& child : joint.children) write_joint(child, false, out);
  out << "}\n";
}

inline void write_frame(const TestJoint& joint, const Turns& turns, std::ostream& out) {
  const auto found = turns.find(joint.name);
  const Vec3 turn = found == turns.end() ? Vec3(Vec3::Zero()) : found->second;
  out << " " << turn.transpose() * (180 / std::numbers::pi_v<float>);
  for (const TestJoint& child : joint.children) write_frame(child, turns, out);
}

inline std::string bvh_text(const TestJoint& root, const std::vector<Turns>& frames, const Vec3& place = {0, 182, 0}) {
  std::ostringstream out;
  out << "HIERARCHY\n";
  write_joint(root, true, out);
  out << "MOTION\nFrames: " << frames.size() << "\nFrame Time: 0.1\n";
  for (size_t t = 0; t < frames.size(); ++t) {
    out << (place + Vec3(static_cast<float>(10 * t), 0, 0)).transpose();
    write_frame(root, frames[t], out);
    out << "\n";
  }
  return out.str();
}

}  // namespace limn::test
