#include "locate.h"

#include <cstdlib>

#include "limn/base/error.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* default_model = "limn-s";
constexpr const char* person_model_name = "limn-person.safetensors";
constexpr int folders_up = 4;  // build/release/bin lies three below the repository

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// The weights that come with Limn under `name`.
fs::path released_model(const std::string& name) {
  const std::string file = name + ".safetensors";
  fs::path folder = binary_folder();
  const fs::path start = folder;
  for (int up = 0; up < folders_up && !folder.empty(); ++up, folder = folder.parent_path())
    for (const fs::path& place : {folder / "models", folder / "share" / "limn" / "models"})
      if (is_file(place / file)) return place / file;
  throw Error(ErrorKind::model, "no model found", "models/" + file + " in " + start.string() + " and the folders around it",
              "name a weight file with --model FILE or in the variable LIMN_MODEL");
}

}  // namespace

fs::path binary_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

fs::path find_model(const std::string& given) {
  const char* environment = std::getenv("LIMN_MODEL");
  const std::string wanted = !given.empty() ? given : environment != nullptr ? environment : "";
  if (wanted.empty()) return released_model(default_model);
  const bool is_name = wanted.find_first_of("/.") == std::string::npos && !is_file(wanted);
  return is_name ? released_model(wanted) : fs::path(wanted);
}

fs::path find_person_model(const std::string& given, const fs::path& model) {
  if (given == "none") return {};
  if (!given.empty()) return given;
  const fs::path beside = model.parent_path() / person_model_name;
  return is_file(beside) ? beside : fs::path();
}

}  // namespace limn::app
