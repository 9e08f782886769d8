#include "heap.h"

#include <errno.h>
#include <malloc.h>

#include <atomic>
#include <cstdlib>

// The program's own malloc family stands before the C library's for every library it loads, torch included; each
// function counts and passes on to the C library (glibc keeps its allocator reachable under these names).
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* block, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* block);
}

namespace {

std::atomic<std::int64_t> live_bytes{0}, peak_bytes{0};

void* counted(void* block) {
  if (!block) return block;
  const std::int64_t size = static_cast<std::int64_t>(malloc_usable_size(block));
  const std::int64_t now = live_bytes.fetch_add(size) + size;
  std::int64_t peak = peak_bytes.load();
  while (now > peak && !peak_bytes.compare_exchange_weak(peak, now)) {
  }
  return block;
}

void uncount(void* block) {
  if (block) live_bytes.fetch_sub(static_cast<std::int64_t>(malloc_usable_size(block)));
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) { return counted(__libc_malloc(size)); }
void* calloc(std::size_t count, std::size_t size) { return counted(__libc_calloc(count, size)); }
void* memalign(std::size_t alignment, std::size_t size) { return counted(__libc_memalign(alignment, size)); }
void* aligned_alloc(std::size_t alignment, std::size_t size) { return counted(__libc_memalign(alignment, size)); }

int posix_memalign(void** block, std::size_t alignment, std::size_t size) {
  if (alignment % sizeof(void*) != 0 || (alignment & (alignment - 1)) != 0) return EINVAL;
  void* const result = counted(__libc_memalign(alignment, size));
  if (!result) return ENOMEM;
  *block = result;
  return 0;
}

void* realloc(void* block, std::size_t size) {
  uncount(block);
  void* const result = __libc_realloc(block, size);
  if (!result && size > 0) counted(block);  // failed: the old block is still there
  return counted(result);
}

void free(void* block) {
  uncount(block);
  __libc_free(block);
}

}  // extern "C"

namespace limn::bench {

std::int64_t peak_heap_bytes(const std::function<void()>& call) {
  const std::int64_t before = live_bytes.load();
  peak_bytes.store(before);
  call();
  return peak_bytes.load() - before;
}

}  // namespace limn::bench
