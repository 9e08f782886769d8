// An ONNX graph in the making: nodes, constants, and the protocol buffer they become. Private to export/.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace limn {

/// A protocol buffer message on its way to bytes (protobuf.dev, "Encoding").
class ProtoMessage {
 public:
  ProtoMessage& number(int field, int64_t value);
  ProtoMessage& real(int field, float value);
  ProtoMessage& text(int field, const std::string& value);
  ProtoMessage& message(int field, const ProtoMessage& value) { return text(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int wire_type) { varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire_type)); }
  void varint(uint64_t value);
  std::string bytes_;
};

using OnnxShape = std::vector<int64_t>;

/// Attributes of a node.
ProtoMessage onnx_attribute(const std::string& name, int64_t value);
ProtoMessage onnx_attribute(const std::string& name, float value);
ProtoMessage onnx_attribute(const std::string& name, const std::string& value);
ProtoMessage onnx_attribute(const std::string& name, const OnnxShape& values);

/// Nodes and constants in order; every method that makes a value returns its name.
class OnnxGraph {
 public:
  /// A node of one output, named `name` or after the operation.
  std::string node(const std::string& op, const std::vector<std::string>& inputs,
                   const std::vector<ProtoMessage>& attributes = {}, std::string name = "");
  std::string constant(const std::vector<float>& values, const OnnxShape& shape);
  std::string constant(const OnnxShape& values);
  std::string scalar(float value) { return constant({value}, {1}); }
  /// What users give and get, float32; the first extent is any and named N.
  void input(const std::string& name, const OnnxShape& shape);
  void output(const std::string& name, const std::string& from, const OnnxShape& shape);

  std::string add(const std::string& a, const std::string& b) { return node("Add", {a, b}); }
  std::string sub(const std::string& a, const std::string& b) { return node("Sub", {a, b}); }
  std::string mul(const std::string& a, const std::string& b) { return node("Mul", {a, b}); }
  std::string div(const std::string& a, const std::string& b) { return node("Div", {a, b}); }
  std::string reshape(const std::string& x, const OnnxShape& shape) { return node("Reshape", {x, constant(shape)}); }
  std::string concat(const std::vector<std::string>& parts, int64_t axis);
  std::string slice(const std::string& x, int64_t axis, int64_t begin, int64_t end);
  std::string at_least(const std::string& x, float low);
  std::string at_most(const std::string& x, float high);

  /// The whole model file, opset 11. Call once, at the end.
  std::string model();

 private:
  std::string initializer(const void* data, size_t bytes, int element_type, const OnnxShape& shape);
  void value(int field, const std::string& name, const OnnxShape& shape);
  ProtoMessage graph_;
  int count_ = 0;
};

}  // namespace limn
