// Rigged characters in FBX: what assimp makes of them, and our reading of that.
#include "fuzz/fuzz.h"
#include "limn/synth/rig_file.h"

// assimp forgets what it had built of a file that it refuses; looking for its leaks takes most of the time.
extern "C" int __lsan_is_turned_off() { return 1; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(limn::fuzz::text_of(data, size));
  limn::fuzz::read_or_refuse([&] { limn::parse_rig(bytes, "/nonexistent/fuzz.fbx"); });
  return 0;
}
