// Motions; what is read is posed, too, and fitted to the human skeleton.
#include "fuzz/fuzz.h"
#include "limn/synth/motion.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  limn::fuzz::read_or_refuse([&] {
    const limn::Bvh bvh = limn::parse_bvh(limn::fuzz::text_of(data, size), "fuzz");
    limn::bvh_frame(bvh, bvh.frames - 1);
    limn::retarget(limn::Skeleton::human(), bvh);
  });
  return 0;
}
