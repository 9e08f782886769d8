#include "locate.h"

#include <cstdlib>

#include "limn/base/error.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr const char* model_name = "limn-s.safetensors";
constexpr const char* person_model_name = "limn-person.safetensors";
constexpr int folders_up = 4;  // build/release/bin lies three below the repository

}  // namespace

fs::path binary_folder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

fs::path find_model(const std::string& given) {
  if (!given.empty()) return given;
  const char* environment = std::getenv("LIMN_MODEL");
  if (environment != nullptr && *environment != '\0') return environment;
  fs::path folder = binary_folder();
  const fs::path start = folder;
  for (int up = 0; up < folders_up && !folder.empty(); ++up, folder = folder.parent_path())
    for (const fs::path& place : {folder / "models", folder / "share" / "limn" / "models"}) {
      std::error_code ignored;
      if (fs::is_regular_file(place / model_name, ignored)) return place / model_name;
    }
  throw Error(ErrorKind::model, "no model found",
              "models/" + std::string(model_name) + " in " + start.string() + " and the folders around it",
              "name a weight file with --model FILE or in the variable LIMN_MODEL");
}

fs::path find_person_model(const std::string& given, const fs::path& model) {
  if (given == "none") return {};
  if (!given.empty()) return given;
  const fs::path beside = model.parent_path() / person_model_name;
  std::error_code ignored;
  return fs::is_regular_file(beside, ignored) ? beside : fs::path();
}

}  // namespace limn::app
