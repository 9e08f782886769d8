// From one person's predictions, frame by frame, to a motion in a world with a ground: the root's path in metres, the
// ground plane, the feet's contacts.
#pragma once

#include <vector>

#include "limn/motion/foot_contact.h"
#include "limn/motion/ground_plane.h"
#include "limn/skeleton/pose_estimate.h"

namespace limn {

/// How a frame's pose is known.
enum class FrameOrigin {
  seen,    ///< read in the frame itself
  filled,  ///< between two that were seen, at most a second apart
  absent   ///< in a longer gap, or before the first or after the last frame with the person
};

/// One person's motion. World: y up, metres, the ground is y = 0; the first frame's root stands over x = z = 0. The
/// camera looks along -z, but for its pitch, so who faces it faces +z.
struct MotionClip {
  double frame_rate = 30;                     ///< frames per second
  std::vector<float> bone_scales;             ///< [J] as Pose, the same in every frame
  std::vector<Pose> poses;                    ///< [T] world
  std::vector<FrameOrigin> origins;           ///< [T]
  std::vector<FootContacts> contacts;         ///< [T]
  Camera camera;                              ///< as assumed
  GroundPlane ground;                         ///< in the camera's frame
  Mat3 world_from_camera = Mat3::Identity();  ///< p_world = world_from_camera * p_camera + camera_place
  Vec3 camera_place = Vec3::Zero();           ///< metres, world
};

struct GroundingSettings {
  bool over_time = true;   ///< false: frames are pictures of different moments; each stands for itself
  bool plant_feet = true;  ///< hold feet where they rest; false: contacts are found, but change nothing
};

/// people [T], null where nobody was found; at least one must not be: Error(usage).
///
/// Bone lengths are medians. Each frame's root follows from its 2D joints and its body (motion/root_solve.h), the path
/// from all of them (motion/root_path.h). Frames without a person are filled: rotations turn the shortest way, the root
/// goes on smoothly. Feet that rest in the picture say where the ground is (motion/ground_plane.h) and, resting on
/// it, how far away the person stands; then they are held (motion/foot_plant.h). The camera must stand still for that;
/// where nobody stands, the ground lies under the lowest parts of the body in the lowest tenth of the frames. Nothing
/// stays below the ground.
MotionClip ground_motion(const Skeleton& skeleton, const Camera& camera, double frame_rate,
                         const std::vector<const PoseEstimate*>& people, const GroundingSettings& settings = {});

}  // namespace limn
