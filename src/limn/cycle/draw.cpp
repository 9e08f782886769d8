#include "limn/cycle/draw.h"

#include <torch/torch.h>

#include "limn/cycle/shape.h"

namespace limn {
namespace {

class Draw : public torch::autograd::Function<Draw> {
 public:
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& joints_px,
                               const DrawPlan* plan, DrawSettings settings) {
    const torch::Tensor joints = joints_px.contiguous();
    const int64_t batch = joints.size(0);
    torch::Tensor image = torch::empty({batch, plan->channels, settings.height, settings.width}, joints.options());
    torch::Tensor winner = torch::empty(image.sizes(), joints.options().dtype(torch::kInt16));
    AT_DISPATCH_FLOATING_TYPES(joints.scalar_type(), "draw_forward", [&] {
      draw_forward<scalar_t>(*plan, settings, static_cast<int>(batch), joints.data_ptr<scalar_t>(),
                             image.data_ptr<scalar_t>(), winner.data_ptr<int16_t>());
    });
    context->save_for_backward({joints, image, winner});
    context->saved_data["plan"] = reinterpret_cast<int64_t>(plan);
    context->saved_data["sigma"] = static_cast<double>(settings.sigma_px);
    return image;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const auto* plan = reinterpret_cast<const DrawPlan*>(context->saved_data["plan"].toInt());
    DrawSettings settings;
    settings.height = static_cast<int>(saved[1].size(2));
    settings.width = static_cast<int>(saved[1].size(3));
    settings.sigma_px = static_cast<float>(context->saved_data["sigma"].toDouble());
    const torch::Tensor given = gradients[0].contiguous();
    torch::Tensor result = torch::empty_like(saved[0]);
    AT_DISPATCH_FLOATING_TYPES(result.scalar_type(), "draw_backward", [&] {
      draw_backward<scalar_t>(*plan, settings, static_cast<int>(result.size(0)), saved[0].data_ptr<scalar_t>(),
                              saved[1].data_ptr<scalar_t>(), saved[2].data_ptr<int16_t>(), given.data_ptr<scalar_t>(),
                              result.data_ptr<scalar_t>());
    });
    return {result, torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

torch::Tensor draw_skeleton(const DrawPlan& plan, const torch::Tensor& joints, int height, int width, double sigma) {
  check_shape(joints, {-1, plan.joints, 2}, "joints");
  DrawSettings settings;
  settings.height = height;
  settings.width = width;
  settings.sigma_px = static_cast<float>(sigma);
  const torch::Tensor size = torch::tensor({width, height}, joints.options());
  return Draw::apply((joints + 1.0) * 0.5 * size, &plan, settings);
}

}  // namespace limn
