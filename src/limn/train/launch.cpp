#include "limn/train/launch.h"

#include <charconv>
#include <cstdlib>
#include <vector>

#include "limn/base/error.h"

namespace limn {
namespace {

constexpr const char* remedy =
    "start all processes with torchrun, mpirun or srun, or unset the variables to train with one";

/// What one launcher calls it; several names: the first that is set.
struct Names {
  std::vector<std::string> rank, size, local_rank, local_size;
};

std::optional<int> whole_number(const std::string& text) {
  int value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size()) return {};
  return value;
}

class Reader {
 public:
  explicit Reader(const Environment& environment) : environment_(environment) {}

  std::string text(const std::string& name) const { return environment_(name).value_or(""); }

  bool has(const std::vector<std::string>& names) const {
    for (const std::string& name : names)
      if (environment_(name)) return true;
    return false;
  }

  /// Of the first name that is set; `otherwise` where none is.
  int number(const std::vector<std::string>& names, int low, int high, std::optional<int> otherwise = {}) const {
    for (const std::string& name : names) {
      const std::optional<std::string> text = environment_(name);
      if (!text) continue;
      const std::optional<int> value = whole_number(*text);
      require(value && *value >= low && *value <= high, ErrorKind::usage,
              ("not a whole number from " + std::to_string(low) + " to " + std::to_string(high)).c_str(),
              name + " = " + *text, remedy);
      return *value;
    }
    require(otherwise.has_value(), ErrorKind::usage, "an environment variable of the launcher is missing",
            names.front(), remedy);
    return *otherwise;
  }

 private:
  const Environment& environment_;
};

constexpr int many = 1 << 20;

/// "4(x2),3" -> 4 on every node only where there is one form: the number of other forms depends on the node.
int tasks_of_every_node(const std::string& text) {
  if (text.find(',') != std::string::npos) return 0;
  return whole_number(text.substr(0, text.find('('))).value_or(0);
}

void read_ranks(Launch& launch, const Reader& reader, const Names& names) {
  launch.size = reader.number(names.size, 1, many);
  launch.rank = reader.number(names.rank, 0, launch.size - 1);
  launch.local_size = reader.number(names.local_size, 1, launch.size, 0);
  launch.local_rank =
      reader.number(names.local_rank, 0, launch.size - 1, launch.local_size == launch.size ? launch.rank : 0);
}

void read_slurm_address(Launch& launch, const Reader& reader) {
  if (reader.number({"SLURM_STEP_NUM_NODES"}, 1, many, many) > 1) {
    const std::string first = first_host(reader.text("SLURM_STEP_NODELIST"));
    launch.address = first.empty() ? reader.text("SLURM_LAUNCH_NODE_IPADDR") : first;
  } else {
    launch.address = "127.0.0.1";
  }
  // Jobs that share a machine must not meet.
  launch.port = 20000 + reader.number({"SLURM_JOB_ID"}, 0, 1 << 30, 0) % 10000;
}

}  // namespace

std::string first_host(const std::string& nodes) {
  const size_t bracket = nodes.find('['), comma = nodes.find(',');
  if (bracket == std::string::npos || comma < bracket) return nodes.substr(0, comma);
  const size_t close = nodes.find(']', bracket);
  if (close == std::string::npos) return "";
  const std::string number = nodes.substr(bracket + 1, nodes.find_first_of("-,]", bracket) - bracket - 1);
  const std::string rest = nodes.substr(close + 1, nodes.find(',', close) - close - 1);
  return number.empty() || rest.find('[') != std::string::npos ? "" : nodes.substr(0, bracket) + number + rest;
}

Launch launch_from(const Environment& environment) {
  const Reader reader(environment);
  Launch launch;
  launch.interface = reader.text("GLOO_SOCKET_IFNAME");
  launch.address.clear();
  if (reader.has({"RANK", "WORLD_SIZE"})) {
    read_ranks(launch, reader, {{"RANK"}, {"WORLD_SIZE"}, {"LOCAL_RANK"}, {"LOCAL_WORLD_SIZE"}});
    launch.served = reader.text("TORCHELASTIC_USE_AGENT_STORE") == "True";
    launch.attempt = reader.text("TORCHELASTIC_RESTART_COUNT");
  } else if (reader.has({"OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE"})) {
    read_ranks(launch, reader,
               {{"OMPI_COMM_WORLD_RANK"},
                {"OMPI_COMM_WORLD_SIZE"},
                {"OMPI_COMM_WORLD_LOCAL_RANK"},
                {"OMPI_COMM_WORLD_LOCAL_SIZE"}});
  } else if (reader.has({"PMI_RANK", "PMI_SIZE"})) {
    read_ranks(launch, reader, {{"PMI_RANK"}, {"PMI_SIZE"}, {"MPI_LOCALRANKID"}, {"MPI_LOCALNRANKS"}});
  } else if (reader.has({"SLURM_STEP_NUM_TASKS", "SLURM_STEP_NODELIST", "SLURM_LAUNCH_NODE_IPADDR"})) {
    read_ranks(launch, reader, {{"SLURM_PROCID"}, {"SLURM_STEP_NUM_TASKS", "SLURM_NTASKS"}, {"SLURM_LOCALID"}, {}});
    launch.local_size = tasks_of_every_node(reader.text("SLURM_STEP_TASKS_PER_NODE"));
    read_slurm_address(launch, reader);
  }
  if (launch.local_size == launch.size && launch.address.empty()) launch.address = "127.0.0.1";
  if (environment("MASTER_ADDR")) launch.address = reader.text("MASTER_ADDR");
  launch.port = reader.number({"MASTER_PORT"}, 1, 65535, launch.port);
  require(launch.size == 1 || !launch.address.empty(), ErrorKind::usage, "nobody says where rank 0 is", "MASTER_ADDR",
          "set MASTER_ADDR to the host of rank 0 for every process (mpirun -x MASTER_ADDR=host)");
  return launch;
}

Launch launch_from_environment() {
  return launch_from([](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return {};
    return value;
  });
}

}  // namespace limn
