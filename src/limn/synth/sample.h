// What a synthetic-people generator gives: the interface that every generator keeps.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "limn/base/image.h"
#include "limn/geometry/camera.h"
#include "limn/skeleton/pose.h"

namespace limn {

struct Mesh;

enum class Visibility : uint8_t { outside = 0, occluded = 1, visible = 2 };
/// What stands before an occluded joint; none where the joint is visible or outside the picture.
enum class Occluder : uint8_t { none = 0, self = 1, other_person = 2, thing = 3 };

/// One picture of one person with everything known about it.
struct PersonView {
  Image image;                          ///< size x size
  std::vector<Vec2> joints_px;          ///< [J] pixels of `image`, pixel centres at +0.5; may lie outside
  std::vector<Visibility> visibility;   ///< [J]
  std::vector<Occluder> occluder;       ///< [J]
  Pose pose;                            ///< root rotation and position in the CAMERA frame (x right, y down, z forward)
  std::vector<Vec3> joints_camera;      ///< [J] metres, camera frame; equals forward_kinematics(pose)
  Camera camera;                        ///< of `image`

  // Only where SampleParts asked for them, else empty.
  std::vector<uint8_t> mask;             ///< [size * size] share of the pixel this person is seen on, 0 ... 255
  std::vector<float> depth;              ///< [size * size] metres along the camera's z to the nearest thing; 0: backdrop
  std::shared_ptr<const Mesh> surfaces;  ///< all that was rendered (synth/mesh.h), camera frame
};

/// What to make beyond the labelled target. Each costs time or memory, so nothing but the pair is on by default.
struct SampleParts {
  bool appearance = true;  ///< the second picture; costs as much as the first
  bool mask = false;
  bool depth = false;
  bool surfaces = false;
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
  /// What is left out stays empty; the rest does not depend on `parts`.
  virtual SynthSample sample(uint64_t seed, uint64_t index, const SampleParts& parts) const = 0;
  SynthSample sample(uint64_t seed, uint64_t index, bool with_appearance = true) const {
    return sample(seed, index, SampleParts{.appearance = with_appearance});
  }
  /// Only the pose and the camera of sample(seed, index).target (its image is empty, visibility says inside or outside):
  /// cheap.
  virtual PersonView pose_only(uint64_t seed, uint64_t index) const = 0;
};

}  // namespace limn
