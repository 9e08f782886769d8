// Where our joints lie in a rig: from its own joints and marks, else from its flesh, else from our proportions.
#include <algorithm>
#include <array>
#include <cmath>

#include "limn/base/error.h"
#include "limn/synth/character_parts.h"

namespace limn {
namespace {

constexpr const char* sides[] = {"left_", "right_"};

class Measurer {
 public:
  Measurer(const RigFile& rig, const RigMap& map, const Skeleton& skeleton, const std::string& where)
      : rig_(rig), map_(map), skeleton_(skeleton), where_(where) {}

  MeasuredRig measure() {
    result_.joints.assign(skeleton_.joint_count(), Vec3::Zero());
    result_.bone_scales.assign(skeleton_.joint_count(), 1);
    set_frame();
    set_flesh();
    add_limbs();
    add_ends();
    add_trunk();
    add_head();
    set_scales();
    return std::move(result_);
  }

 private:
  int ours(const std::string& name) const { return skeleton_.joint(name); }
  Vec3& at(const std::string& name) { return result_.joints[ours(name)]; }
  const Vec3& offset(const std::string& name) const { return skeleton_.joints()[ours(name)].rest_offset; }
  Vec3 in_file(const std::string& joint) const { return rig_.nodes[map_.node(joint)].file_from_node.translation(); }
  Vec3 in_body(const std::string& joint) const { return result_.body_from_file * in_file(joint); }

  void mark(const std::string& joint, const Vec3& place) {
    at(joint) = place;
    result_.marks[joint] = place;
  }

  // Axes from the joints alone, so that the file's axes and heading do not matter; its unit from the figure's length.
  void set_frame() {
    const Vec3 hips = 0.5f * (in_file("left_thigh") + in_file("right_thigh"));
    const Vec3 shoulders = 0.5f * (in_file("left_upper_arm") + in_file("right_upper_arm"));
    const Vec3 across =
        in_file("left_thigh") - in_file("right_thigh") + in_file("left_upper_arm") - in_file("right_upper_arm");
    const Vec3 up = shoulders - hips;
    const Vec3 z = across.cross(up);
    require(z.norm() > 1e-6f * up.squaredNorm() && up.norm() > 1e-6f && std::isfinite(z.norm()), ErrorKind::input,
            "the rig's hips and shoulders coincide", where_, "export the character in its bind pose");
    Mat3 axes;  // columns: the body's in the file
    axes.col(1) = up.normalized();
    axes.col(2) = z.normalized();
    axes.col(0) = axes.col(1).cross(axes.col(2));
    float length = up.norm();
    for (const char* side : sides) {
      const std::string s(side);
      length += 0.5f * ((in_file(s + "shin") - in_file(s + "thigh")).norm() +
                        (in_file(s + "foot") - in_file(s + "shin")).norm());
    }
    // Shoulders to ankles: 1.29 m in an adult. Metres, centimetres, inches, decimetres, millimetres; else scaled to it.
    float metre = 1.29f / length;
    for (float unit : {1.0f, 0.01f, 0.0254f, 0.1f, 0.001f})
      if (length * unit > 0.55f && length * unit < 2.0f) {
        metre = unit;
        break;
      }
    result_.body_from_file.linear() = metre * axes.transpose();
    result_.body_from_file.translation() = -(result_.body_from_file.linear() * hips);
  }

  void set_flesh() {
    std::vector<Affine> body_from_mesh;
    for (const RigBone& bone : rig_.bones) body_from_mesh.push_back(result_.body_from_file * bone.file_from_mesh);
    for (size_t i = 0; i < rig_.positions.size(); ++i) {
      Vec3 place = Vec3::Zero();
      for (int k = 0; k < 4; ++k)
        place += rig_.weights[i].weight[k] * (body_from_mesh[rig_.weights[i].bone[k]] * rig_.positions[i]);
      result_.flesh.push_back(place);
    }
  }

  // Vertices that follow a node or what hangs on it.
  std::vector<int> flesh_of(int node) const {
    std::vector<char> inside(rig_.nodes.size(), 0);
    for (size_t n = 0; n < rig_.nodes.size(); ++n)
      inside[n] = static_cast<int>(n) == node || (rig_.nodes[n].parent >= 0 && inside[rig_.nodes[n].parent]);
    std::vector<int> result;
    for (size_t i = 0; i < rig_.weights.size(); ++i) {
      float share = 0;
      for (int k = 0; k < 4; ++k)
        if (inside[rig_.bones[rig_.weights[i].bone[k]].node]) share += rig_.weights[i].weight[k];
      if (share > 0.6f) result.push_back(static_cast<int>(i));
    }
    return result;
  }

