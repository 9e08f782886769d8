// Measuring a cycle on held-out synthetic people, beside the mean pose.
#pragma once

#include "limn/cycle/cycle.h"
#include "limn/train/batch.h"

namespace limn {

struct ValidationResult {
  double pck = 0;               ///< PCK@0.2 over the LSP-14 joints inside the picture, torso = left shoulder to right hip
  double flip_rate = 0;         ///< share of people for whom exchanging left and right lowers the error
  double mpjpe_mm = 0;          ///< root-aligned, all joints
  double pa_mpjpe_mm = 0;
  double joint_angle_deg = 0;   ///< mean geodesic angle of the local rotations, root included
};

/// People that training never sees: of other characters and motions where there are any, of another seed in any case. Rendered
/// once and kept.
class HeldOutPeople {
 public:
  /// `trained` gives the poses of measure_mean_pose.
  HeldOutPeople(const Skeleton& skeleton, const SampleSource& people, const SampleSource& trained, int count);

  ValidationResult measure(const Cycle& cycle, torch::Device device) const;
  /// The same for the answer that ignores the picture: the mean pose of `training_poses` training poses, in 2D placed in the
  /// person's true box, in 3D root-relative. Its joint angle is that of the T-pose facing the camera.
  ValidationResult measure_mean_pose(int training_poses, uint64_t training_seed) const;

  const std::vector<SynthSample>& samples() const { return samples_; }

 private:
  struct Answer {
    std::vector<Vec2> uv;
    std::vector<Vec3> joints;
    std::vector<Mat3> rotations;
  };
  ValidationResult measure(const std::function<Answer(size_t)>& answer) const;
  const Skeleton& skeleton_;
  const SampleSource& trained_;
  std::vector<SynthSample> samples_;
};

}  // namespace limn
