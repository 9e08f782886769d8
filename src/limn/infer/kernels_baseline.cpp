#include "limn/infer/kernels.h"

namespace limn {
namespace {

#define LIMN_TARGET
#define LIMN_LANES 4
#define LIMN_BLOCKS 1
#define LIMN_TILES tile_shape<2, 1>(), tile_shape<1, 1>()
#include "limn/infer/kernels.inc"

}  // namespace

KernelSet baseline_kernels() { return make_kernel_set("baseline", false, false); }

}  // namespace limn
