#include "limn/export/onnx_graph.h"

#include <bit>

namespace limn {
namespace {

// Field numbers and enumerators of onnx.proto, IR version 6.
enum ModelField { model_ir_version = 1, model_producer = 2, model_graph = 7, model_opset = 8 };
enum GraphField { graph_node = 1, graph_name = 2, graph_initializer = 5, graph_input = 11, graph_output = 12 };
enum NodeField { node_input = 1, node_output = 2, node_name = 3, node_op = 4, node_attribute = 5 };
enum AttributeField {
  attribute_name = 1,
  attribute_f = 2,
  attribute_i = 3,
  attribute_s = 4,
  attribute_ints = 8,
  attribute_type = 20
};
enum AttributeType { type_f = 1, type_i = 2, type_s = 3, type_ints = 7 };
enum TensorField { tensor_dims = 1, tensor_type = 2, tensor_name = 8, tensor_raw = 9 };
enum ElementType { element_float = 1, element_int64 = 7 };

}  // namespace

ProtoMessage& ProtoMessage::number(int field, int64_t value) {
  key(field, 0);
  varint(static_cast<uint64_t>(value));
  return *this;
}

ProtoMessage& ProtoMessage::real(int field, float value) {
  key(field, 5);
  const auto bits = std::bit_cast<uint32_t>(value);
  for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift & 0xff);
  return *this;
}

ProtoMessage& ProtoMessage::text(int field, const std::string& value) {
  key(field, 2);
  varint(value.size());
  bytes_ += value;
  return *this;
}

void ProtoMessage::varint(uint64_t value) {
  for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
  bytes_ += static_cast<char>(value);
}

ProtoMessage onnx_attribute(const std::string& name, int64_t value) {
  return ProtoMessage().text(attribute_name, name).number(attribute_i, value).number(attribute_type, type_i);
}
ProtoMessage onnx_attribute(const std::string& name, float value) {
  return ProtoMessage().text(attribute_name, name).real(attribute_f, value).number(attribute_type, type_f);
}
ProtoMessage onnx_attribute(const std::string& name, const std::string& value) {
  return ProtoMessage().text(attribute_name, name).text(attribute_s, value).number(attribute_type, type_s);
}
ProtoMessage onnx_attribute(const std::string& name, const OnnxShape& values) {
  ProtoMessage result;
  result.text(attribute_name, name);
  for (const int64_t value : values) result.number(attribute_ints, value);
  return result.number(attribute_type, type_ints);
}

std::string OnnxGraph::node(const std::string& op, const std::vector<std::string>& inputs,
                            const std::vector<ProtoMessage>& attributes, std::string name) {
  if (name.empty()) name = op + "_" + std::to_string(count_++);
  ProtoMessage message;
  for (const std::string& input : inputs) message.text(node_input, input);
  message.text(node_output, name).text(node_name, name).text(node_op, op);
  for (const ProtoMessage& attribute : attributes) message.message(node_attribute, attribute);
  graph_.message(graph_node, message);
  return name;
}

std::string OnnxGraph::constant(const std::vector<float>& values, const OnnxShape& shape) {
  return initializer(values.data(), values.size() * sizeof(float), element_float, shape);
}
std::string OnnxGraph::constant(const OnnxShape& values) {
  return initializer(values.data(), values.size() * sizeof(int64_t), element_int64,
                     {static_cast<int64_t>(values.size())});
}

void OnnxGraph::input(const std::string& name, const OnnxShape& shape) { value(graph_input, name, shape); }

void OnnxGraph::output(const std::string& name, const std::string& from, const OnnxShape& shape) {
  node("Identity", {from}, {}, name);
  value(graph_output, name, shape);
}

std::string OnnxGraph::concat(const std::vector<std::string>& parts, int64_t axis) {
  return node("Concat", parts, {onnx_attribute("axis", axis)});
}
std::string OnnxGraph::slice(const std::string& x, int64_t axis, int64_t begin, int64_t end) {
  return node("Slice", {x, constant(OnnxShape{begin}), constant(OnnxShape{end}), constant(OnnxShape{axis})});
}
std::string OnnxGraph::at_least(const std::string& x, float low) {
  return add(node("Relu", {sub(x, scalar(low))}), scalar(low));
}
std::string OnnxGraph::at_most(const std::string& x, float high) {
  return mul(at_least(mul(x, scalar(-1)), -high), scalar(-1));
}

std::string OnnxGraph::model() {
  graph_.text(graph_name, "limn");
  return ProtoMessage()
      .number(model_ir_version, 6)
      .text(model_producer, "limn")
      .message(model_graph, graph_)
      .message(model_opset, ProtoMessage().text(1, "").number(2, 11))
      .bytes();
}

std::string OnnxGraph::initializer(const void* data, size_t bytes, int element_type, const OnnxShape& shape) {
  const std::string name = "constant_" + std::to_string(count_++);
  ProtoMessage tensor;
  for (const int64_t extent : shape) tensor.number(tensor_dims, extent);
  tensor.number(tensor_type, element_type).text(tensor_name, name);
  tensor.text(tensor_raw, std::string(static_cast<const char*>(data), bytes));
  graph_.message(graph_initializer, tensor);
  return name;
}

void OnnxGraph::value(int field, const std::string& name, const OnnxShape& shape) {
  ProtoMessage dims;
  for (size_t i = 0; i < shape.size(); ++i)
    dims.message(1, i == 0 ? ProtoMessage().text(2, "N") : ProtoMessage().number(1, shape[i]));
  const ProtoMessage type = ProtoMessage().message(1, ProtoMessage().number(1, element_float).message(2, dims));
  graph_.message(field, ProtoMessage().text(1, name).message(2, type));
}

}  // namespace limn
