// How well people are found: boxes against boxes.
#pragma once

#include <vector>

#include "limn/network/person_code.h"

namespace limn {

/// Counts over pictures. Found boxes go, best first, to the person they overlap most (intersection over union of 0.5 or
/// more) who is free yet; boxes of ignored people cost and gain nothing.
class DetectionScore {
 public:
  void add(const std::vector<FoundBox>& found, const std::vector<Box>& people, const std::vector<Box>& ignored = {});

  /// At the overlap 0.5, [0, 1].
  double average_precision() const;
  /// Share of the people whose box's longer side is in [low, high) px that are found with that score or a better one;
  /// NaN where there are none.
  double recall(float smallest_score, double low_px = 0, double high_px = 1e9) const;
  /// Share of the boxes of that score or better that are people; 1 where there are none.
  double precision(float smallest_score) const;
  /// False boxes of that score or better, a picture.
  double false_alarms(float smallest_score) const;
  /// Share of the pictures with a false box of that score or better.
  double alarmed(float smallest_score) const;
  size_t pictures() const { return pictures_; }

 private:
  struct Answer {
    float score = 0;
    bool right = false;
    size_t picture = 0;
  };
  struct Person {
    float size_px = 0, score = -1;  ///< of the box that found it; -1: none
  };
  std::vector<Answer> answers_;
  std::vector<Person> people_;
  size_t pictures_ = 0;
};

}  // namespace limn
