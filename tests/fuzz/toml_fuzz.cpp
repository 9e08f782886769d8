// TOML: as a tree, as a skeleton, as a map of joints.
#include "fuzz/fuzz.h"
#include "limn/base/toml.h"
#include "limn/skeleton/joint_map.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(limn::fuzz::text_of(data, size));
  limn::fuzz::read_or_refuse([&] { limn::parse_toml(text, "fuzz"); });
  limn::fuzz::read_or_refuse([&] { limn::Skeleton::parse(text, "fuzz"); });
  limn::fuzz::read_or_refuse([&] { limn::JointMap::parse(limn::Skeleton::human(), text, "fuzz"); });
  return 0;
}
