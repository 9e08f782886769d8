// JPEG and PNG, as colours and as grey values.
#include "fuzz/fuzz.h"
#include "limn/media/image_file.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  constexpr long long max_pixels = 1'000'000;  // the fuzzer looks for wrong reads, not for long ones
  const std::string_view bytes = limn::fuzz::text_of(data, size);
  limn::fuzz::read_or_refuse([&] { limn::decode_image(bytes, "fuzz", max_pixels); });
  if (bytes.starts_with("\x89PNG"))
    limn::fuzz::read_or_refuse([&] { limn::decode_grey_png(bytes, "fuzz", max_pixels); });
  return 0;
}
