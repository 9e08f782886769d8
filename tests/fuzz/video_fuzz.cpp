// Containers and codecs: a few frames, a seek, and a few frames more. The reader takes paths, so the bytes lie in a
// file in memory. FFmpeg itself is not instrumented: what is looked for are crashes, endless loops and our own
// handling.
#include <sys/mman.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include "fuzz/fuzz.h"
#include "limn/media/video.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const int file = memfd_create("video", MFD_CLOEXEC);
  if (file < 0 || write(file, data, size) != static_cast<ssize_t>(size)) std::abort();
  limn::fuzz::read_or_refuse([&] {
    limn::VideoReader reader("/proc/self/fd/" + std::to_string(file), {.threads = 1, .max_pixels = 1'000'000});
    limn::Image frame;
    for (int i = 0; i < 3 && reader.next(frame); ++i) {
      if (frame.width != reader.width() || frame.height != reader.height()) std::abort();
    }
    reader.seek(0.1);
    for (int i = 0; i < 3 && reader.skip();) ++i;
  });
  close(file);
  return 0;
}
