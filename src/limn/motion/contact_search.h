// What a clip's predictions say about its feet: when they rest, where, and how upright the body stands over them.
#pragma once

#include <optional>
#include <vector>

#include "limn/motion/foot_contact.h"
#include "limn/motion/foot_plant.h"
#include "limn/motion/ground_plane.h"
#include "limn/motion/root_path.h"
#include "limn/skeleton/pose_estimate.h"

namespace limn {

/// [T] contact, by side (left, right) and FootEnd.
using FeetContacts = std::array<std::array<std::vector<bool>, 2>, 2>;

/// One contact of one end of a foot.
struct PlacedContact {
  size_t side = 0, end = 0;  ///< 0 left, 1 right; FootEnd
  Interval frames;
};
/// All of the left heel in the order of time, then the left toes, the right heel, the right toes.
std::vector<PlacedContact> in_order(const FeetContacts& contacts);

/// The frame that poses are in: the camera's own, or another in which it stands.
struct GroundView {
  Mat3 from_camera = Mat3::Identity();  ///< frame_from_camera
  Vec3 camera = Vec3::Zero();           ///< the camera's place, metres
  Vec3 up = Vec3(0, -1, 0);             ///< unit
  bool has_ground = false;              ///< the ground runs through the origin; false: it is not known

  Vec3 away() const { return from_camera.col(2); }  ///< where the camera looks
};

/// Looks at people [T] of one clip, null where nobody was found, together with poses [T] of the same frames. How fast a
/// foot moves is read in the picture, across the ray, where it is known well; along the ray its speed counts a third.
class ContactSearch {
 public:
  /// All must outlive the search. bone_scales [J] as Pose.
  ContactSearch(const Skeleton& skeleton, const Camera& camera, double frame_rate,
                const std::vector<float>& bone_scales, const std::vector<const PoseEstimate*>& people);

  /// The median direction from the feet to the neck in frames in which the body stands, legs and trunk stretched,
  /// within 35 degrees of the picture's upright; camera frame. Empty where that is less than a fifth of a second.
  std::optional<Vec3> body_up(const std::vector<Pose>& camera_poses) const;
  /// A foot rests that stands still, is not above the other foot and, where the ground is known, not more than 0.4 m
  /// above it: a body's distance, and with it its height, may be misread.
  FeetContacts find(const std::vector<Pose>& poses, const GroundView& view) const;
  /// One point a contact of a foot's end: the median place, in the poses' frame; it weighs the more the longer it
  /// rests, up to a second, and the surer its joint is.
  std::vector<RestingPoint> resting_points(const std::vector<Pose>& poses, const FeetContacts& contacts) const;
  /// What the path's solver has to know of each contact, in_order(). World.
  std::vector<PlantedPoint> planted_points(const std::vector<Pose>& poses, const FeetContacts& contacts,
                                           const GroundView& view) const;

 private:
  int end_joint(size_t side, size_t end) const { return end == heel ? legs_[side].ankle : legs_[side].toe_tip; }
  float clearance(size_t side, size_t end) const {
    return end == heel ? heights_[side].flat_ankle : heights_[side].toe_tip;
  }
  /// Of a joint at `depth` metres: how far the picture shows it to be from a pixel, metres across the ray.
  float across_m(const Vec2& px, float depth) const { return px.norm() * depth / camera_.focal_px; }
  FootMotion motion_of(int frame, size_t side, size_t end, const std::vector<Kinematics>& bodies,
                       const GroundView& view) const;
  void split_where_drifting(int joint, const std::vector<Kinematics>& bodies, const GroundView& view,
                            std::vector<bool>& contact) const;

  const Skeleton& skeleton_;
  const Camera& camera_;
  double frame_rate_;
  const std::vector<const PoseEstimate*>& people_;
  Legs legs_;
  std::array<FootHeights, 2> heights_;
};

}  // namespace limn
