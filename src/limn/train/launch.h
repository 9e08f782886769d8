// Who this process is among those that train together, as torchrun, mpirun or srun tell it in the environment.
#pragma once

#include <functional>
#include <optional>
#include <string>

namespace limn {

struct Launch {
  int rank = 0;                       ///< 0 ... size - 1
  int size = 1;                       ///< processes in all
  int local_rank = 0;                 ///< among those of this machine: picks its GPU
  int local_size = 0;                 ///< processes on this machine; 0: not known
  std::string address = "127.0.0.1";  ///< host of rank 0, where all meet
  int port = 29500;
  /// torchrun itself serves the meeting place; otherwise rank 0 does.
  bool served = false;
  std::string attempt;    ///< which start of the same job it is, where the launcher restarts it
  std::string interface;  ///< network interface of the traffic (GLOO_SOCKET_IFNAME); empty: that of the host's name

  bool leads() const { return rank == 0; }
};

/// The value of an environment variable; none where it is not set.
using Environment = std::function<std::optional<std::string>(const std::string& name)>;

/// The first of these that is there; one process where none is:
///   torchrun           RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE
///   Open MPI           OMPI_COMM_WORLD_RANK, _SIZE, _LOCAL_RANK, _LOCAL_SIZE
///   MPICH, Intel MPI   PMI_RANK, PMI_SIZE, MPI_LOCALRANKID, MPI_LOCALNRANKS
///   srun               SLURM_PROCID, SLURM_STEP_NUM_TASKS (or SLURM_NTASKS), SLURM_LOCALID, SLURM_STEP_TASKS_PER_NODE;
///                      a batch script itself, which has no step's variables, is one process
/// MASTER_ADDR and MASTER_PORT say where rank 0 is. Without them: this machine where all ranks are on it; under srun
/// the first host of SLURM_STEP_NODELIST, else SLURM_LAUNCH_NODE_IPADDR, and a port made from SLURM_JOB_ID.
/// Error(usage) naming the variable that is missing, no whole number, or out of range.
Launch launch_from(const Environment& environment);

/// From the process's own environment.
Launch launch_from_environment();

/// The first host of Slurm's list: "node[03-07,9],big1" -> "node03". Empty where the list has another form.
std::string first_host(const std::string& nodes);

}  // namespace limn
