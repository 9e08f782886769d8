#include "limn/export/onnx.h"

#include <algorithm>
#include <functional>

#include "limn/export/onnx_graph.h"
#include "limn/network/architectures.h"
#include "limn/network/folding.h"
#include "limn/skeleton/pose_code.h"

namespace limn {
namespace {

constexpr float smallest_spread = 1e-3f, smallest_sum = 1e-6f;  // as skeleton/pose_code.cpp

std::string activated(OnnxGraph& graph, const std::string& x, Activation activation) {
  switch (activation) {
    case Activation::none:
      return x;
    case Activation::relu:
      return graph.node("Relu", {x});
    case Activation::leaky_relu:
      return graph.node("LeakyRelu", {x}, {onnx_attribute("alpha", 0.2f)});
    case Activation::sigmoid:
      return graph.node("Sigmoid", {x});
  }
  return x;
}

/// The network's outputs from its one input.
std::vector<std::string> add_network(OnnxGraph& graph, const NetworkSpec& spec, const ModelFile& model, const std::string& prefix,
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
      x = graph.node(
          "Conv",
          {in[0], graph.constant(w.weight, {out, shapes.at(layer.inputs[0]).channels, k, k}),
           graph.constant(w.bias, {out})},
          {onnx_attribute("kernel_shape", OnnxShape{k, k}), onnx_attribute("pads", OnnxShape{pad, pad, pad, pad}),
           onnx_attribute("strides", OnnxShape{layer.stride, layer.stride})});
    } else if (layer.op == Op::linear) {
      const FoldedWeights w = folded_weights(spec, layer, model.weights, prefix);
      x = graph.node("Gemm",
                     {in[0], graph.constant(w.weight, {out, static_cast<int64_t>(w.weight.size()) / out}),
                      graph.constant(w.bias, {out})},
                     {onnx_attribute("transB", int64_t{1})});
    } else if (layer.op == Op::upsample) {
      x = graph.node("Resize", {in[0], graph.constant(std::vector<float>{}, {0}), graph.constant({1, 1, 2, 2}, {4})},
                     {onnx_attribute("mode", std::string("linear")),
                      onnx_attribute("coordinate_transformation_mode", std::string("half_pixel"))});
    } else if (layer.op == Op::avg_pool) {
      x = graph.node("AveragePool", in,
                     {onnx_attribute("kernel_shape", OnnxShape{2, 2}), onnx_attribute("strides", OnnxShape{2, 2})});
    } else if (layer.op == Op::concat) {
      x = graph.concat(in, 1);
    } else {
      x = in[0];
      for (size_t i = 1; i < in.size(); ++i) x = graph.add(x, in[i]);
    }
    products[layer.name] = activated(graph, x, layer.activation);
  }
  std::vector<std::string> outputs;
  for (const std::string& name : spec.outputs) outputs.push_back(products.at(name));
  return outputs;
}

// OpenCV 4.6 does not stretch a value over another one's extents, unless one of them is constant: sums come out of
// products with constant matrices, as wide as what they are combined with.

struct Read {
  std::string uv;          ///< [N 2 K]
  std::string confidence;  ///< [N K]
  std::string depths;      ///< [N K] bone depths; empty: the model reads none
};

/// infer/soft_argmax.h without indices: the cells near the peak are those that a widened mask of it reaches. `maps`: of bone
/// depths, or empty.
Read read_heatmaps(OnnxGraph& graph, const std::string& logits, const std::string& maps, const FeatureShape& shape) {
  constexpr float steep = 1e6f;
  const int64_t k = shape.channels, h = shape.height, w = shape.width, side = 2 * heatmap_radius + 1;
  const std::string largest = graph.node("GlobalMaxPool", {logits});
  const std::string below = graph.sub(logits, largest);
  const std::string peak = graph.node("Relu", {graph.add(graph.mul(below, graph.scalar(steep)), graph.scalar(1))});
  const std::string near =
      graph.node("MaxPool", {peak},
                 {onnx_attribute("kernel_shape", OnnxShape{side, side}), onnx_attribute("strides", OnnxShape{1, 1}),
                  onnx_attribute("pads", OnnxShape{heatmap_radius, heatmap_radius, heatmap_radius, heatmap_radius})});
  const std::string mass = graph.reshape(graph.mul(graph.node("Exp", {below}), near), {0, k, h * w});
  std::vector<float> places;  // [cells 4]: x, y, 1, 1
  for (int64_t y = 0; y < h; ++y)
    for (int64_t x = 0; x < w; ++x)
      for (const float value : {2 * (static_cast<float>(x) + 0.5f) / static_cast<float>(w) - 1,
                                2 * (static_cast<float>(y) + 0.5f) / static_cast<float>(h) - 1, 1.0f, 1.0f})
        places.push_back(value);
  const std::string sums = graph.node("MatMul", {mass, graph.constant(places, {h * w, 4})});
  Read read{graph.reshape(graph.div(graph.slice(sums, 2, 0, 2), graph.slice(sums, 2, 2, 4)), {0, 2 * k}),
            graph.node("Sigmoid", {graph.reshape(largest, {0, k})}), ""};
  if (maps.empty()) return read;
  const std::string weighed = graph.mul(mass, graph.reshape(maps, {0, k, h * w}));
  const std::string sum = graph.node("MatMul", {weighed, graph.constant(std::vector<float>(h * w, 1.0f), {h * w, 1})});
  read.depths = graph.reshape(graph.div(sum, graph.slice(sums, 2, 2, 3)), {0, k});
  return read;
}

