// What the ranks of a training tell each other so that their steps are one step. With null ranks, a single process,
// nothing is done.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "limn/cycle/network.h"
#include "limn/train/objectives.h"
#include "limn/train/process_group.h"

namespace limn {

/// Whether it is true on any rank.
bool on_any_rank(bool here, Ranks* ranks);

/// Terms and total ("" ) of the objectives, means over the ranks.
std::map<std::string, double> values_of(const Objectives& objectives, Ranks* ranks);

/// Replaces each network's gradient, where it has one, by its mean over the ranks.
void average_gradients(const std::vector<torch::Tensor>& parameters, Ranks* ranks);

/// Weights and statistics become those of rank 0.
void broadcast(const std::map<std::string, Network*>& networks, ProcessGroup& group);

/// Throws Error(usage) on every rank unless all have the same configuration (dump_config), but for fields that only say
/// how a rank does its work (device, threads, workers, folder of runs, verbosity), and start at the same step.
void require_same_run(const std::string& configuration, int64_t step, ProcessGroup& group);

/// The first field in which two configurations differ, "network.width = 16, not 32"; empty where none does.
std::string difference(const std::string& ours, const std::string& theirs);

}  // namespace limn
