#include "limn/export/coco.h"

#include <algorithm>
#include <charconv>
#include <set>

#include "limn/export/number.h"

namespace limn {
namespace {

constexpr int person_category = 1;
constexpr float coco_centre = 0.5f;  // where Limn puts the centre that COCO calls 0

float confidence_of(const MappedJoint& joint, const PoseEstimate& person) {
  float confidence = 0;
  for (const auto& [source, weight] : joint.sources) confidence += weight * person.confidence[source];
  return confidence;
}

nlohmann::ordered_json entry_json(const JointMap& map, const CocoEntry& entry) {
  const std::vector<Vec2> points = map.apply(entry.person.joints_px);
  nlohmann::ordered_json keypoints = nlohmann::ordered_json::array();
  Vec2 low = points[0], high = points[0];
  for (size_t k = 0; k < points.size(); ++k) {
    keypoints.push_back(rounded(points[k].x() - coco_centre, 3));
    keypoints.push_back(rounded(points[k].y() - coco_centre, 3));
    keypoints.push_back(rounded(confidence_of(map.joints[k], entry.person), 4));
    low = low.cwiseMin(points[k]);
    high = high.cwiseMax(points[k]);
  }
  nlohmann::ordered_json json = {{"image_id", entry.image_id},
          {"category_id", person_category},
          {"keypoints", keypoints},
          {"score", rounded(coco_score(map, entry.person), 4)},
          {"bbox",
           {rounded(low.x() - coco_centre, 3), rounded(low.y() - coco_centre, 3), rounded(high.x() - low.x(), 3),
            rounded(high.y() - low.y(), 3)}}};
  if (entry.track_id > 0) json["track_id"] = entry.track_id;
  return json;
}

}  // namespace

float coco_score(const JointMap& map, const PoseEstimate& person) {
  float total = 0;
  for (const MappedJoint& joint : map.joints) total += confidence_of(joint, person);
  return total / static_cast<float>(map.joints.size());
}

std::string coco_keypoint_results(const Skeleton& skeleton, const std::vector<CocoEntry>& entries) {
  const JointMap map = JointMap::built_in(skeleton, "coco17");
  std::string text = "[";
  for (size_t i = 0; i < entries.size(); ++i) text += (i == 0 ? "\n" : ",\n") + entry_json(map, entries[i]).dump();
  return text + "\n]\n";
}

std::vector<int64_t> coco_image_ids(const std::vector<std::filesystem::path>& files) {
  std::vector<int64_t> ids;
  std::set<int64_t> seen;
  for (const auto& file : files) {
    const std::string stem = file.stem().string();
    int64_t id = 0;
    const auto [end, code] = std::from_chars(stem.data(), stem.data() + stem.size(), id);
    const bool number = code == std::errc() && end == stem.data() + stem.size() && id >= 0;
    if (!number || !seen.insert(id).second) {
      ids.clear();
      for (size_t i = 0; i < files.size(); ++i) ids.push_back(static_cast<int64_t>(i) + 1);
      return ids;
    }
    ids.push_back(id);
  }
  return ids;
}

}  // namespace limn
