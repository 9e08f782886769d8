// The pose networks as a command line asks for them.
#pragma once

#include <filesystem>
#include <string>

#include "limn/infer/predictor.h"

namespace limn::app {

/// `settings.precision` is read from `precision`: "auto", "float32" or "int8". Error(model) as ModelFile::load, for a
/// model of another skeleton than the human one, and where int8 is asked for and the model has no ranges for it.
Predictor load_predictor(const std::filesystem::path& model, ReadingSettings settings, const std::string& precision);

}  // namespace limn::app
