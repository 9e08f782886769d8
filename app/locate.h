// Where the program's own files are.
#pragma once

#include <filesystem>
#include <string>

namespace limn::app {

/// The folder of the running binary.
std::filesystem::path binary_folder();

/// The weight file to use: `given`, else $LIMN_MODEL, else limn-s. What is no file but a name, such as limn-m, is looked for as
/// models/NAME.safetensors and share/limn/models/NAME.safetensors in the binary's folder and those around it.
/// Error(model) naming the places looked at.
std::filesystem::path find_model(const std::string& given);

/// The weights that find people: `given`, else limn-person.safetensors beside the `model`; empty where there are none, or
/// `given` is "none".
std::filesystem::path find_person_model(const std::string& given, const std::filesystem::path& model);

}  // namespace limn::app
