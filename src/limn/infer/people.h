// Several people of one picture: from boxes to poses.
#pragma once

#include <functional>
#include <vector>

#include "limn/geometry/box.h"
#include "limn/infer/predictor.h"
#include "limn/network/person_code.h"

namespace limn {

/// Reads the pose of the person in a window: Predictor::predict, or a stand-in for tests.
using ReadPose = std::function<PosePrediction(const Image&, const Crop&)>;

struct PeopleSettings {
  int most_people = 20;
  float smallest_presence = 0.68f;  ///< of a person, presence(); 0 where others say that somebody is there
  float largest_likeness = 0.6f;   ///< of two poses; above, they are taken for readings of one person
};

/// The box of the joints with confidence of 0.3 or more (of all, if fewer than four), px.
Box box_of(const PoseEstimate& person);

/// How alike two poses in one picture are, (0, 1]: as COCO's object keypoint similarity, all joints alike.
float likeness(const PoseEstimate& a, const PoseEstimate& b);

/// How sure it is that somebody is there, [0, 1], from the score of the box that was found and that of the pose read in
/// it: box^0.3 pose^0.7. Either of the two networks takes some things for people, but seldom the same ones.
float presence(float box_score, float pose_score);

/// The pose in `window`, read once more in the window that fits it; the second reading counts unless its score is much
/// lower.
PosePrediction refined_pose(const ReadPose& read, const Image& image, const Crop& window);

/// The people in `boxes`, in their order; of two that read one person the earlier one stays.
std::vector<PosePrediction> read_people(const ReadPose& read, const Image& image, const std::vector<FoundBox>& boxes,
                                        const PeopleSettings& settings = {});

}  // namespace limn
