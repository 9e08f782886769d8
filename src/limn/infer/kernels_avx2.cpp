#include "limn/infer/kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>

namespace limn {
namespace {

#define LIMN_TARGET [[gnu::target("arch=x86-64-v3")]]
#define LIMN_LANES 8
#define LIMN_F16C
#define LIMN_BLOCKS 1
#define LIMN_TILES tile_shape<6, 1>(), tile_shape<4, 1>(), tile_shape<3, 2>(), tile_shape<2, 2>(), tile_shape<1, 1>()
#include "limn/infer/kernels.inc"

}  // namespace

KernelSet avx2_kernels() { return make_kernel_set("AVX2", false, true); }

}  // namespace limn
#endif
