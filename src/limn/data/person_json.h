// The label document of one picture of a person, as docs/synth_shards.md describes it: PersonView as JSON and back.
#pragma once

#include <string>
#include <string_view>

#include "limn/synth/sample.h"

namespace limn {

struct PersonDocument {
  uint64_t seed = 0, index = 0;    ///< of the sample, see SampleSource
  std::string picture = "target";  ///< "target" or "appearance"
  PersonView view;                 ///< without image, mask, depth and surfaces
};

/// One line of JSON. Floats are written so that they read back to the same bits; rotations go through quaternions and
/// come back within 1e-6. Error(input) for numbers that are not finite.
std::string person_json(const Skeleton& skeleton, const PersonDocument& document);

/// Joints are found by name, in any order. Error(input) naming `where`: no JSON, another format or version, a joint of
/// the skeleton missing, a list of another length, numbers out of range.
PersonDocument parse_person_json(const Skeleton& skeleton, std::string_view text, const std::string& where);

}  // namespace limn
