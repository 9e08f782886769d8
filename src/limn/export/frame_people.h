// The people of a frame as readers and converters see them: the only place that knows how PoseFrame holds them.
#pragma once

#include <utility>

#include "limn/export/pose_json.h"

namespace limn {

/// Adds a person of a number from 1. A frame that holds one person keeps the one of the higher score.
template <class Frame>
void add_person(Frame& frame, int id, PoseEstimate person) {
  if constexpr (requires { frame.people; }) {
    frame.people.push_back({{std::move(person)}, id});
  } else if (!frame.person || frame.person->score < person.score) {
    frame.person = std::move(person);
  }
}

/// Calls use(id, person) for everybody in the frame; the person may be changed unless the frame is constant.
template <class Frame, class Use>
void for_each_person(Frame& frame, const Use& use) {
  if constexpr (requires { frame.people; }) {
    for (auto& person : frame.people) use(person.id, person);
  } else if (frame.person) {
    use(1, *frame.person);
  }
}

}  // namespace limn
