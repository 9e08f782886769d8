#include "limn/evaluate/detection.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "limn/evaluate/precision_curve.h"

namespace limn {
namespace {

constexpr float same_person = 0.5f;

/// Share of `box` that lies in an ignored one.
bool is_ignored(const Box& box, const std::vector<Box>& ignored) {
  return std::any_of(ignored.begin(), ignored.end(), [&](const Box& other) {
    return box.area() > 0 && intersection(box, other).area() >= same_person * box.area();
  });
}

}  // namespace

void DetectionScore::add(const std::vector<FoundBox>& found, const std::vector<Box>& people,
                         const std::vector<Box>& ignored) {
  std::vector<FoundBox> best_first = found;
  std::stable_sort(best_first.begin(), best_first.end(),
                   [](const FoundBox& a, const FoundBox& b) { return a.score > b.score; });
  const size_t first = people_.size();
  for (const Box& box : people) people_.push_back({box.size().maxCoeff(), -1});
  for (const FoundBox& answer : best_first) {
    float best = same_person;
    size_t match = people.size();
    for (size_t i = 0; i < people.size(); ++i)
      if (people_[first + i].score < 0 && overlap(answer.box, people[i]) >= best)
        best = overlap(answer.box, people[i]), match = i;
    const bool right = match < people.size();
    if (!right && is_ignored(answer.box, ignored)) continue;
    if (right) people_[first + match].score = answer.score;
    answers_.push_back({answer.score, right, pictures_});
  }
  ++pictures_;
}

double DetectionScore::average_precision() const {
  std::vector<Answer> ordered = answers_;
  std::stable_sort(ordered.begin(), ordered.end(), [](const Answer& a, const Answer& b) { return a.score > b.score; });
  std::vector<bool> right;
  for (const Answer& answer : ordered) right.push_back(answer.right);
  return precision_curve(right, people_.size()).average_precision;
}

double DetectionScore::recall(float smallest_score, double low_px, double high_px) const {
  double all = 0, found = 0;
  for (const Person& person : people_) {
    if (person.size_px < low_px || person.size_px >= high_px) continue;
    ++all;
    found += person.score >= smallest_score;
  }
  return all > 0 ? found / all : NAN;
}

double DetectionScore::precision(float smallest_score) const {
  double all = 0, right = 0;
  for (const Answer& answer : answers_)
    if (answer.score >= smallest_score) ++all, right += answer.right;
  return all > 0 ? right / all : 1;
}

double DetectionScore::false_alarms(float smallest_score) const {
  const auto wrong = std::count_if(answers_.begin(), answers_.end(),
                                   [&](const Answer& a) { return !a.right && a.score >= smallest_score; });
  return pictures_ > 0 ? static_cast<double>(wrong) / static_cast<double>(pictures_) : 0;
}

double DetectionScore::alarmed(float smallest_score) const {
  std::set<size_t> pictures;
  for (const Answer& answer : answers_)
    if (!answer.right && answer.score >= smallest_score) pictures.insert(answer.picture);
  return pictures_ > 0 ? static_cast<double>(pictures.size()) / static_cast<double>(pictures_) : 0;
}

}  // namespace limn
