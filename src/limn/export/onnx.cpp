#include "limn/export/onnx.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "limn/base/error.h"
#include "limn/network/architectures.h"
#include "limn/network/folding.h"
#include "limn/skeleton/pose_code.h"

namespace limn {
namespace {

constexpr float input_mean = 0.5f, input_deviation = 0.25f;     // as infer/predictor.cpp
constexpr float smallest_spread = 1e-3f, smallest_sum = 1e-6f;  // as skeleton/pose_code.cpp

/// A protocol buffer message on its way to bytes (developers.google.com/protocol-buffers/docs/encoding).
class Message {
 public:
  Message& number(int field, int64_t value) {
    key(field, 0);
    varint(static_cast<uint64_t>(value));
    return *this;
  }
  Message& real(int field, float value) {
    key(field, 5);
    const auto bits = std::bit_cast<uint32_t>(value);
    for (int shift = 0; shift < 32; shift += 8) bytes_ += static_cast<char>(bits >> shift & 0xff);
    return *this;
  }
  Message& text(int field, const std::string& value) {
    key(field, 2);
    varint(value.size());
    bytes_ += value;
    return *this;
  }
  Message& message(int field, const Message& value) { return text(field, value.bytes_); }
  const std::string& bytes() const { return bytes_; }

 private:
  void key(int field, int wire_type) { varint(static_cast<uint64_t>(field) << 3 | static_cast<uint64_t>(wire_type)); }
  void varint(uint64_t value) {
    for (; value >= 0x80; value >>= 7) bytes_ += static_cast<char>((value & 0x7f) | 0x80);
    bytes_ += static_cast<char>(value);
  }
  std::string bytes_;
};

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

using Shape = std::vector<int64_t>;

Message attribute(const std::string& name, int64_t value) {
  return Message().text(attribute_name, name).number(attribute_i, value).number(attribute_type, type_i);
}
Message attribute(const std::string& name, float value) {
  return Message().text(attribute_name, name).real(attribute_f, value).number(attribute_type, type_f);
}
Message attribute(const std::string& name, const std::string& value) {
  return Message().text(attribute_name, name).text(attribute_s, value).number(attribute_type, type_s);
}
Message attribute(const std::string& name, const Shape& values) {
  Message result;
  result.text(attribute_name, name);
  for (const int64_t value : values) result.number(attribute_ints, value);
  return result.number(attribute_type, type_ints);
}

/// Nodes and constants in order; every method returns the name of the value it made.
class Graph {
 public:
  std::string node(const std::string& op, const std::vector<std::string>& inputs,
                   const std::vector<Message>& attributes = {}, std::string name = "") {
    if (name.empty()) name = op + "_" + std::to_string(count_++);
    Message message;
    for (const std::string& input : inputs) message.text(node_input, input);
    message.text(node_output, name).text(node_name, name).text(node_op, op);
    for (const Message& a : attributes) message.message(node_attribute, a);
    graph_.message(graph_node, message);
    return name;
  }
  std::string constant(const std::vector<float>& values, const Shape& shape) {
    return initializer(values.data(), values.size() * sizeof(float), element_float, shape);
  }
  std::string constant(const Shape& values) {
    return initializer(values.data(), values.size() * sizeof(int64_t), element_int64,
                       {static_cast<int64_t>(values.size())});
  }
  std::string scalar(float value) { return constant({value}, {1}); }
  void input(const std::string& name, const Shape& shape) { value(graph_input, name, shape); }
  /// `from` under the name that users see.
  void output(const std::string& name, const std::string& from, const Shape& shape) {
    node("Identity", {from}, {}, name);
    value(graph_output, name, shape);
  }

