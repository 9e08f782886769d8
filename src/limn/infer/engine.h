// Runs a network description on the CPU without torch: the reference runtime. Batch normalisation is folded into the
// weights when the engine is made; all memory is taken then, none while it runs.
#pragma once

#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "limn/infer/kernels.h"
#include "limn/network/safetensors.h"
#include "limn/network/spec.h"

namespace limn {

class Engine {
 public:
  /// Parameters are weights[prefix + name]. Error(model) when one is missing, of another shape, or not F32.
  Engine(const NetworkSpec& spec, const std::map<std::string, TensorBlob>& weights, const std::string& prefix,
         const GemmKernel& kernel = gemm_kernels().front());

  /// One value range [C H W] an input, in the order of the description -> one an output, valid until the next run.
  /// Error(model) for ranges of another size. One thread at a time.
  const std::vector<std::span<const float>>& run(std::initializer_list<std::span<const float>> inputs);

  const NetworkSpec& spec() const { return spec_; }
  FeatureShape output_shape(size_t index) const { return products_[output_products_.at(index)].shape; }

 private:
  struct Product {
    FeatureShape shape;
    std::vector<float> values;
  };
  struct Step {
    LayerSpec layer;
    std::vector<int> inputs;     ///< products
    int output = 0;              ///< product
    std::vector<float> weights;  ///< linear: [out in]; conv: [ceil(out / rows)] [in k k] [rows], padded with zeros
    std::vector<float> bias;     ///< [out]
  };
  void pack_rows(Step& step, int depth) const;
  void run_conv(const Step& step);
  void run_linear(const Step& step);
  void run_merge(const Step& step);
  void gather_columns(const Step& step, int first, int count, const FeatureShape& padded, const float* plane);

  NetworkSpec spec_;
  GemmKernel kernel_;
  std::vector<Product> products_;
  std::vector<Step> steps_;
  std::vector<int> output_products_;
  std::vector<std::span<const float>> outputs_;
  std::vector<float> padded_, panel_, tile_;  ///< scratch of run_conv
  std::vector<int> offsets_;                  ///< [columns] where each column's window starts in a padded plane
};

}  // namespace limn
