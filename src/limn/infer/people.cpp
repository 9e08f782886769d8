#include "limn/infer/people.h"

#include <algorithm>
#include <cmath>

#include "limn/infer/person_finder.h"

namespace limn {
namespace {

constexpr float spread = 0.1f;          // of a joint's place, share of the body's size; OKS: 0.05 ... 0.2
constexpr float second_reading = 0.8f;  // of the first one's score: a tighter window shows the joints better
constexpr float confident = 0.3f;       // as crop_around
constexpr size_t fewest_joints = 4;

}  // namespace

Box box_of(const PoseEstimate& person) {
  const auto sure = [&](size_t j) { return person.confidence[j] >= confident; };
  size_t count = 0;
  for (size_t j = 0; j < person.confidence.size(); ++j) count += sure(j);
  Box box{Vec2::Constant(INFINITY), Vec2::Constant(-INFINITY)};
  for (size_t j = 0; j < person.joints_px.size(); ++j)
    if (count < fewest_joints || sure(j))
      box = {box.low.cwiseMin(person.joints_px[j]), box.high.cwiseMax(person.joints_px[j])};
  return box;
}

float likeness(const PoseEstimate& a, const PoseEstimate& b) {
  const Vec2 size_a = box_of(a).size(), size_b = box_of(b).size();
  const float area = std::max(1.0f, 0.5f * (size_a.prod() + size_b.prod()));
  const size_t joints = std::min(a.joints_px.size(), b.joints_px.size());
  float sum = 0;
  for (size_t j = 0; j < joints; ++j)
    sum += std::exp(-(a.joints_px[j] - b.joints_px[j]).squaredNorm() / (2 * area * 4 * spread * spread));
  return joints > 0 ? sum / static_cast<float>(joints) : 0;
}

float presence(float box_score, float pose_score) {
  return std::pow(std::max(0.0f, box_score), 0.3f) * std::pow(std::max(0.0f, pose_score), 0.7f);
}

PosePrediction refined_pose(const ReadPose& read, const Image& image, const Crop& window) {
  PosePrediction first = read(image, window);
  PosePrediction second = read(image, crop_around(first.joints_px, first.confidence));
  return second.score >= second_reading * first.score ? second : first;
}

std::vector<PosePrediction> read_people(const ReadPose& read, const Image& image, const std::vector<FoundBox>& boxes,
                                        const PeopleSettings& settings) {
  std::vector<PosePrediction> people;
  for (const FoundBox& found : boxes) {
    if (people.size() >= static_cast<size_t>(settings.most_people)) break;
    PosePrediction person = refined_pose(read, image, crop_of(found.box));
    const bool again = std::any_of(people.begin(), people.end(), [&](const PosePrediction& other) {
      return likeness(person, other) > settings.largest_likeness;
    });
    if (!again && presence(found.score, person.score) >= settings.smallest_presence)
      people.push_back(std::move(person));
  }
  return people;
}

}  // namespace limn
