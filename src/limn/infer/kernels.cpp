#include "limn/infer/kernels.h"

#include <algorithm>
#include <cstring>

#if defined(__x86_64__) && defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
#endif

namespace limn {
namespace {

float* at(const FeatureMap& map, int channel, int y) {
  return static_cast<float*>(map.data) + channel / map.pitch * map.block() + y * map.row() + channel % map.pitch;
}

/// Linux gives a process the tile registers when it asks: 8 KB more to keep of each thread.
[[maybe_unused]] bool may_use_amx() {
#if defined(__x86_64__) && defined(__linux__)
  constexpr long request_permission = 0x1023, tile_data = 18;  // ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA
  return __builtin_cpu_supports("amx-tile") && __builtin_cpu_supports("amx-int8") &&
         syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
#else
  return false;
#endif
}

}  // namespace

const std::vector<KernelSet>& kernel_sets() {
  static const std::vector<KernelSet> sets = [] {
    std::vector<KernelSet> usable;
#if defined(__x86_64__)
    const bool v4 = __builtin_cpu_supports("x86-64-v4");
    const bool v4_vnni = v4 && __builtin_cpu_supports("avx512vnni");
    if (v4_vnni && may_use_amx()) usable.push_back(amx_kernels());
    if (v4_vnni) usable.push_back(avx512_vnni_kernels());
    if (v4) usable.push_back(avx512_kernels());
    const bool v3 = __builtin_cpu_supports("x86-64-v3");
    if (v3 && __builtin_cpu_supports("avxvnni")) usable.push_back(avx2_vnni_kernels());
    if (v3) usable.push_back(avx2_kernels());
#endif
    usable.push_back(baseline_kernels());
    return usable;
  }();
  return sets;
}

void import_planes(const float* planes, const FeatureMap& map) {
  for (int c = 0; c < map.blocks() * map.pitch; ++c)
    for (int y = 0; y < map.height; ++y) {
      float* to = at(map, c, y);
      const float* from = planes + (static_cast<size_t>(c) * map.height + y) * map.width;
      for (int x = 0; x < map.width; ++x) to[x * map.pitch] = c < map.channels ? from[x] : 0.0f;
    }
}

void export_planes(const FeatureMap& map, float* planes) {
  for (int c = 0; c < map.channels; ++c)
    for (int y = 0; y < map.height; ++y, planes += map.width) {
      const float* from = at(map, c, y);
      for (int x = 0; x < map.width; ++x) planes[x] = from[x * map.pitch];
    }
}

void copy_channels(const FeatureMap& from, const FeatureMap& to, int first) {
  for (int c = 0; c < from.channels; ++c)
    for (int y = 0; y < from.height; ++y) {
      const float* source = at(from, c, y);
      float* target = at(to, first + c, y);
      for (int x = 0; x < from.width; ++x) target[x * to.pitch] = source[x * from.pitch];
    }
}

void clear_border(const FeatureMap& map) {
  if (map.border == 0) return;
  const size_t element = map.scale > 0 ? 1 : sizeof(float), row = map.row() * element;
  const size_t side = map.border * map.pitch * element;
  char* top = static_cast<char*>(map.data) - map.border * row - side;
  for (int b = 0; b < map.blocks(); ++b, top += map.block() * element) {
    // From the upper border to the left one of the first row; each row's right and the next one's left; to the end.
    std::memset(top, 0, map.border * row + side);
    char* line = top + map.border * row + side + map.width * map.pitch * element;
    for (int y = 0; y + 1 < map.height; ++y, line += row) std::memset(line, 0, 2 * side);
    std::memset(line, 0, side + map.border * row);
  }
}

}  // namespace limn
