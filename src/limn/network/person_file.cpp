#include "limn/network/person_file.h"

#include "limn/network/person_code.h"
#include "limn/network/stored_weights.h"

namespace limn {
namespace {

const char* const person_format = "person-1";
const std::string info_prefix = "limn.info.";

const std::string& metadata_of(const TensorFile& file, const std::string& key, const std::string& origin) {
  const auto found = file.metadata.find(key);
  if (found == file.metadata.end())
    refuse_model("not a network that finds people: metadata \"" + key + "\" is missing", origin);
  return found->second;
}

}  // namespace

PersonFile PersonFile::load(const std::filesystem::path& path) {
  const TensorFile file = read_safetensors(path);
  const std::string origin = path.string(), &format = metadata_of(file, "limn.format", origin);
  if (format != person_format)
    refuse_model("the file has format " + format + ", not " + person_format + ": it finds no people", origin);
  PersonFile result;
  result.network = NetworkSpec::from_json(metadata_of(file, "limn.person", origin), origin + ", limn.person");
  for (const auto& [name, blob] : file.tensors) result.weights[name] = used_weights(blob);
  for (const auto& [key, value] : file.metadata)
    if (key.starts_with(info_prefix)) result.info[key.substr(info_prefix.size())] = value;
  result.check(origin);
  return result;
}

void PersonFile::save(const std::filesystem::path& path) const {
  check(path.string());
  TensorFile file;
  file.metadata = {{"limn.format", person_format}, {"limn.person", network.to_json()}};
  for (const auto& [key, value] : info) file.metadata[info_prefix + key] = value;
  for (const auto& [name, blob] : weights) file.tensors[name] = stored_weights(blob);
  write_safetensors(path, file);
}

void PersonFile::check(const std::string& origin) const {
  if (network.inputs.size() != 1 || network.inputs[0].name != "image" || network.inputs[0].shape.channels != 3)
    refuse_model("the network must have the one input \"image\" of three channels", origin);
  if (network.outputs != std::vector<std::string>{"centre", "box"})
    refuse_model("the network must have the outputs \"centre\" and \"box\"", origin);
  const FeatureShape image = network.inputs[0].shape;
  const auto shapes = network.shapes();
  for (const auto& [name, channels] : {std::pair{"centre", 1}, {"box", person_box_values}}) {
    const FeatureShape expected{channels, image.height / person_stride, image.width / person_stride};
    if (shapes.at(name) != expected)
      refuse_model("output \"" + std::string(name) + "\" does not have the shape of an eighth of the picture", origin);
  }
  check_weights(network, "person", weights, origin);
}

NetworkSpec PersonFile::network_for(int height, int width) const {
  NetworkSpec spec = network;
  spec.inputs.at(0).shape = {3, height, width};
  return spec;
}

}  // namespace limn
