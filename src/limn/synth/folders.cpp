#include "limn/synth/folders.h"

#include <algorithm>
#include <filesystem>
#include <utility>

#include "limn/base/error.h"
#include "limn/media/image_file.h"
#include "limn/synth/character.h"
#include "limn/synth/motion.h"

namespace limn {
namespace {
namespace fs = std::filesystem;

std::vector<std::shared_ptr<const Image>> load_photographs(const std::string& folder) {
  std::error_code failed;
  std::vector<fs::path> paths;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, failed))
    if (is_image_path(entry.path())) paths.push_back(entry.path());
  require(!failed && !paths.empty(), ErrorKind::input, failed ? "no such folder" : "no photographs in the folder",
          "synth.backgrounds, " + folder, "name folders of JPEG or PNG files");
  std::sort(paths.begin(), paths.end());
  std::vector<std::shared_ptr<const Image>> photographs;
  for (const fs::path& path : paths) photographs.push_back(std::make_shared<const Image>(read_image(path)));
  return photographs;
}

}  // namespace

void describe(SynthFolders& folders, FieldList& f) {
  f.add("synth.backgrounds", folders.backgrounds, "folders of photographs to stand behind the people");
  f.add("synth.characters", folders.characters, "folders of rigged characters: GLB, glTF, VRM, FBX");
  f.add("synth.motions", folders.motions, "folders of recorded motions: BVH");
}

SynthOptions with_folders(SynthOptions options, const SynthFolders& folders, const Skeleton& skeleton, Split split) {
  for (const std::string& folder : folders.backgrounds) {
    const auto photographs = load_photographs(folder);
    options.backgrounds.insert(options.backgrounds.end(), photographs.begin(), photographs.end());
  }
  for (const std::string& folder : folders.characters) {
    const auto characters = load_characters(folder, skeleton, split);
    options.characters.insert(options.characters.end(), characters.begin(), characters.end());
  }
  std::vector<Motion> motions;
  for (const std::string& folder : folders.motions) {
    const MotionLibrary library = MotionLibrary::load(folder, skeleton, split);
    motions.insert(motions.end(), library.motions().begin(), library.motions().end());
  }
  if (!motions.empty()) options.motions = std::make_shared<const MotionLibrary>(std::move(motions));
  return options;
}

}  // namespace limn
