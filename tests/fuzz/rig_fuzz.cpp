// Rigged characters in GLB and glTF; FBX has fbx_fuzz.cpp.
#include "fuzz/fuzz.h"
#include "limn/synth/rig_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(limn::fuzz::text_of(data, size));
  limn::fuzz::read_or_refuse([&] { limn::parse_rig(bytes, "/nonexistent/fuzz.glb"); });
  return 0;
}
