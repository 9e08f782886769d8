// poses.csv and poses.npz. What is read can be written again.
#include "fuzz/fuzz.h"
#include "limn/export/csv.h"
#include "limn/export/csv_reader.h"
#include "limn/export/npz.h"
#include "limn/export/npz_reader.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = limn::fuzz::text_of(data, size);
  const limn::Skeleton& skeleton = limn::Skeleton::human();
  limn::fuzz::read_or_refuse([&] { limn::pose_csv(skeleton, limn::parse_pose_csv(skeleton, bytes, "fuzz")); });
  limn::fuzz::read_or_refuse([&] { limn::pose_npz(skeleton, limn::parse_pose_npz(skeleton, bytes, "fuzz")); });
  return 0;
}
