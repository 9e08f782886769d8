// What a person costs at run time.
#pragma once

#include <string>

#include "figures.h"

namespace limn::bench {

/// A person in a picture of 640 x 480, whose crop is 300 px, one at a time: the whole path (crop, stages 1 to 3, pose)
/// and the three networks alone, in float32 and in eight bits, beside LibTorch eager on the same networks; all in this
/// process on `threads` threads (0: one), taking turns. One thread is measured in processor time, several in elapsed
/// time. Prints a table. A run of the networks must not allocate.
///   infer_person_float32_ms, infer_person_int8_ms      the whole path, medians; int8 where the model has ranges
///   infer_networks_float32_ms, infer_networks_int8_ms  the networks alone
///   infer_networks_torch_ms                            the same by LibTorch
///   infer_people_ms                                    a person of eight in one picture, whole path, precision auto
/// Error(model) as ModelFile::load.
Figures bench_inference(const std::string& model, int threads, int repetitions);

}  // namespace limn::bench
