#include "limn/train/process_group.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/base/error.h"
#include "limn/train/sharing.h"
#include "support/process_groups.h"

namespace limn {
namespace {

class ProcessGroups : public testing::Test {
 protected:
  void SetUp() override {
    if (!ProcessGroup::possible(torch::kCPU)) GTEST_SKIP() << "this LibTorch has no Gloo";
  }
};

TEST_F(ProcessGroups, SumAndShareWhatRankZeroHas) {
  test::in_groups(3, [](ProcessGroup& group) {
    const float mine = static_cast<float>(group.rank());
    torch::Tensor sum = torch::tensor({mine, 1.0f}), one = torch::full({2}, 7.0 - mine, torch::kFloat64);
    group.sum(sum);
    EXPECT_TRUE(torch::equal(sum, torch::tensor({3.0f, 3.0f})));
    EXPECT_NEAR(mean_over_ranks(torch::tensor(mine), &group).item<double>(), 1, 1e-7);
    group.broadcast(one);
    EXPECT_TRUE(torch::equal(one, torch::full({2}, 7.0, torch::kFloat64)));
    EXPECT_EQ(group.of_first("rank " + std::to_string(group.rank())), "rank 0");
    EXPECT_EQ(group.of_first(group.rank() == 0 ? "" : "other"), "");
    EXPECT_TRUE(on_any_rank(group.rank() == 2, &group));
    EXPECT_FALSE(on_any_rank(false, &group));
    group.meet();
    EXPECT_FALSE(group.broken());
  });
}

TEST_F(ProcessGroups, ALostRankIsAnError) {
  test::in_groups(2, [](ProcessGroup& group) {
    group.meet();
    if (group.rank() == 1) return;  // and its connections close
    try {
      group.meet();
      FAIL() << "nobody answered";
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::model);
      EXPECT_NE(error.where().find("rank 0 of 2"), std::string::npos) << error.where();
    }
    EXPECT_TRUE(group.broken());
  });
}

TEST_F(ProcessGroups, WhoDoesNotComeIsNotWaitedForLongerThanTheTimeout) {
  Launch launch;
  launch.size = 2;
  launch.port = test::free_port();
  try {
    ProcessGroup group(launch, torch::kCPU, std::chrono::seconds(1));
    FAIL() << "nobody was there";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::model);
    EXPECT_NE(error.where().find("127.0.0.1:" + std::to_string(launch.port)), std::string::npos) << error.where();
  }
}

TEST_F(ProcessGroups, RanksOfOtherRunsAreRefused) {
  const auto complaints = [](const std::string& a, const std::string& b, int64_t step_a, int64_t step_b) {
    std::vector<std::string> said(2);
    test::in_groups(2, [&](ProcessGroup& group) {
      try {
        require_same_run(group.rank() == 0 ? a : b, group.rank() == 0 ? step_a : step_b, group);
      } catch (const Error& error) {
        EXPECT_EQ(error.kind(), ErrorKind::usage);
        said[group.rank()] = error.where();
      }
    });
    return said;
  };
  const std::string same = "[network]\n# channels\nwidth = 16\n\n[run]\nthreads = 2\n";
  EXPECT_EQ(complaints(same, "[network]\n# channels\nwidth = 16\n\n[run]\nthreads = 3\n", 0, 0),
            (std::vector<std::string>(2)));
  const auto other = complaints(same, "[network]\nwidth = 32\n\n[run]\nthreads = 2\n", 0, 0);
  EXPECT_NE(other[0], "");
  EXPECT_NE(other[1].find("network.width = 32, not 16"), std::string::npos) << other[1];
  EXPECT_NE(complaints(same, same, 5, 6)[1].find("step 6, not 5"), std::string::npos);
  EXPECT_NE(complaints(same, same + "more = 1\n", 0, 0)[1].find("another version"), std::string::npos);
}

}  // namespace
}  // namespace limn
