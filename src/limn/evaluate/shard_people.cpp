#include "limn/data/shards.h"
#include "limn/evaluate/benchmark.h"

namespace limn {

Benchmark read_shards(const std::filesystem::path& path, const Skeleton& skeleton) {
  Benchmark benchmark{"shards", JointMap::built_in(skeleton, "h36m17"), {}};
  ShardReader reader(path, skeleton);
  for (ShardSample read; reader.next(read);) {
    PersonView& view = read.sample.target;
    LabelledPerson person;
    person.image = read.key;
    person.joints_px = benchmark.map.apply(view.joints_px);
    FacingPose facing = in_facing_frame(view);
    person.joints_m = benchmark.map.apply(facing.joints);
    person.skeleton_m = std::move(facing.joints);
    person.rotations = std::move(facing.rotations);
    for (const MappedJoint& joint : benchmark.map.joints) {
      bool inside = true;
      for (const auto& [source, weight] : joint.sources) inside &= view.visibility[source] != Visibility::outside;
      person.counted.push_back(inside);
    }
    person.picture = std::make_shared<const Image>(std::move(view.image));
    benchmark.people.push_back(std::move(person));
  }
  return benchmark;
}

}  // namespace limn