/// x times a matrix [rows columns] of ones where `connected` says so.
std::string connect(OnnxGraph& graph, const std::string& x, int64_t rows, int64_t columns,
                    const std::function<bool(int64_t, int64_t)>& connected) {
  std::vector<float> matrix;
  for (int64_t r = 0; r < rows; ++r)
    for (int64_t c = 0; c < columns; ++c) matrix.push_back(connected(r, c) ? 1.0f : 0.0f);
  return graph.node("MatMul", {x, graph.constant(matrix, {rows, columns})});
}

bool always(int64_t, int64_t) { return true; }

/// skeleton/pose_code.h: what the lifter reads, and the way back.
struct Normalised {
  std::string input;           ///< [N 3 K], with bone depths [N 4 K]
  std::string centre, spread;  ///< [N 2 K]: the same for every keypoint
};

Normalised normalised(OnnxGraph& graph, const Read& read, int64_t k) {
  const std::string total = graph.at_least(connect(graph, read.confidence, k, k, always), smallest_sum);
  const std::string share = connect(graph, graph.div(read.confidence, total), k, 2 * k,
                                    [](int64_t from, int64_t to) { return to / 2 == from; });
  const std::string centre = connect(graph, graph.mul(read.uv, share), 2 * k, 2 * k,
                                     [](int64_t from, int64_t to) { return (from - to) % 2 == 0; });
  const std::string away = graph.sub(read.uv, centre);
  const std::string square = connect(graph, graph.mul(graph.mul(away, away), share), 2 * k, 2 * k, always);
  const std::string spread = graph.at_least(graph.node("Sqrt", {square}), smallest_spread);
  std::vector<std::string> input = {graph.div(away, spread), read.confidence};
  if (!read.depths.empty()) input.push_back(read.depths);
  return {graph.concat(input, 1), centre, spread};
}

/// Products of rows [N R 3], three times each.
std::string dots(OnnxGraph& graph, const std::string& a, const std::string& b) {
  return connect(graph, graph.mul(a, b), 3, 3, always);
}

/// [N R 3] rows, their length 1.
std::string unit(OnnxGraph& graph, const std::string& v) {
  return graph.div(v, graph.node("Sqrt", {graph.at_least(dots(graph, v, v), 1e-12f)}));
}

/// [N R 3] x 2 -> [N R 3].
std::string cross(OnnxGraph& graph, const std::string& a, const std::string& b) {
  const auto part = [&](const std::string& v, int64_t k) { return graph.slice(v, 2, k, k + 1); };
  std::vector<std::string> parts;
  for (int64_t k = 0; k < 3; ++k) {
    const int64_t p = (k + 1) % 3, q = (k + 2) % 3;
    parts.push_back(graph.sub(graph.mul(part(a, p), part(b, q)), graph.mul(part(a, q), part(b, p))));
  }
  return graph.concat(parts, 2);
}

/// Rotations [N R 3 3] of the rotating joints from the lifter's 6D codes.
std::string rotations(OnnxGraph& graph, const std::string& pose, const Skeleton& skeleton) {
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
std::string offsets(OnnxGraph& graph, const std::string& pose, const Skeleton& skeleton) {
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
std::pair<std::string, std::string> kinematics(OnnxGraph& graph, const std::string& pose, const Skeleton& skeleton) {
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
std::string camera(OnnxGraph& graph, const std::string& pose, const Normalised& from, const Skeleton& skeleton) {
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
  OnnxGraph graph;
  graph.input("image", {1, 3, size, size});
  const std::string input = graph.mul(graph.sub("image", graph.scalar(input_mean)), graph.scalar(1 / input_deviation));
  const std::vector<std::string> seen_in = add_network(graph, model.image_to_skeleton, model, "image_to_skeleton.", input);
  const std::string y = seen_in[0], maps = model.reads_bone_depths() ? seen_in[1] : "";
  const std::string logits = add_network(graph, model.skeleton_to_pose, model, "skeleton_to_pose.", y)[0];
  const Read read = read_heatmaps(graph, logits, maps, model.skeleton_to_pose.shapes().at(model.skeleton_to_pose.outputs[0]));
  const Normalised seen = normalised(graph, read, joints);
  const std::string pose = add_network(graph, model.lifter, model, "lifter.", seen.input)[0];
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