  std::string add(const std::string& a, const std::string& b) { return node("Add", {a, b}); }
  std::string sub(const std::string& a, const std::string& b) { return node("Sub", {a, b}); }
  std::string mul(const std::string& a, const std::string& b) { return node("Mul", {a, b}); }
  std::string div(const std::string& a, const std::string& b) { return node("Div", {a, b}); }
  std::string reshape(const std::string& x, const Shape& shape) { return node("Reshape", {x, constant(shape)}); }
  std::string concat(const std::vector<std::string>& parts, int64_t axis) {
    return node("Concat", parts, {attribute("axis", axis)});
  }
  std::string slice(const std::string& x, int64_t axis, int64_t begin, int64_t end) {
    return node("Slice", {x, constant(Shape{begin}), constant(Shape{end}), constant(Shape{axis})});
  }
  std::string at_least(const std::string& x, float low) {
    return add(node("Relu", {sub(x, scalar(low))}), scalar(low));
  }
  std::string at_most(const std::string& x, float high) { return mul(at_least(mul(x, scalar(-1)), -high), scalar(-1)); }

  std::string model() {
    graph_.text(graph_name, "limn");
    return Message()
        .number(model_ir_version, 6)
        .text(model_producer, "limn")
        .message(model_graph, graph_)
        .message(model_opset, Message().text(1, "").number(2, 11))
        .bytes();
  }

 private:
  std::string initializer(const void* data, size_t bytes, ElementType type, const Shape& shape) {
    const std::string name = "constant_" + std::to_string(count_++);
    Message tensor;
    for (const int64_t extent : shape) tensor.number(tensor_dims, extent);
    tensor.number(tensor_type, type).text(tensor_name, name);
    tensor.text(tensor_raw, std::string(static_cast<const char*>(data), bytes));
    graph_.message(graph_initializer, tensor);
    return name;
  }
  /// The first extent is the batch's, named N.
  void value(GraphField field, const std::string& name, const Shape& shape) {
    Message dims;
    for (size_t i = 0; i < shape.size(); ++i)
      dims.message(1, i == 0 ? Message().text(2, "N") : Message().number(1, shape[i]));
    const Message type = Message().message(1, Message().number(1, element_float).message(2, dims));
    graph_.message(field, Message().text(1, name).message(2, type));
  }
  Message graph_;
  int count_ = 0;
};

std::string activated(Graph& graph, const std::string& x, Activation activation) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return graph.node("Relu", {x});
    case Activation::leaky_relu:
      return graph.node("LeakyRelu", {x}, {attribute("alpha", 0.2f)});
    case Activation::sigmoid:
      return graph.node("Sigmoid", {x});
  }
  return x;
}

/// The network's one output from its one input.
std::string add_network(Graph& graph, const NetworkSpec& spec, const ModelFile& model, const std::string& prefix,
                        const std::string& input) {
  std::map<std::string, std::string> products = {{spec.inputs[0].name, input}};
  const auto shapes = spec.shapes();
  for (const LayerSpec& layer : spec.layers) {
    std::vector<std::string> in;
    for (const std::string& source : layer.inputs) in.push_back(products.at(source));
    const int64_t out = layer.channels, k = layer.kernel;
    std::string x;
    if (layer.op == Op::conv) {
      const FoldedWeights w = folded_weights(spec, layer, model.weights, prefix);
      const int64_t pad = k / 2;
      x = graph.node("Conv",
                     {in[0], graph.constant(w.weight, {out, shapes.at(layer.inputs[0]).channels, k, k}),
                      graph.constant(w.bias, {out})},
                     {attribute("kernel_shape", Shape{k, k}), attribute("pads", Shape{pad, pad, pad, pad}),
                      attribute("strides", Shape{layer.stride, layer.stride})});
    } else if (layer.op == Op::linear) {
      const FoldedWeights w = folded_weights(spec, layer, model.weights, prefix);
      x = graph.node("Gemm",
                     {in[0], graph.constant(w.weight, {out, static_cast<int64_t>(w.weight.size()) / out}),
                      graph.constant(w.bias, {out})},
                     {attribute("transB", int64_t{1})});
    } else if (layer.op == Op::upsample) {
      x = graph.node("Resize", {in[0], graph.constant(std::vector<float>{}, {0}), graph.constant({1, 1, 2, 2}, {4})},
                     {attribute("mode", std::string("linear")),
                      attribute("coordinate_transformation_mode", std::string("half_pixel"))});
    } else if (layer.op == Op::avg_pool) {
      x = graph.node("AveragePool", in, {attribute("kernel_shape", Shape{2, 2}), attribute("strides", Shape{2, 2})});
    } else if (layer.op == Op::concat) {
      x = graph.concat(in, 1);
    } else {
      x = in[0];
      for (size_t i = 1; i < in.size(); ++i) x = graph.add(x, in[i]);
    }
    products[layer.name] = activated(graph, x, layer.activation);
  }
  return products.at(spec.outputs[0]);
}

