// Where a file has the joints of a skeleton. Private to export/.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "limn/base/error.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

[[noreturn]] inline void refuse_skeleton(const Skeleton& skeleton, const std::string& joint, const std::string& where) {
  throw Error(ErrorKind::input, "the poses are of another skeleton: joint " + joint, where,
              "use poses made with the skeleton \"" + skeleton.name() + "\"");
}

/// [J] the index in `names` of each joint of the skeleton. Error(input) naming the joint that is missing.
inline std::vector<size_t> joint_places(const Skeleton& skeleton, const std::vector<std::string>& names,
                                        const std::string& where) {
  std::vector<size_t> places;
  for (const Joint& joint : skeleton.joints()) {
    const auto at = std::find(names.begin(), names.end(), joint.name);
    if (at == names.end()) refuse_skeleton(skeleton, joint.name, where);
    places.push_back(static_cast<size_t>(at - names.begin()));
  }
  return places;
}

/// The values of a file's joints in the order of the skeleton.
template <class Value>
std::vector<Value> in_order(const std::vector<size_t>& places, const std::vector<Value>& values) {
  std::vector<Value> result;
  for (const size_t at : places) result.push_back(values.at(at));
  return result;
}

}  // namespace limn