  void add_limbs() {
    static constexpr std::array<std::array<const char*, 2>, 6> pairs = {{{"shoulder", "upper_arm"},
                                                                         {"elbow", "forearm"},
                                                                         {"wrist", "hand"},
                                                                         {"hip", "thigh"},
                                                                         {"knee", "shin"},
                                                                         {"ankle", "foot"}}};
    for (const char* side : sides)
      for (const auto& [joint, theirs] : pairs) mark(std::string(side) + joint, in_body(std::string(side) + theirs));
  }

  // The point of the flesh that reaches farthest along a direction.
  Vec3 farthest(const std::vector<int>& vertices, const Vec3& direction, const Vec3& fallback) const {
    Vec3 best = fallback;
    for (int i : vertices)
      if (result_.flesh[i].dot(direction) > best.dot(direction)) best = result_.flesh[i];
    return best;
  }

  void add_ends() {
    for (const char* name : sides) {
      const std::string s(name);
      const Vec3 wrist = at(s + "wrist"), forearm = wrist - at(s + "elbow");
      if (map_.has(s + "middle_tip")) {
        mark(s + "hand_tip", in_body(s + "middle_tip"));
      } else if (map_.has(s + "middle_end")) {  // the last joint of the finger: its tip lies a little farther
        const Vec3 end = in_body(s + "middle_end");
        mark(s + "hand_tip", end + 0.16f * (end - wrist));
      } else {
        const Vec3 tip = farthest(flesh_of(map_.node(s + "hand")), forearm, wrist + 0.5f * forearm);
        const float length = std::clamp((tip - wrist).norm(), 0.5f * forearm.norm(), 0.9f * forearm.norm());
        at(s + "hand_tip") = wrist + length * (tip - wrist).normalized();
      }
      add_toe(s);
    }
    // Left and right exchanged give a figure that walks backwards.
    const float forward =
        at("left_toe_tip").z() - at("left_ankle").z() + at("right_toe_tip").z() - at("right_ankle").z();
    require(forward > 0, ErrorKind::input, "the feet point backwards: the rig's left and right are exchanged", where_,
            "rename the bones, or export without a negative scale");
  }

  void add_toe(const std::string& s) {
    const Vec3 ankle = at(s + "ankle");
    if (map_.has(s + "big_toe") && map_.has(s + "small_toe")) {
      mark(s + "toe_tip", 0.7f * in_body(s + "big_toe") + 0.3f * in_body(s + "small_toe"));
      return;
    }
    if (map_.has(s + "toe_end")) {
      mark(s + "toe_tip", in_body(s + "toe_end"));
      return;
    }
    const std::vector<int> flesh = flesh_of(map_.node(s + "foot"));
    if (map_.has(s + "toes")) {
      const Vec3 toes = in_body(s + "toes");
      const Vec3 level = Vec3(toes - ankle).cwiseProduct(Vec3(1, 0, 1)).normalized();
      const float reach = (farthest(flesh, level, toes) - ankle).dot(level) - 0.015f;
      at(s + "toe_tip") = Vec3(ankle.x(), toes.y(), ankle.z()) + std::max(reach, (toes - ankle).dot(level)) * level;
      return;
    }
    // The longer end of the foot is its front.
    const Vec3 front = farthest(flesh, Vec3::UnitZ(), ankle), back = farthest(flesh, -Vec3::UnitZ(), ankle);
    const Vec3 tip = front.z() - ankle.z() >= ankle.z() - back.z() ? front : back;
    const Vec3 low = farthest(flesh, -Vec3::UnitY(), ankle + Vec3(0, -0.09f, 0));
    at(s + "toe_tip") = Vec3(tip.x(), low.y() + 0.025f, tip.z()) - 0.015f * (tip - ankle).normalized();
  }

  // Pelvis and chest such that hips and shoulders lie in our directions from them; the trunk turns as a whole.
  void add_trunk() {
    const Vec3 hips = 0.5f * (at("left_hip") + at("right_hip"));
    const Vec3 shoulders = 0.5f * (at("left_shoulder") + at("right_shoulder"));
    const float wide = 0.5f * (at("left_shoulder") - at("right_shoulder")).norm() / offset("left_shoulder").x();
    const Vec3 a = offset("spine") + offset("chest"), b = wide * offset("left_shoulder").cwiseProduct(Vec3(0, 1, 1));
    const float length = (shoulders - hips).norm(), ab = a.dot(b), aa = a.squaredNorm();
    const float root = ab * ab - aa * (b.squaredNorm() - length * length);
    const float tall = std::max(0.3f * length / a.norm(), (-ab + std::sqrt(std::max(root, 0.0f))) / aa);
    const Mat3 turn = Eigen::Quaternionf::FromTwoVectors(Vec3(tall * a + b), shoulders - hips).toRotationMatrix();
    result_.body_from_trunk = turn;
    at("pelvis") = hips;
    at("spine") = hips + turn * (tall * offset("spine"));
    at("chest") = at("spine") + turn * (tall * offset("chest"));
    at("neck") = at("chest") + turn * (wide * offset("neck"));
    size_ = (length + (at("left_knee") - at("left_hip")).norm() + (at("left_ankle") - at("left_knee")).norm()) / 1.29f;
  }