// OpenCV 4.6 does not stretch a value over another one's extents, unless one of them is constant: sums come out of
// products with constant matrices, as wide as what they are combined with.

struct Read {
  std::string uv;          ///< [N 2 K]
  std::string confidence;  ///< [N K]
};

/// infer/soft_argmax.h without indices: the cells near the peak are those that a widened mask of it reaches.
Read read_heatmaps(Graph& graph, const std::string& logits, const FeatureShape& shape) {
  constexpr float steep = 1e6f;
  const int64_t k = shape.channels, h = shape.height, w = shape.width, side = 2 * heatmap_radius + 1;
  const std::string largest = graph.node("GlobalMaxPool", {logits});
  const std::string below = graph.sub(logits, largest);
  const std::string peak = graph.node("Relu", {graph.add(graph.mul(below, graph.scalar(steep)), graph.scalar(1))});
  const std::string near =
      graph.node("MaxPool", {peak},
                 {attribute("kernel_shape", Shape{side, side}), attribute("strides", Shape{1, 1}),
                  attribute("pads", Shape{heatmap_radius, heatmap_radius, heatmap_radius, heatmap_radius})});
  const std::string mass = graph.reshape(graph.mul(graph.node("Exp", {below}), near), {0, k, h * w});
  std::vector<float> places;  // [cells 4]: x, y, 1, 1
  for (int64_t y = 0; y < h; ++y)
    for (int64_t x = 0; x < w; ++x)
      for (const float value : {2 * (static_cast<float>(x) + 0.5f) / static_cast<float>(w) - 1,
                                2 * (static_cast<float>(y) + 0.5f) / static_cast<float>(h) - 1, 1.0f, 1.0f})
        places.push_back(value);
  const std::string sums = graph.node("MatMul", {mass, graph.constant(places, {h * w, 4})});
  return {graph.reshape(graph.div(graph.slice(sums, 2, 0, 2), graph.slice(sums, 2, 2, 4)), {0, 2 * k}),
          graph.node("Sigmoid", {graph.reshape(largest, {0, k})})};
}

/// x times a matrix [rows columns] of ones where `connected` says so.
std::string connect(Graph& graph, const std::string& x, int64_t rows, int64_t columns,
                    const std::function<bool(int64_t, int64_t)>& connected) {
  std::vector<float> matrix;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) matrix.push_back(connected(r, c) ? 1.0f : 0.0f);
  return graph.node("MatMul", {x, graph.constant(matrix, {rows, columns})});
}

bool always(int64_t, int64_t) { return true; }

/// skeleton/pose_code.h: what the lifter reads, and the way back.
struct Normalised {
  std::string input;           ///< [N 3 K]
  std::string centre, spread;  ///< [N 2 K]: the same for every keypoint
};

Normalised normalised(Graph& graph, const Read& read, int64_t k) {
  const std::string total = graph.at_least(connect(graph, read.confidence, k, k, always), smallest_sum);
  const std::string share = connect(graph, graph.div(read.confidence, total), k, 2 * k,
                                    [](int64_t from, int64_t to) { return to / 2 == from; });
  const std::string centre = connect(graph, graph.mul(read.uv, share), 2 * k, 2 * k,
                                     [](int64_t from, int64_t to) { return (from - to) % 2 == 0; });
  const std::string away = graph.sub(read.uv, centre);
  const std::string square = connect(graph, graph.mul(graph.mul(away, away), share), 2 * k, 2 * k, always);
  const std::string spread = graph.at_least(graph.node("Sqrt", {square}), smallest_spread);
  return {graph.concat({graph.div(away, spread), read.confidence}, 1), centre, spread};
}

