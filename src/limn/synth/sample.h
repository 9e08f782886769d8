// What a synthetic-people generator gives: the interface that every generator keeps.
#pragma once

#include <cstdint>
#include <vector>

#include "limn/base/image.h"
#include "limn/geometry/camera.h"
#include "limn/skeleton/pose.h"

namespace limn {

enum class Visibility : uint8_t { outside = 0, occluded = 1, visible = 2 };

/// One picture of one person with everything known about it.
struct PersonView {
  Image image;                          ///< size x size
  std::vector<Vec2> joints_px;          ///< [J] pixels of `image`, pixel centres at +0.5; may lie outside
  std::vector<Visibility> visibility;   ///< [J]
  Pose pose;                            ///< root rotation and position in the CAMERA frame (x right, y down, z forward)
  std::vector<Vec3> joints_camera;      ///< [J] metres, camera frame; equals forward_kinematics(pose)
  Camera camera;                        ///< of `image`
};

/// A view's pose as a network can know it: root at the origin, in the camera-facing frame (geometry/camera.h).
struct FacingPose {
  Mat3 facing_from_camera;
  std::vector<Vec3> joints;      ///< [J] metres
  std::vector<Mat3> rotations;   ///< [J] local; the root's is facing_from_body
};
FacingPose in_facing_frame(const PersonView& view);

/// The same person in the same place and light, in two poses.
struct SynthSample {
  PersonView target;      ///< x
  PersonView appearance;  ///< x': shows the look, not the pose
};

/// A source of samples: a pure function of (seed, index), safe to call from several threads.
class SampleSource {
 public:
  virtual ~SampleSource() = default;
  /// Without the second picture SynthSample::appearance stays empty, at half the cost; the target is the same.
  virtual SynthSample sample(uint64_t seed, uint64_t index, bool with_appearance) const = 0;
  SynthSample sample(uint64_t seed, uint64_t index) const { return sample(seed, index, true); }
  /// Only the pose and the camera of sample(seed, index).target (its image is empty, visibility says inside or outside): cheap.
  virtual PersonView pose_only(uint64_t seed, uint64_t index) const = 0;
};

}  // namespace limn
