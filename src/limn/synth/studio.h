// Where one sample is made: the person and all around it are drawn once, then photographed in any pose.
#pragma once

#include <vector>

#include "limn/synth/backdrop.h"
#include "limn/synth/photo_edges.h"
#include "limn/synth/sensor.h"
#include "limn/synth/staging.h"

namespace limn {

/// All that the pictures of one sample share.
class Studio {
 public:
  Studio(const Skeleton& skeleton, const PoseSampler& poses, const SynthOptions& options, uint64_t seed, uint64_t index,
         Staged staged);

  PersonView target(const SampleParts& parts) const;
  /// The same person in the same place, another pose.
  PersonView appearance(const SampleParts& parts) const;
  PersonView moving(const PosePath& motion, double seconds, const SampleParts& parts) const;

 private:
  void furnish(Random& random);
  void add_seat(const Vec3& pelvis, Random& random);
  void add_other_person(Random& random);
  void add_posed(const Person& person, const Pose& pose, uint16_t object, Mesh& mesh) const;
  PersonView photograph(const Pose& pose, Random noise, const SampleParts& parts) const;

  const Skeleton& skeleton_;
  const PoseSampler& poses_;
  const SynthOptions& options_;
  uint64_t seed_, index_;
  Staged staged_;
  Person person_;
  std::vector<Material> materials_;
  Light light_;
  std::vector<Vec3> joints_;
  Mesh things_;
  Backdrop backdrop_;
  Sensor sensor_;
  PhotoEdges edges_;
};

}  // namespace limn
