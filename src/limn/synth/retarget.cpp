// Retargeting from the joints of a BVH file to ours, by name.
#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>

#include "limn/base/error.h"
#include "limn/synth/motion.h"

namespace limn {
namespace {

/// Names of one of our joints in other files, as normalised() writes them; # stands for left or right, % for l or r.
/// The order is that of preference: Mixamo's LeftShoulder is a collar bone, with the LeftArm behind it.
struct Aliases {
  const char* ours;  ///< without its side
  bool sided;
  std::vector<std::string> names;
};

const std::vector<Aliases>& all_aliases() {
  static const std::vector<Aliases> aliases = {
      {"pelvis", false, {"hips", "pelvis", "hip", "root"}},
      {"neck", false, {"neck", "neck01", "lowerneck"}},
      {"head", false, {"head"}},
      {"shoulder",
       true,
       {"#arm", "#uparm", "#upperarm", "%humerus", "upperarm01%", "upperarm%", "%shldr", "%upperarm", "#shoulder"}},
      {"elbow",
       true,
       {"#forearm", "#lowarm", "#lowerarm", "%radius", "lowerarm01%", "lowerarm%", "%forearm", "#elbow"}},
      {"wrist", true, {"#hand", "%hand", "wrist%", "hand%", "%wrist", "#wrist"}},
      {"hip", true, {"#upleg", "#thigh", "%femur", "upperleg01%", "thigh%", "%thigh", "#upperleg", "#hip"}},
      {"knee", true, {"#leg", "#lowleg", "#shin", "#lowerleg", "%tibia", "lowerleg01%", "calf%", "%shin", "#knee"}},
      {"ankle", true, {"#foot", "%foot", "foot%", "#ankle"}}};
  return aliases;
}

/// "mixamorig:LeftUpLeg" -> "leftupleg", "upperleg01.L" -> "upperleg01l".
std::string normalised(const std::string& name) {
  std::string result;
  for (char c : name.substr(name.rfind(':') + 1))  // npos + 1 = 0
    if (std::isalnum(static_cast<unsigned char>(c)))
      result += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return result;
}

std::string on_side(std::string pattern, bool left) {
  const size_t mark = pattern.find_first_of("#%");
  if (mark != std::string::npos)
    pattern.replace(mark, 1, pattern[mark] == '#' ? (left ? "left" : "right") : (left ? "l" : "r"));
  return pattern;
}

/// Which of the file's joints drives each of ours; -1 for those that follow their parent.
class NameMatch {
 public:
  NameMatch(const Skeleton& skeleton, const Bvh& bvh) : source_(skeleton.joint_count(), -1) {
    std::vector<std::string> names;
    for (const BvhJoint& joint : bvh.joints) names.push_back(normalised(joint.name));
    std::string missing;
    for (const Aliases& aliases : all_aliases()) {
      for (int side = 0; side < (aliases.sided ? 2 : 1); ++side) {
        const std::string prefix = !aliases.sided ? "" : side == 0 ? "left_" : "right_";
        const int found = first(names, aliases, side == 0);
        source_[skeleton.joint(prefix + aliases.ours)] = found;
        if (found < 0 && std::string(aliases.ours) != "wrist")  // some files end at the elbow
          missing += (missing.empty() ? "" : ", ") + prefix + aliases.ours + " (\"" +
                     on_side(aliases.names.front(), side == 0) + "\")";
      }
    }
    if (!missing.empty())
      throw Error(ErrorKind::input, "the motion lacks joints: " + missing, bvh.origin,
                  "rename the file's joints as Mixamo does: Hips, Neck, Head, LeftArm, LeftForeArm, LeftUpLeg ...");
    match_spine(skeleton, bvh);
  }

  int operator[](int joint) const { return source_[joint]; }

 private:
  static int first(const std::vector<std::string>& names, const Aliases& aliases, bool left) {
    for (const std::string& alias : aliases.names) {
      const auto found = std::find(names.begin(), names.end(), on_side(alias, left));
      if (found != names.end()) return static_cast<int>(found - names.begin());
    }
    return -1;
  }

  // Files differ most in how they number the spine: ours are the last joint before the neck and the middle one.
  void match_spine(const Skeleton& skeleton, const Bvh& bvh) {
    const int pelvis = source_[skeleton.joint("pelvis")];
    std::vector<int> chain;  // from the neck down
    for (int j = bvh.joints[source_[skeleton.joint("neck")]].parent; j >= 0 && j != pelvis; j = bvh.joints[j].parent)
      chain.push_back(j);
    source_[skeleton.joint("chest")] = chain.empty() ? pelvis : chain.front();
    source_[skeleton.joint("spine")] = chain.empty() ? pelvis : chain[chain.size() / 2];
  }

