#pragma once

#include "figures.h"

namespace limn::bench {

/// Synthetic people: finished 128 x 128 pictures a second with everything on. A sample with its pair counts two. One
/// worker and one a core take turns at the same samples. Prints a table.
///   synth_images_per_s        one worker a core, the default options
///   synth_images_per_s_1core  one worker
///   synth_images_per_s_worst  one worker a core, with occluders, clutter and another person in every picture
///   synth_cpu_ms              processor time of a picture, one worker a core
///   synth_scaling             gain of one worker a core over one worker, shared by the cores: 1 is linear
///   synth_cpu_scaling         processor time of a picture with one worker over that with one a core: what the workers
///                             cost each other, also where other programs take turns on the cores
///   synth_peak_mb             heap beyond what was live before, one worker a core
Figures bench_synth(int repetitions);

}  // namespace limn::bench
