#include "limn/train/sharing.h"

#include <torch/torch.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "limn/base/error.h"

namespace limn {
namespace {

/// Fields that change how a rank does its work, not what is learnt.
const std::set<std::string>& fields_of_one_rank() {
  static const std::set<std::string> names = {"run.device", "run.threads",  "run.verbosity", "run.runs",
                                              "run.name",   "data.workers", "data.queue"};
  return names;
}

/// Name and value of every field of dump_config's text, in order.
std::vector<std::pair<std::string, std::string>> fields_of(const std::string& configuration) {
  std::vector<std::pair<std::string, std::string>> fields;
  std::istringstream lines(configuration);
  std::string line, table;
  while (std::getline(lines, line)) {
    const size_t equals = line.find(" = ");
    if (line.starts_with("["))
      table = line.substr(1, line.find(']') - 1) + ".";
    else if (!line.starts_with("#") && equals != std::string::npos)
      fields.emplace_back(table + line.substr(0, equals), line.substr(equals + 3));
  }
  return fields;
}

}  // namespace

bool on_any_rank(bool here, Ranks* ranks) {
  if (ranks == nullptr) return here;
  return mean_over_ranks(torch::full({1}, here ? 1.0 : 0.0), ranks).item<double>() > 0;
}

std::map<std::string, double> values_of(const Objectives& objectives, Ranks* ranks) {
  std::map<std::string, torch::Tensor> terms = objectives.terms;
  terms[""] = objectives.total;
  std::map<std::string, double> values;
  if (ranks == nullptr) {
    for (const auto& [name, term] : terms) values[name] = term.item<double>();
    return values;
  }
  std::vector<torch::Tensor> all;
  for (const auto& [name, term] : terms) all.push_back(term.detach());
  const torch::Tensor means = mean_over_ranks(torch::stack(all), ranks).cpu();
  int64_t i = 0;
  for (const auto& [name, term] : terms) values[name] = means[i++].item<double>();
  return values;
}

void average_gradients(const std::vector<torch::Tensor>& parameters, Ranks* ranks) {
  if (ranks == nullptr) return;
  for (const torch::Tensor& weights : parameters) {
    torch::Tensor gradient = weights.grad();
    if (!gradient.defined()) continue;
    ranks->sum(gradient);
    gradient.div_(ranks->size());
  }
}

void broadcast(const std::map<std::string, Network*>& networks, ProcessGroup& group) {
  torch::NoGradGuard no_grad;
  for (const auto& [name, network] : networks) {
    group.broadcast(network->parameters());
    if (network->statistics().numel() > 0) group.broadcast(network->statistics());
  }
}

std::string difference(const std::string& ours, const std::string& theirs) {
  const auto here = fields_of(ours), there = fields_of(theirs);
  for (size_t i = 0; i < std::max(here.size(), there.size()); ++i) {
    if (i >= here.size() || i >= there.size() || here[i].first != there[i].first)
      return "other fields, as of another version of Limn";
    if (here[i] != there[i] && !fields_of_one_rank().count(here[i].first))
      return here[i].first + " = " + here[i].second + ", not " + there[i].second;
  }
  return "";
}

void require_same_run(const std::string& configuration, int64_t step, ProcessGroup& group) {
  std::string different = difference(configuration, group.of_first(configuration));
  const std::string first = group.of_first(std::to_string(step));
  if (different.empty() && first != std::to_string(step))
    different = "begins at step " + std::to_string(step) + ", not " + first;
  if (!on_any_rank(!different.empty(), &group)) return;
  throw Error(
      ErrorKind::usage, "the ranks do not train the same",
      "rank " + std::to_string(group.rank()) + ": " +
          (different.empty() ? "another rank differs from rank 0, as its own message says" : different + " as rank 0"),
      "start every rank with the same options");
}

}  // namespace limn
