// Recorded motions of our skeleton: retargeting from BVH, sampling at any time, speed, mirroring, folders of them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "limn/skeleton/pose.h"
#include "limn/synth/bvh.h"
#include "limn/synth/split.h"

namespace limn {

/// A motion of one Skeleton with its rest lengths. World: y up, ground y = 0, metres.
struct Motion {
  std::string name;                           ///< file name without its folder
  std::string action;                         ///< "walk"; empty where no manifest names it
  double fps = 30;                            ///< > 0
  int joints = 0;                             ///< J
  std::vector<Eigen::Quaternionf> rotations;  ///< [T J] local, parent_from_joint; the root's is world_from_body
  std::vector<Vec3> root_positions;           ///< [T] metres

  int frames() const { return static_cast<int>(root_positions.size()); }
  double seconds() const { return (frames() - 1) / fps; }  ///< from the first to the last frame
  /// The pose at a time: rotations by slerp, the root linearly, bone scales 1; held before the first and after the
  /// last frame.
  Pose at(double seconds) const;
};

/// The motion of a BVH file on `skeleton` (the human one's joint names). Joints are found by name: Mixamo's
/// (Hips, LeftUpLeg, with or without "mixamorig:"), CMU's (lfemur, LHipJoint), MakeHuman's (upperleg01.L) and our own
/// (left_hip); spine and chest by their place between pelvis and neck. World rotations carry over, so the file's rest
/// pose must face +z, y up; arms and legs that do not rest as in a T-pose are turned from our rest direction to the
/// file's. Turns of a hand about its forearm go to the forearm. The root's path is scaled by the length of the legs,
/// hence the file's unit does not matter. Error(input), naming all of them, for joints that are missing; for limbs of
/// no length.
Motion retarget(const Skeleton& skeleton, const Bvh& bvh);

/// The motion seen in a mirror that negates x of the world: left and right change places.
Motion mirrored(const Skeleton& skeleton, const Motion& motion);

/// The same movement at another frame rate, `speed` times as fast. Error(usage) unless both are > 0.
Motion resampled(const Motion& motion, double fps, double speed);

class MotionLibrary {
 public:
  /// The *.bvh files of a folder in the order of its manifest.json (a list of objects with "file" and "action"), or by
  /// name where there is no manifest. Error(input) for a folder without motions or a damaged file.
  static MotionLibrary load(const std::filesystem::path& folder, const Skeleton& skeleton,
                            Split split = Split::training);
  /// Of motions at hand. Error(usage) where there is none, or one without frames.
  explicit MotionLibrary(std::vector<Motion> motions);

  const std::vector<Motion>& motions() const { return motions_; }
  int frames() const;  ///< of all motions

 private:
  std::vector<Motion> motions_;
};

}  // namespace limn
