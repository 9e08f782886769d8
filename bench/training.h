#pragma once

#include "figures.h"

namespace limn::bench {

/// Training steps of the base preset's network (64 px, width 24, 32 pictures, stages 1 to 4 forward and backward, no
/// optimiser) on one batch made before; both precisions take turns. Prints a table.
///   train_images_per_s_float32, train_images_per_s_bfloat16
///   train_bfloat16_speedup     above 1 where the processor has matrix units
Figures bench_training(int repetitions);

}  // namespace limn::bench
