// poses.csv and poses.npz. What is read can be written again.
#include <zlib.h>

#include <cstring>

#include "fuzz/fuzz.h"
#include "limn/export/csv.h"
#include "limn/export/csv_reader.h"
#include "limn/export/npz.h"
#include "limn/export/npz_reader.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace {

/// Gives the stored files of an archive the checksums of what they hold now; without them no changed array is read.
void mend_checksums(uint8_t* data, size_t size) {
  const auto value = [&](size_t at, size_t bytes) {
    uint32_t result = 0;
    if (at + bytes <= size) std::memcpy(&result, data + at, bytes);
    return size_t{result};
  };
  const auto put = [&](size_t at, uint32_t crc) {
    if (at + sizeof crc <= size) std::memcpy(data + at, &crc, sizeof crc);
  };
  for (size_t entry = 0; entry + 46 <= size; ++entry) {
    if (std::memcmp(data + entry, "PK\x01\x02", 4) != 0) continue;
    const size_t local = value(entry + 42, 4), begin = local + 30 + value(local + 26, 2) + value(local + 28, 2);
    const size_t length = value(entry + 20, 4);
    if (begin > size || length > size - begin) continue;
    const uint32_t crc = crc32(0, data + begin, length);
    put(entry + 16, crc), put(local + 14, crc);
    if (value(begin + length, 4) == 0x08074b50) put(begin + length + 4, crc);  // the descriptor behind the file
  }
}

}  // namespace

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size, unsigned int) {
  size = LLVMFuzzerMutate(data, size, max_size);
  if (size > 4 && std::memcmp(data, "PK\x03\x04", 4) == 0) mend_checksums(data, size);
  return size;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view bytes = limn::fuzz::text_of(data, size);
  const limn::Skeleton& skeleton = limn::Skeleton::human();
  limn::fuzz::read_or_refuse([&] { limn::pose_csv(skeleton, limn::parse_pose_csv(skeleton, bytes, "fuzz")); });
  limn::fuzz::read_or_refuse([&] { limn::pose_npz(skeleton, limn::parse_pose_npz(skeleton, bytes, "fuzz")); });
  return 0;
}