  std::vector<int> source_;
};

/// Turns our rest direction of a limb to the file's; the identity where they agree within 2 degrees.
Mat3 rest_correction(const Vec3& ours, const Vec3& theirs) {
  const Eigen::Quaternionf turn = Eigen::Quaternionf::FromTwoVectors(ours, theirs);
  return Eigen::AngleAxisf(turn).angle() < 0.035f ? Mat3(Mat3::Identity()) : turn.toRotationMatrix();
}

/// Per joint of ours: file's rest pose from ours, about the joint.
std::vector<Mat3> rest_corrections(const Skeleton& skeleton, const NameMatch& match, const Bvh& bvh) {
  std::vector<Vec3> rest;
  for (const BvhJoint& joint : bvh.joints)
    rest.push_back(joint.parent < 0 ? joint.offset : Vec3(rest[joint.parent] + joint.offset));
  std::vector<Mat3> corrections(skeleton.joint_count(), Mat3::Identity());
  for (const std::string side : {"left_", "right_"}) {
    for (const auto& [from, to] :
         {std::pair("shoulder", "elbow"), {"elbow", "wrist"}, {"hip", "knee"}, {"knee", "ankle"}}) {
      const int joint = skeleton.joint(side + from), child = skeleton.joint(side + to);
      if (match[child] < 0) continue;
      const Vec3 theirs = rest[match[child]] - rest[match[joint]];
      require(theirs.norm() > 0, ErrorKind::input, "a limb of the motion has no length", bvh.origin,
              "export the motion again with the offsets of its skeleton");
      corrections[joint] = rest_correction(skeleton.joints()[child].rest_offset, theirs);
    }
    const int wrist = skeleton.joint(side + "wrist");
    corrections[wrist] = corrections[skeleton.joint(side + "elbow")];
  }
  return corrections;
}

/// Turns of the hand about the forearm are the forearm's own (pronation), whichever joint the file gives them to. The
/// forearm rests along x. Positions stay where they are.
void give_pronation_to_forearm(int elbow, int wrist, std::vector<Mat3>& world) {
  const Eigen::Quaternionf hand(Mat3(world[elbow].transpose() * world[wrist]));
  if (std::hypot(hand.w(), hand.x()) < 1e-3f) return;  // bent back by half a turn: no telling
  world[elbow] = world[elbow] * Eigen::Quaternionf(hand.w(), hand.x(), 0, 0).normalized().toRotationMatrix();
}

float leg_length(const Skeleton& skeleton, const NameMatch& match, const Bvh& bvh) {
  float length = 0;
  for (const char* name : {"left_knee", "left_ankle", "right_knee", "right_ankle"}) {
    // Joints between the matched ones (twist bones) belong to the limb.
    const int upper = match[skeleton.joints()[skeleton.joint(name)].parent];
    for (int j = match[skeleton.joint(name)]; j >= 0 && j != upper; j = bvh.joints[j].parent)
      length += 0.5f * bvh.joints[j].offset.norm();
  }
  return length;
}

float leg_length(const Skeleton& skeleton) {
  return skeleton.joints()[skeleton.joint("left_knee")].rest_offset.norm() +
         skeleton.joints()[skeleton.joint("left_ankle")].rest_offset.norm();
}

}  // namespace

Motion retarget(const Skeleton& skeleton, const Bvh& bvh) {
  const NameMatch match(skeleton, bvh);
  const std::vector<Mat3> corrections = rest_corrections(skeleton, match, bvh);
  const float scale = leg_length(skeleton) / leg_length(skeleton, match, bvh);
  const int hips[2] = {match[skeleton.joint("left_hip")], match[skeleton.joint("right_hip")]};
  Motion motion;
  motion.name = std::filesystem::path(bvh.origin).filename().string();
  motion.fps = 1 / bvh.frame_time_s;
  motion.joints = skeleton.joint_count();
  std::vector<Mat3> world(motion.joints);
  for (int t = 0; t < bvh.frames; ++t) {
    const BvhFrame frame = bvh_frame(bvh, t);
    for (int j = 0; j < motion.joints; ++j) {
      const int parent = skeleton.joints()[j].parent;
      world[j] = match[j] < 0 ? world[parent] : Mat3(frame.world_rotations[match[j]] * corrections[j]);
    }
    for (const std::string side : {"left_", "right_"})
      give_pronation_to_forearm(skeleton.joint(side + "elbow"), skeleton.joint(side + "wrist"), world);
    for (int j = 0; j < motion.joints; ++j) {
      const int parent = skeleton.joints()[j].parent;
      motion.rotations.emplace_back(parent < 0 ? world[j] : Mat3(world[parent].transpose() * world[j]));
    }
    // Our pelvis lies midway between the hips; theirs may lie above.
    motion.root_positions.push_back(0.5f * scale * (frame.positions[hips[0]] + frame.positions[hips[1]]));
  }
  return motion;
}

}  // namespace limn
