// A look at an FBX before assimp reads it. Private to synth/.
#pragma once

#include <string_view>

namespace limn {

/// Why `bytes`, binary or text, must not be given to assimp 5.2, which would end the program. It follows nodes and blocks by recursion and
/// so to the end of the stack: a node that is, over others or directly, its own parent; nodes or blocks nested more than 1000 deep. And
/// it frees bones twice that several clusters share where it refuses a file late: a unit of zero. Empty: nothing of the kind. What else is
/// wrong with the file, assimp says.
std::string_view fatal_fbx(std::string_view bytes);

}  // namespace limn
