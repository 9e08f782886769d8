// The user's own photographs, characters and motions, read from folders for the generator.
#pragma once

#include <string>
#include <vector>

#include "limn/synth/procedural_people.h"
#include "limn/synth/split.h"

namespace limn {

struct SynthFolders {
  std::vector<std::string> backgrounds;  ///< JPEG and PNG photographs without people
  std::vector<std::string> characters;   ///< rigged GLB, glTF, VRM, FBX files, see character.h
  std::vector<std::string> motions;      ///< BVH files, see motion.h
};

/// The fields synth.backgrounds, synth.characters and synth.motions of a configuration.
void describe(SynthFolders& folders, FieldList& fields);

/// The options with what the folders hold, in the order of the file names. Of characters and motions one fifth is kept
/// for measuring (Split); fewer than five serve both. Error(input) for a missing folder, one without such files, and each file
/// that cannot be read.
SynthOptions with_folders(SynthOptions options, const SynthFolders& folders, const Skeleton& skeleton, Split split);

}  // namespace limn
