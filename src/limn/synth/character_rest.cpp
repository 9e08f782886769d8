// From a rig's stance to our T-pose: which joints its bones follow, and how each part of the body turns.
#include <algorithm>
#include <cmath>

#include "limn/synth/character_parts.h"

namespace limn {
namespace {

using Shares = std::vector<std::pair<int, float>>;

// Our joint that a rig joint moves with; empty for landmarks and the trunk.
std::string joint_for(const std::string& theirs) {
  static const std::map<std::string, std::string> table = {
      {"hips", "pelvis"},        {"neck", "neck"},     {"head", "head"},  {"clavicle", "chest"},
      {"upper_arm", "shoulder"}, {"forearm", "elbow"}, {"hand", "wrist"}, {"thigh", "hip"},
      {"shin", "knee"},          {"foot", "ankle"},    {"toes", "ankle"}};
  for (const char* side : {"left_", "right_"}) {
    if (!theirs.starts_with(side)) continue;
    const auto found = table.find(theirs.substr(std::string(side).size()));
    if (found == table.end()) return "";
    return found->second == "chest" ? found->second : side + found->second;
  }
  const auto found = table.find(theirs);
  return found == table.end() ? "" : found->second;
}

// How much of the stretch [low, high] each part of the trunk covers.
Shares trunk_shares(const Skeleton& skeleton, const MeasuredRig& measured, float low, float high) {
  const char* parts[] = {"pelvis", "spine", "chest"};
  float top[3] = {1e9f, 1e9f, 1e9f};
  for (int k = 0; k < 2; ++k) top[k] = measured.joints[skeleton.joint(parts[k + 1])].y();
  if (high < low + 1e-3f) high = low + 1e-3f;
  Shares shares;
  float below = -1e9f;
  for (int k = 0; k < 3; ++k) {
    const float covered = std::min(high, top[k]) - std::max(low, below);
    if (covered > 0) shares.emplace_back(skeleton.joint(parts[k]), covered / (high - low));
    below = top[k];
  }
  return shares;
}

Mat3 arc(const Vec3& from, const Vec3& to) { return Eigen::Quaternionf::FromTwoVectors(from, to).toRotationMatrix(); }

Mat3 frame(const Vec3& along, const Vec3& normal) {
  Mat3 axes;
  axes.col(0) = along.normalized();
  axes.col(1) = (normal - normal.dot(axes.col(0)) * axes.col(0)).normalized();
  axes.col(2) = axes.col(0).cross(axes.col(1));
  return axes;
}

}  // namespace

std::vector<Shares> joints_of_nodes(const RigFile& rig, const RigMap& map, const Skeleton& skeleton,
                                    const MeasuredRig& measured) {
  const auto place = [&](int node) {
    return Vec3(measured.body_from_file * rig.nodes[node].file_from_node.translation());
  };
  // The chain from the hips to the head, upwards; bones below the neck share the trunk by height.
  std::vector<int> chain;
  for (int n = map.node("head"); n >= 0 && n != map.node("hips"); n = rig.nodes[n].parent)
    chain.insert(chain.begin(), n);
  std::vector<Shares> result(rig.nodes.size());
  bool above = false;
  const float shoulders = measured.joints[skeleton.joint("left_shoulder")].y();
  for (size_t k = 0; k + 1 < chain.size(); ++k) {
    above = above || chain[k] == map.node("neck") || (!map.has("neck") && place(chain[k]).y() > shoulders);
    result[chain[k]] = above ? Shares{{skeleton.joint("neck"), 1.0f}}
                             : trunk_shares(skeleton, measured, place(chain[k]).y(), place(chain[k + 1]).y());
  }
  for (size_t n = 0; n < rig.nodes.size(); ++n) {
    const std::string* theirs = map.joint_of(static_cast<int>(n));
    const std::string joint = theirs ? joint_for(*theirs) : "";
    if (!joint.empty()) result[n] = {{skeleton.joint(joint), 1.0f}};
    if (result[n].empty() && rig.nodes[n].parent >= 0) result[n] = result[rig.nodes[n].parent];
    if (result[n].empty()) result[n] = {{skeleton.joint("pelvis"), 1.0f}};
  }
  return result;
}

std::vector<Affine> rest_from_body(const Skeleton& skeleton, const MeasuredRig& measured, const Kinematics& rest) {
  const int count = skeleton.joint_count();
  std::vector<Mat3> turn(count, measured.body_from_trunk.transpose());
  std::vector<int> only_child(count, -1), children(count, 0);
  for (int j = 1; j < count; ++j) ++children[skeleton.joints()[j].parent], only_child[skeleton.joints()[j].parent] = j;
  std::vector<Affine> result(count, Affine::Identity());
  for (int j = 0; j < count; ++j) {
    const int parent = skeleton.joints()[j].parent, child = children[j] == 1 ? only_child[j] : -1;
    if (parent >= 0) turn[j] = turn[parent];
    Mat3 stretch = Mat3::Identity();
    if (skeleton.joints()[j].name == "head") {
      turn[j] = measured.body_from_head.transpose();
    } else if (child >= 0) {
      const Vec3 theirs = measured.joints[child] - measured.joints[j], ours = rest.positions[child] - rest.positions[j];
      turn[j] = arc(turn[j] * theirs, ours) * turn[j];
      const int grandchild = children[child] == 1 ? only_child[child] : -1;
      const bool arm = skeleton.joints()[j].name.ends_with("shoulder");
      if (arm && grandchild >= 0) {  // a bent elbow tells the twist: ours bends forward
        const Vec3 normal =
            theirs.normalized().cross((measured.joints[grandchild] - measured.joints[child]).normalized());
        if (normal.norm() > 0.34f) turn[j] = frame(ours, ours.cross(Vec3::UnitZ())) * frame(theirs, normal).transpose();
      }
      const Vec3 along = ours.normalized();
      stretch += (ours.norm() / theirs.norm() - 1) * along * along.transpose();
    }
    result[j].linear() = stretch * turn[j];
    result[j].translation() = rest.positions[j] - result[j].linear() * measured.joints[j];
  }
  return result;
}

}  // namespace limn