  // The crown and the tip of the nose, where the file marks neither: the highest and the foremost skin of the head.
  void add_from_flesh(std::vector<HeadPoint>& points, float size) {
    std::vector<char> covered(rig_.positions.size(), 0);  // by hair or a hat
    for (size_t t = 0; t < rig_.triangles.size(); ++t) {
      const SlotKind kind = slot_kind(rig_.materials[rig_.triangle_material[t]].name);
      if (kind == SlotKind::hair || kind == SlotKind::cloth)
        for (int corner : rig_.triangles[t]) covered[corner] = 1;
    }
    std::vector<int> skin = flesh_of(map_.node("head"));
    std::erase_if(skin, [&](int i) { return covered[i] != 0; });
    const Vec3 head = in_body("head");
    if (skin.empty()) return;
    if (!map_.has("head_top")) points.push_back({ours("head_top"), farthest(skin, Vec3::UnitY(), head)});
    if (map_.has("nose")) return;
    std::erase_if(skin, [&](int i) {
      const Vec3 p = result_.flesh[i] - head;
      return std::abs(p.x()) > 0.02f * size || p.y() < 0.02f * size || p.y() > 0.13f * size;
    });
    if (!skin.empty())
      points.push_back({ours("nose"), farthest(skin, Vec3::UnitZ(), head) - Vec3(0, 0, 0.005f * size)});
  }

  void add_head() {
    const float size = std::sqrt(size_);  // heads of children are large
    std::vector<HeadPoint> points;
    const auto add = [&](const std::string& joint, const std::string& theirs, float forward) {
      if (!map_.has(theirs)) return;
      mark(joint, in_body(theirs) + Vec3(0, 0, forward));
      points.push_back({ours(joint), at(joint)});
    };
    add("head_top", "head_top", 0);
    add("nose", "nose", 0);
    for (const char* name : sides) {
      const std::string s(name);
      const bool bone = map_.has(s + "eye") && is_bone(map_.node(s + "eye"));  // its centre; a mark is its front
      add(s + "eye", s + "eye", bone ? 0.012f * size : 0);
      add(s + "ear", s + "ear", 0);
    }
    add_from_flesh(points, size);
    // Seen from the joint where rigs turn the head, ours lies a little higher and farther forward.
    const Vec3 guess = in_body("head") + size * Vec3(0, 0.02f, 0.02f);
    const HeadFit fit = fit_head(skeleton_, points, guess, size);
    at("head") = fit.place;
    result_.body_from_head = Eigen::AngleAxisf(fit.pitch, Vec3::UnitX()).toRotationMatrix();
    for (const char* name : {"head_top", "nose", "left_eye", "right_eye", "left_ear", "right_ear"}) {
      result_.bone_scales[ours(name)] = fit.scales[ours(name)];
      at(name) = fit.place + result_.body_from_head * (fit.scales[ours(name)] * offset(name));
    }
  }

  bool is_bone(int node) const {
    return std::any_of(rig_.bones.begin(), rig_.bones.end(), [&](const RigBone& b) { return b.node == node; });
  }

  void set_scales() {
    const int head = ours("head");
    for (int j = 0; j < skeleton_.joint_count(); ++j) {
      const Joint& joint = skeleton_.joints()[j];
      if (joint.parent < 0 || joint.parent == head) continue;
      const float scale = (result_.joints[j] - result_.joints[joint.parent]).norm() / joint.rest_offset.norm();
      const float other =
          (result_.joints[joint.mirror] - result_.joints[skeleton_.joints()[joint.mirror].parent]).norm() /
          joint.rest_offset.norm();
      result_.bone_scales[j] = 0.5f * (scale + other);
      require(result_.bone_scales[j] > 0.2f && result_.bone_scales[j] < 5, ErrorKind::input,
              "a bone of the rig has no human length", where_ + ": " + joint.name,
              "check that the armature stands in its bind pose");
    }
  }

  const RigFile& rig_;
  const RigMap& map_;
  const Skeleton& skeleton_;
  const std::string& where_;
  float size_ = 1;
  MeasuredRig result_;
};

}  // namespace

MeasuredRig measure_rig(const RigFile& rig, const RigMap& map, const Skeleton& skeleton, const std::string& where) {
  return Measurer(rig, map, skeleton, where).measure();
}

}  // namespace limn