/// Products of rows [N R 3], three times each.
std::string dots(Graph& graph, const std::string& a, const std::string& b) {
  return connect(graph, graph.mul(a, b), 3, 3, always);
}

/// [N R 3] rows, their length 1.
std::string unit(Graph& graph, const std::string& v) {
  return graph.div(v, graph.node("Sqrt", {graph.at_least(dots(graph, v, v), 1e-12f)}));
}

/// [N R 3] x 2 -> [N R 3].
std::string cross(Graph& graph, const std::string& a, const std::string& b) {
  const auto part = [&](const std::string& v, int64_t k) { return graph.slice(v, 2, k, k + 1); };
  std::vector<std::string> parts;
  for (int64_t k = 0; k < 3; ++k) {
    const int64_t p = (k + 1) % 3, q = (k + 2) % 3;
    parts.push_back(graph.sub(graph.mul(part(a, p), part(b, q)), graph.mul(part(a, q), part(b, p))));
  }
  return graph.concat(parts, 2);
}

/// Rotations [N R 3 3] of the rotating joints from the lifter's 6D codes.
std::string rotations(Graph& graph, const std::string& pose, const Skeleton& skeleton) {
  const auto count = static_cast<int64_t>(skeleton.rotating_joints().size());
  std::vector<float> reference;
  for (const int j : skeleton.rotating_joints())
    for (const float value : {1.0f, 0.0f, 0.0f, 0.0f, skeleton.joints()[j].parent < 0 ? -1.0f : 1.0f, 0.0f})
      reference.push_back(value);
  const std::string code = graph.add(graph.reshape(graph.slice(pose, 1, 0, 6 * count), {0, count, 6}),
                                     graph.constant(reference, {1, count, 6}));
  const std::string first = unit(graph, graph.slice(code, 2, 0, 3)), second = graph.slice(code, 2, 3, 6);
  const std::string along = dots(graph, first, second);
  const std::string x = first, y = unit(graph, graph.sub(second, graph.mul(first, along)));
  std::vector<std::string> columns;
  for (const std::string& column : {x, y, cross(graph, x, y)})
    columns.push_back(graph.reshape(column, {0, count, 3, 1}));
  return graph.concat(columns, 3);
}

/// Offsets of all joints from their parents [N 3 J], metres: bone lengths times rest offsets.
std::string offsets(Graph& graph, const std::string& pose, const Skeleton& skeleton) {
  const auto joints = static_cast<int64_t>(skeleton.joint_count()),
             groups = static_cast<int64_t>(skeleton.length_groups().size()),
             begin = static_cast<int64_t>(6 * skeleton.rotating_joints().size());
  const std::string scales = graph.node(
      "Exp", {graph.mul(graph.node("Tanh", {graph.slice(pose, 1, begin, begin + groups)}), graph.scalar(0.5f))});
  std::vector<float> matrix(static_cast<size_t>(groups * 3 * joints), 0.0f);
  for (int64_t g = 0; g < groups; ++g)
    for (const int j : skeleton.length_groups()[g])
      for (int k = 0; k < 3; ++k) matrix[g * 3 * joints + 3 * j + k] = skeleton.joints()[j].rest_offset[k];
  return graph.node("MatMul", {scales, graph.constant(matrix, {groups, 3 * joints})});
}

