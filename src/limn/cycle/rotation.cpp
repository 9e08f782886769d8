#include "limn/cycle/rotation.h"

#include <torch/torch.h>

namespace limn {
namespace {

torch::Tensor normalised(const torch::Tensor& v) { return v / (v * v).sum(-1, true).clamp_min(1e-12).sqrt(); }

torch::Tensor cross_product(const torch::Tensor& a, const torch::Tensor& b) {
  const auto part = [](const torch::Tensor& v, int64_t i) { return v.select(-1, i); };
  return torch::stack({part(a, 1) * part(b, 2) - part(a, 2) * part(b, 1), part(a, 2) * part(b, 0) - part(a, 0) * part(b, 2),
                       part(a, 0) * part(b, 1) - part(a, 1) * part(b, 0)},
                      -1);
}

}  // namespace

torch::Tensor rotation_from_6d(const torch::Tensor& codes) {
  const torch::Tensor a = codes.narrow(-1, 0, 3), b = codes.narrow(-1, 3, 3);
  const torch::Tensor x = normalised(a);
  const torch::Tensor y = normalised(b - (x * b).sum(-1, true) * x);
  return torch::stack({x, y, cross_product(x, y)}, -1);
}

torch::Tensor geodesic_angle(const torch::Tensor& a, const torch::Tensor& b) {
  const torch::Tensor d = torch::matmul(a.transpose(-1, -2), b);
  const auto at = [&](int64_t i, int64_t j) { return d.select(-2, i).select(-1, j); };
  const torch::Tensor skew = torch::stack({at(2, 1) - at(1, 2), at(0, 2) - at(2, 0), at(1, 0) - at(0, 1)}, -1);
  // The norm's gradient is undefined at 0 and pi; the small constant makes it 0 there.
  const torch::Tensor sine = ((skew * skew).sum(-1) + 1e-12).sqrt();
  return torch::atan2(sine, at(0, 0) + at(1, 1) + at(2, 2) - 1.0);
}

}  // namespace limn
