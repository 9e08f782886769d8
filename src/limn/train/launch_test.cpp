#include "limn/train/launch.h"

#include <gtest/gtest.h>

#include <map>

#include "limn/base/error.h"

namespace limn {
namespace {

Launch launch(const std::map<std::string, std::string>& variables) {
  return launch_from([&](const std::string& name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return {};
    return found->second;
  });
}

std::string complaint(const std::map<std::string, std::string>& variables) {
  try {
    launch(variables);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::usage);
    return error.what();
  }
  return "";
}

TEST(Launch, OneProcessWhereNobodySaysOtherwise) {
  const Launch alone = launch({{"MASTER_ADDR", "elsewhere"}, {"SLURM_JOB_ID", "7"}});
  EXPECT_EQ(alone.size, 1);
  EXPECT_TRUE(alone.leads());
  EXPECT_EQ(launch({{"RANK", "0"}, {"WORLD_SIZE", "1"}}).size, 1);
}

TEST(Launch, Torchrun) {
  const Launch l = launch({{"RANK", "5"},
                           {"WORLD_SIZE", "8"},
                           {"LOCAL_RANK", "1"},
                           {"LOCAL_WORLD_SIZE", "4"},
                           {"MASTER_ADDR", "node1"},
                           {"MASTER_PORT", "4242"},
                           {"TORCHELASTIC_USE_AGENT_STORE", "True"},
                           {"TORCHELASTIC_RESTART_COUNT", "2"},
                           {"SLURM_PROCID", "0"},
                           {"SLURM_STEP_NUM_TASKS", "2"}});
  EXPECT_EQ(l.rank, 5);
  EXPECT_EQ(l.size, 8);
  EXPECT_EQ(l.local_rank, 1);
  EXPECT_EQ(l.local_size, 4);
  EXPECT_EQ(l.address, "node1");
  EXPECT_EQ(l.port, 4242);
  EXPECT_TRUE(l.served);
  EXPECT_EQ(l.attempt, "2");
  EXPECT_FALSE(l.leads());
}

TEST(Launch, OpenMpi) {
  std::map<std::string, std::string> variables = {{"OMPI_COMM_WORLD_RANK", "1"},
                                                  {"OMPI_COMM_WORLD_SIZE", "2"},
                                                  {"OMPI_COMM_WORLD_LOCAL_RANK", "1"},
                                                  {"OMPI_COMM_WORLD_LOCAL_SIZE", "2"}};
  const Launch one_machine = launch(variables);
  EXPECT_EQ(one_machine.rank, 1);
  EXPECT_EQ(one_machine.size, 2);
  EXPECT_EQ(one_machine.local_rank, 1);
  EXPECT_EQ(one_machine.address, "127.0.0.1");
  EXPECT_EQ(one_machine.port, 29500);
  EXPECT_FALSE(one_machine.served);
  variables["OMPI_COMM_WORLD_LOCAL_SIZE"] = "1";
  variables["OMPI_COMM_WORLD_LOCAL_RANK"] = "0";
  EXPECT_NE(complaint(variables).find("MASTER_ADDR"), std::string::npos);
  variables["MASTER_ADDR"] = "10.0.0.1";
  EXPECT_EQ(launch(variables).address, "10.0.0.1");
}

TEST(Launch, Mpich) {
  const Launch l = launch({{"PMI_RANK", "3"}, {"PMI_SIZE", "4"}, {"MPI_LOCALRANKID", "1"}, {"MASTER_ADDR", "a"}});
  EXPECT_EQ(l.rank, 3);
  EXPECT_EQ(l.size, 4);
  EXPECT_EQ(l.local_rank, 1);
  EXPECT_EQ(l.local_size, 0);
}

TEST(Launch, Slurm) {
  std::map<std::string, std::string> variables = {
      {"SLURM_PROCID", "2"}, {"SLURM_NTASKS", "9"}, {"SLURM_LOCALID", "0"}, {"SLURM_JOB_ID", "1234567"}};
  EXPECT_EQ(launch(variables).size, 1) << "a batch script outside of srun is one process";
  variables["SLURM_STEP_NUM_TASKS"] = "4";
  variables["SLURM_STEP_NUM_NODES"] = "2";
  variables["SLURM_STEP_TASKS_PER_NODE"] = "2(x2)";
  variables["SLURM_STEP_NODELIST"] = "gpu[07-08]";
  const Launch l = launch(variables);
  EXPECT_EQ(l.rank, 2);
  EXPECT_EQ(l.size, 4);
  EXPECT_EQ(l.local_rank, 0);
  EXPECT_EQ(l.local_size, 2);
  EXPECT_EQ(l.address, "gpu07");
  EXPECT_EQ(l.port, 24567);
  variables["SLURM_STEP_NODELIST"] = "gpu[1-2]r[3-4]";
  variables["SLURM_LAUNCH_NODE_IPADDR"] = "10.1.1.1";
  EXPECT_EQ(launch(variables).address, "10.1.1.1");
  variables["MASTER_ADDR"] = "chosen";
  variables["MASTER_PORT"] = "99";
  EXPECT_EQ(launch(variables).address, "chosen");
  EXPECT_EQ(launch(variables).port, 99);
  variables.erase("MASTER_ADDR");
  variables["SLURM_STEP_NUM_NODES"] = "1";
  EXPECT_EQ(launch(variables).address, "127.0.0.1");
}

TEST(Launch, FirstHostsOfSlurmsLists) {
  EXPECT_EQ(first_host("node1"), "node1");
  EXPECT_EQ(first_host("node1,node2"), "node1");
  EXPECT_EQ(first_host("node1,gpu[2-3]"), "node1");
  EXPECT_EQ(first_host("node[03-07,9],big1"), "node03");
  EXPECT_EQ(first_host("node[5,9]-ib"), "node5-ib");
  EXPECT_EQ(first_host("rack[1-2]node[3-4]"), "");
  EXPECT_EQ(first_host("node[1-2"), "");
  EXPECT_EQ(first_host(""), "");
}

TEST(Launch, HalfSetOrSenselessVariablesAreNamed) {
  const auto names = [](const std::map<std::string, std::string>& variables, const std::string& name) {
    return complaint(variables).find(name) != std::string::npos;
  };
  EXPECT_TRUE(names({{"RANK", "0"}}, "WORLD_SIZE"));
  EXPECT_TRUE(names({{"WORLD_SIZE", "2"}}, "RANK"));
  EXPECT_TRUE(names({{"RANK", "0"}, {"WORLD_SIZE", "2"}}, "MASTER_ADDR"));
  EXPECT_TRUE(names({{"RANK", "2"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}}, "RANK = 2"));
  EXPECT_TRUE(names({{"RANK", "-1"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}}, "RANK = -1"));
  EXPECT_TRUE(names({{"RANK", "1x"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}}, "RANK = 1x"));
  EXPECT_TRUE(names({{"RANK", "0"}, {"WORLD_SIZE", "0"}}, "WORLD_SIZE = 0"));
  EXPECT_TRUE(
      names({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"MASTER_ADDR", "a"}, {"MASTER_PORT", "65536"}}, "MASTER_PORT"));
  EXPECT_TRUE(names({{"RANK", "0"}, {"WORLD_SIZE", "2"}, {"LOCAL_RANK", "2"}, {"MASTER_ADDR", "a"}}, "LOCAL_RANK"));
  EXPECT_TRUE(names({{"OMPI_COMM_WORLD_SIZE", "2"}}, "OMPI_COMM_WORLD_RANK"));
  EXPECT_TRUE(names({{"PMI_RANK", "0"}}, "PMI_SIZE"));
  EXPECT_TRUE(names({{"SLURM_STEP_NUM_TASKS", "2"}}, "SLURM_PROCID"));
}

}  // namespace
}  // namespace limn
