// The weight file of the network that finds people.
//
// A safetensors file. Metadata: "limn.format" = "person-1", "limn.person" (JSON, network/spec.h), "limn.info.<key>"
// (text). Tensors: "person.<parameter>", matrices in half precision.
#pragma once

#include <filesystem>

#include "limn/network/safetensors.h"
#include "limn/network/spec.h"

namespace limn {

struct PersonFile {
  NetworkSpec network;  ///< "image" [3 H W] -> "centre" [1 H/8 W/8], "box" [4 H/8 W/8]: network/person_code.h
  std::map<std::string, TensorBlob> weights;  ///< "person.<parameter>"
  std::map<std::string, std::string> info;    ///< free text: configuration, steps

  /// Error(model): no such file, missing or wrong-shaped weights, another network.
  static PersonFile load(const std::filesystem::path& path);
  void save(const std::filesystem::path& path) const;
  /// Error(model) unless network and weights are as said above.
  void check(const std::string& origin) const;
  /// The same network for pictures of another size, multiples of 32.
  NetworkSpec network_for(int height, int width) const;
};

}  // namespace limn
