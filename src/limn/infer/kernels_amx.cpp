#include "limn/infer/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace limn {
namespace {

#define LIMN_TARGET [[gnu::target("arch=x86-64-v4,avx512vnni,amx-tile,amx-int8")]]
#define LIMN_LANES 16
#define LIMN_F16C
#define LIMN_VNNI
#define LIMN_AMX
#define LIMN_BLOCKS 2
#define LIMN_TILES                                                                                     \
  tile_shape<12, 1>(), tile_shape<8, 1>(), tile_shape<6, 2>(), tile_shape<4, 3>(), tile_shape<4, 2>(), \
      tile_shape<2, 2>(), tile_shape<1, 1>()
#include "limn/infer/kernels.inc"

}  // namespace

KernelSet amx_kernels() { return make_kernel_set("AMX", true, true); }

}  // namespace limn
#endif
