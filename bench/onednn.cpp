#include "onednn.h"

#include <cstring>
#include <dnnl.hpp>
#include <unordered_map>

namespace limn::bench {
namespace {

using Memory = dnnl::memory;
using Tag = Memory::format_tag;
using Type = Memory::data_type;

const dnnl::engine& processor() {
  static const dnnl::engine engine(dnnl::engine::kind::cpu, 0);
  return engine;
}

/// Small numbers of the type, everywhere.
void fill(const Memory& memory, Type type) {
  const size_t bytes = memory.get_desc().get_size();
  auto* const data = static_cast<unsigned char*>(memory.get_data_handle());
  if (type == Type::f32) {
    const float value = 0.01f;
    for (size_t i = 0; i + 4 <= bytes; i += 4) std::memcpy(data + i, &value, 4);
  } else if (type == Type::bf16) {
    const uint16_t value = 0x3c24;  // 0.01
    for (size_t i = 0; i + 2 <= bytes; i += 2) std::memcpy(data + i, &value, 2);
  } else {
    std::memset(data, 3, bytes);
  }
}

dnnl::primitive_attr attributes(const ConvShape& shape, OneDnnType type) {
  dnnl::primitive_attr attributes;
  if (type == OneDnnType::int8)
    attributes.set_output_scales(1 << 1, std::vector<float>(static_cast<size_t>(shape.out.channels), 1e-3f));
  dnnl::post_ops after;
  if (shape.residual) after.append_sum();
  if (shape.activation == Activation::relu) after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0, 0);
  if (shape.activation == Activation::leaky_relu) after.append_eltwise(1, dnnl::algorithm::eltwise_relu, 0.2f, 0);
  if (shape.activation == Activation::sigmoid) after.append_eltwise(1, dnnl::algorithm::eltwise_logistic, 0, 0);
  attributes.set_post_ops(after);
  return attributes;
}

}  // namespace

struct OneDnnConv::State {
  dnnl::convolution_forward convolution;
  dnnl::stream stream{processor()};
  std::unordered_map<int, Memory> arguments;
  std::string implementation;
};

OneDnnConv::OneDnnConv(std::unique_ptr<State> state) : state_(std::move(state)) {}
OneDnnConv::~OneDnnConv() = default;

std::unique_ptr<OneDnnConv> OneDnnConv::make(const ConvShape& s, OneDnnType type) try {
  const Type floats = type == OneDnnType::bfloat16 ? Type::bf16 : Type::f32;
  const bool bytes = type == OneDnnType::int8;
  const Type in = bytes ? Type::u8 : floats, weights = bytes ? Type::s8 : floats,
             out = bytes && s.bytes_out ? Type::u8 : floats;
  const Memory::desc source({1, s.in.channels, s.in.height, s.in.width}, in, Tag::any),
      filter({s.out.channels, s.in.channels, s.kernel, s.kernel}, weights, Tag::any),
      bias({s.out.channels}, Type::f32, Tag::a),
      result({1, s.out.channels, s.out.height, s.out.width}, out, Tag::any);
  const Memory::dim low = s.kernel / 2;
  const auto high = [&](int extent, int of) { return (of - 1) * s.stride + s.kernel - extent - low; };
  const dnnl::convolution_forward::desc wanted(
      dnnl::prop_kind::forward_inference, dnnl::algorithm::convolution_direct, source, filter, bias, result,
      {s.stride, s.stride}, {low, low}, {high(s.in.height, s.out.height), high(s.in.width, s.out.width)});
  const dnnl::convolution_forward::primitive_desc plan(wanted, attributes(s, type), processor());
  auto state = std::make_unique<State>();
  state->convolution = dnnl::convolution_forward(plan);
  state->implementation = plan.impl_info_str();
  const auto add = [&](int argument, const Memory::desc& desc, Type of) {
    const Memory memory(desc, processor());
    fill(memory, of);
    state->arguments.emplace(argument, memory);
  };
  add(DNNL_ARG_SRC, plan.src_desc(), in);
  add(DNNL_ARG_WEIGHTS, plan.weights_desc(), weights);
  add(DNNL_ARG_BIAS, plan.bias_desc(), Type::f32);
  add(DNNL_ARG_DST, plan.dst_desc(), out);
  return std::unique_ptr<OneDnnConv>(new OneDnnConv(std::move(state)));
} catch (const dnnl::error&) {
  return nullptr;
}

void OneDnnConv::run() const {
  state_->convolution.execute(state_->stream, state_->arguments);
  state_->stream.wait();
}

const std::string& OneDnnConv::implementation() const { return state_->implementation; }

}  // namespace limn::bench
