#pragma once

#include "figures.h"

namespace limn::bench {

/// The drawing kernel against the same drawing in broadcast tensors, forward and backward: B 32, 20 bones, 8 channels,
/// 128 x 128, both in this process on the same threads, taking turns. Prints a table.
///   drawing_ms, drawing_broadcast_ms  medians of the repetitions
///   drawing_speedup                   their ratio
///   drawing_memory_ratio              peak heap beyond inputs, image and joint gradient: kernel / broadcast
Figures bench_drawing(int repetitions);

}  // namespace limn::bench
