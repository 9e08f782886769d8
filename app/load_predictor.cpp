#include "load_predictor.h"

#include "limn/base/error.h"

namespace limn::app {

Predictor load_predictor(const std::filesystem::path& path, ReadingSettings settings, const std::string& precision) {
  const ModelFile model = ModelFile::load(path);
  model.require_same_skeleton(Skeleton::human(), path.string());
  settings.precision = precision_from_name(precision);
  require(settings.precision != Precision::int8 || !model.ranges.empty(), ErrorKind::model,
          "the weights cannot run in eight bits: they have no ranges", path.string(),
          "limn quantise measures them; or leave --precision out");
  return Predictor(model, settings);
}

}  // namespace limn::app