/// Forward kinematics, joint by joint: positions [N J 3] and local rotations [N J 3 3].
std::pair<std::string, std::string> kinematics(Graph& graph, const std::string& pose, const Skeleton& skeleton) {
  const int joints = skeleton.joint_count();
  const std::vector<int>& rotating = skeleton.rotating_joints();
  const std::string turns = rotations(graph, pose, skeleton), steps = offsets(graph, pose, skeleton);
  // The identity of leaves, of the batch's size.
  const std::string nothing = graph.mul(graph.reshape(graph.slice(turns, 1, 0, 1), {0, 3, 3}), graph.scalar(0));
  const std::string identity = graph.add(nothing, graph.constant({1, 0, 0, 0, 1, 0, 0, 0, 1}, {1, 3, 3}));

  std::vector<std::string> local(joints, identity), global(joints), places(joints);
  for (size_t r = 0; r < rotating.size(); ++r) {
    const auto at = static_cast<int64_t>(r);
    local[rotating[r]] = graph.reshape(graph.slice(turns, 1, at, at + 1), {0, 3, 3});
  }
  std::vector<std::string> place_rows, turn_rows;
  for (int j = 0; j < joints; ++j) {
    const int parent = skeleton.joints()[j].parent;
    const std::string step = graph.reshape(graph.slice(steps, 1, 3 * j, 3 * j + 3), {0, 3, 1});
    places[j] = parent < 0 ? step : graph.add(places[parent], graph.node("MatMul", {global[parent], step}));
    const bool has_children = std::count(rotating.begin(), rotating.end(), j) > 0;
    if (has_children) global[j] = parent < 0 ? local[j] : graph.node("MatMul", {global[parent], local[j]});
    place_rows.push_back(graph.reshape(places[j], {0, 1, 3}));
    turn_rows.push_back(graph.reshape(local[j], {0, 1, 3, 3}));
  }
  return {graph.concat(place_rows, 1), graph.concat(turn_rows, 1)};
}

/// [N 3]: the root in crop units, crop units a metre.
std::string camera(Graph& graph, const std::string& pose, const Normalised& from, const Skeleton& skeleton) {
  const auto begin = static_cast<int64_t>(6 * skeleton.rotating_joints().size() + skeleton.length_groups().size());
  const std::string root =
      graph.add(graph.slice(from.centre, 1, 0, 2),
                graph.mul(graph.slice(pose, 1, begin, begin + 2), graph.slice(from.spread, 1, 0, 2)));
  const std::string log_scale = graph.at_most(graph.at_least(graph.slice(pose, 1, begin + 2, begin + 3), -4), 4);
  return graph.concat({root, graph.mul(graph.node("Exp", {log_scale}), graph.slice(from.spread, 1, 0, 1))}, 1);
}

}  // namespace

std::string onnx_bytes(const ModelFile& model) {
  model.check("model");
  const Skeleton& skeleton = model.skeleton;
  const int64_t size = model.image_size, joints = skeleton.joint_count();
  const FeatureShape y_shape = model.skeleton_to_pose.inputs[0].shape;
  Graph graph;
  graph.input("image", {1, 3, size, size});
  const std::string input = graph.mul(graph.sub("image", graph.scalar(input_mean)), graph.scalar(1 / input_deviation));
  const std::string y = add_network(graph, model.image_to_skeleton, model, "image_to_skeleton.", input);
  const std::string logits = add_network(graph, model.skeleton_to_pose, model, "skeleton_to_pose.", y);
  const Read read = read_heatmaps(graph, logits, model.skeleton_to_pose.shapes().at(model.skeleton_to_pose.outputs[0]));
  const Normalised seen = normalised(graph, read, joints);
  const std::string pose = add_network(graph, model.lifter, model, "lifter.", seen.input);
  const auto [positions, turns] = kinematics(graph, pose, skeleton);
  graph.output("keypoints", graph.reshape(read.uv, {0, joints, 2}), {1, joints, 2});
  graph.output("confidence", read.confidence, {1, joints});
  graph.output("positions", positions, {1, joints, 3});
  graph.output("rotations", turns, {1, joints, 3, 3});
  graph.output("camera", camera(graph, pose, seen, skeleton), {1, 3});
  graph.output("skeleton_image", y, {1, y_shape.channels, y_shape.height, y_shape.width});
  return graph.model();
}

}  // namespace limn
