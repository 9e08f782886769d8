#include "limn/cycle/draw.h"

#include <torch/csrc/autograd/custom_function.h>

#include <string>

#include "limn/base/error.h"
#ifdef LIMN_CUDA
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>

#include "limn/cycle/draw_cuda.h"
#endif

namespace limn {
namespace {

/// What the backward pass needs beside tensors.
struct Drawn : torch::CustomClassHolder {
  DrawPlan plan;
  DrawSettings settings;
  Drawn(const DrawPlan& plan, const DrawSettings& settings) : plan(plan), settings(settings) {}
};

#ifdef LIMN_CUDA
template <class T>
void forward_on_device(const Drawn& d, const torch::Tensor& joints_px, torch::Tensor& image, torch::Tensor& winner) {
  const c10::cuda::CUDAGuard guard(joints_px.device());
  draw_forward_cuda(d.plan, d.settings, static_cast<int>(joints_px.size(0)), joints_px.data_ptr<T>(),
                    image.data_ptr<T>(), winner.data_ptr<std::int16_t>(), c10::cuda::getCurrentCUDAStream().stream());
}

template <class T>
void backward_on_device(const Drawn& d, const torch::Tensor& joints_px, const torch::Tensor& image,
                        const torch::Tensor& winner, const torch::Tensor& image_gradient, torch::Tensor& gradient) {
  const c10::cuda::CUDAGuard guard(joints_px.device());
  const auto bones = static_cast<std::int64_t>(d.plan.bone_from.size());
  torch::Tensor scratch = at::empty({joints_px.size(0), bones, 4}, joints_px.options());
  draw_backward_cuda(d.plan, d.settings, static_cast<int>(joints_px.size(0)), joints_px.data_ptr<T>(),
                     image.data_ptr<T>(), winner.data_ptr<std::int16_t>(), image_gradient.data_ptr<T>(),
                     scratch.data_ptr<T>(), gradient.data_ptr<T>(), c10::cuda::getCurrentCUDAStream().stream());
}
#else
template <class T, class... Tensors>
void forward_on_device(const Drawn&, Tensors&&...) {
  throw Error(ErrorKind::usage, "this build cannot draw on a GPU", "draw_skeleton",
              "configure with -DLIMN_CUDA=ON, or train with --device cpu");
}
template <class T, class... Tensors>
void backward_on_device(const Drawn& d, Tensors&&... tensors) {
  forward_on_device<T>(d, tensors...);
}
#endif

template <class T>
void forward_as(const Drawn& d, const torch::Tensor& joints_px, torch::Tensor& image, torch::Tensor& winner) {
  if (joints_px.is_cuda()) return forward_on_device<T>(d, joints_px, image, winner);
  draw_forward(d.plan, d.settings, static_cast<int>(joints_px.size(0)), joints_px.data_ptr<T>(), image.data_ptr<T>(),
               winner.data_ptr<std::int16_t>());
}

template <class T>
void backward_as(const Drawn& d, const torch::Tensor& joints_px, const torch::Tensor& image,
                 const torch::Tensor& winner, const torch::Tensor& image_gradient, torch::Tensor& gradient) {
  if (joints_px.is_cuda()) return backward_on_device<T>(d, joints_px, image, winner, image_gradient, gradient);
  draw_backward(d.plan, d.settings, static_cast<int>(joints_px.size(0)), joints_px.data_ptr<T>(), image.data_ptr<T>(),
                winner.data_ptr<std::int16_t>(), image_gradient.data_ptr<T>(), gradient.data_ptr<T>());
}

/// joints in px -> image; keeps one int16 a pixel for the backward pass, nothing else.
struct DrawFunction : torch::autograd::Function<DrawFunction> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& joints_px,
                               const c10::intrusive_ptr<Drawn>& drawn) {
    const std::int64_t batch = joints_px.size(0);
    const DrawSettings& s = drawn->settings;
    torch::Tensor image = at::empty({batch, drawn->plan.channels, s.height, s.width}, joints_px.options());
    torch::Tensor winner = at::empty(image.sizes(), joints_px.options().dtype(at::kShort));
    if (joints_px.scalar_type() == at::kDouble) {
      forward_as<double>(*drawn, joints_px, image, winner);
    } else {
      forward_as<float>(*drawn, joints_px, image, winner);
    }
    context->save_for_backward({joints_px, image, winner});
    context->saved_data["drawn"] = c10::IValue::make_capsule(drawn);
    return image;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    require(!(at::GradMode::is_enabled() && gradients[0].requires_grad()), ErrorKind::usage,
            "the drawing has no second derivative", "draw_skeleton", "differentiate without create_graph");
    const torch::autograd::variable_list saved = context->get_saved_variables();
    const auto holder = context->saved_data["drawn"].toCapsule();
    const Drawn& drawn = static_cast<const Drawn&>(*holder);
    const torch::Tensor &joints_px = saved[0], &image = saved[1], &winner = saved[2];
    const torch::Tensor image_gradient = gradients[0].contiguous();
    torch::Tensor gradient = at::empty(joints_px.sizes(), joints_px.options());
    if (joints_px.scalar_type() == at::kDouble) {
      backward_as<double>(drawn, joints_px, image, winner, image_gradient, gradient);
    } else {
      backward_as<float>(drawn, joints_px, image, winner, image_gradient, gradient);
    }
    return {gradient, torch::Tensor()};
  }
};

}  // namespace

torch::Tensor draw_skeleton(const DrawPlan& plan, const torch::Tensor& joints_crop, int height, int width, double sigma,
                            Profile profile) {
  const bool fits = joints_crop.dim() == 3 && joints_crop.size(1) == plan.joints && joints_crop.size(2) == 2;
  require(fits, ErrorKind::usage, "joints are not [B J 2] of the skeleton being drawn", "draw_skeleton",
          "pass one row of two crop coordinates a joint");
  const bool is_double = joints_crop.scalar_type() == at::kDouble;
  const torch::Tensor joints = joints_crop.to(is_double ? at::kDouble : at::kFloat);
  // Differentiated by torch: crop units to px of the picture (geometry/camera.h: edges at +-1).
  const torch::Tensor half = at::tensor({0.5 * width, 0.5 * height}, joints.options());
  const torch::Tensor joints_px = ((joints + 1) * half).contiguous();
  DrawSettings settings;
  settings.height = height;
  settings.width = width;
  settings.sigma_px = static_cast<float>(sigma);
  settings.profile = profile;
  return DrawFunction::apply(joints_px, c10::make_intrusive<Drawn>(plan, settings));
}

}  // namespace limn
