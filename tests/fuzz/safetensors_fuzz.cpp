// Weight files: the container, then the networks and the skeleton in its metadata.
#include "fuzz/fuzz.h"
#include "limn/network/model_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  limn::fuzz::read_or_refuse([&] {
    const limn::TensorFile file = limn::parse_safetensors(limn::fuzz::text_of(data, size), "fuzz");
    limn::ModelFile::from(file, "fuzz");
  });
  return 0;
}
