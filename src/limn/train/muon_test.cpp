#include "limn/train/muon.h"

#include <gtest/gtest.h>
#include <torch/torch.h>

#include "limn/network/architectures.h"

namespace limn {
namespace {

Network small_network() {
  ArchitectureOptions options;
  options.image_size = 32;
  options.channels = 2;
  options.width = 4;
  options.levels = 2;
  return Network(image_to_skeleton_spec(options), 1, torch::kCPU);
}

TEST(Muon, EverySingularValueBecomesAboutOne) {
  torch::manual_seed(1);
  for (const auto& [rows, columns] : {std::pair{8, 40}, {40, 8}, {12, 12}, {64, 80}, {80, 400}}) {
    // From 0.1 to 1: the directions Adam would move least and most.
    const torch::Tensor u = std::get<0>(torch::linalg_qr(torch::randn({rows, rows})));
    const torch::Tensor v = std::get<0>(torch::linalg_qr(torch::randn({columns, columns})));
    const int64_t rank = std::min(rows, columns);
    const torch::Tensor values = torch::linspace(0.1, 1, rank);
    const torch::Tensor matrix = u.narrow(1, 0, rank).mul(values).mm(v.narrow(1, 0, rank).t());
    const torch::Tensor found = torch::linalg_svdvals(orthogonalised(matrix));
    EXPECT_GT(found.min().item<double>(), 0.5) << rows << " x " << columns;
    EXPECT_LT(found.max().item<double>(), 1.35) << rows << " x " << columns;
  }
}

TEST(Muon, DirectionsThatHardlyOccurDoNoHarm) {
  torch::manual_seed(2);
  for (const int64_t columns : {90, 700}) {
    // Rank 20 of 70, and beside it what rounding leaves.
    const torch::Tensor matrix = torch::randn({70, 20}).mm(torch::randn({20, columns}));
    const torch::Tensor values = torch::linalg_svdvals(orthogonalised(matrix));
    EXPECT_GT(values[19].item<double>(), 0.5) << columns;
    EXPECT_LT(values[0].item<double>(), 1.35) << columns;
    EXPECT_LT(values[20].item<double>(), 0.3) << columns;
  }
}

TEST(Muon, MovesHiddenMatricesAgainstTheirGradientAndNothingElse) {
  Network network = small_network();
  Muon muon({{"network", &network}});
  const torch::Tensor before = network.parameters().clone();
  network.reset_gradient(true);
  for (const auto& [name, tensor] : network.tensors())
    if (tensor.requires_grad()) tensor.mutable_grad().fill_(1);
  muon.step(0.01);
  for (const auto& [name, tensor] : network.tensors()) {
    if (!tensor.requires_grad()) continue;
    const bool hidden = tensor.dim() == 4 && name != "enc0.weight" && name != "skeleton_image.weight";
    const torch::Tensor moved =
        tensor.detach() - before.as_strided(tensor.sizes(), tensor.strides(), tensor.storage_offset());
    // The rest, and only that, is left to another optimiser.
    EXPECT_EQ(tensor.storage_offset() < network.others().storage_offset(), hidden) << name;
    if (hidden)
      EXPECT_LT(moved.sum().item<double>(), 0) << name;
    else
      EXPECT_EQ(moved.abs().sum().item<double>(), 0) << name;
  }
}

TEST(Muon, LeavesANetworkWithoutGradient) {
  Network network = small_network();
  Muon muon({{"network", &network}});
  const torch::Tensor before = network.parameters().clone();
  muon.step(0.01);
  EXPECT_TRUE(torch::equal(network.parameters(), before));
}

}  // namespace
}  // namespace limn
