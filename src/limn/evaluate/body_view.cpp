#include "limn/evaluate/body_view.h"

#include <cmath>

namespace limn {
namespace {

constexpr float profile_share = 0.25f;  ///< of the trunk's length

}  // namespace

const std::vector<std::string>& all_body_views() {
  static const std::vector<std::string> names = {"upright",        "lying",       "upside down",
                                                 "from the front", "from behind", "in profile"};
  return names;
}

std::vector<std::string> body_views(const JudgedPose& person, const Protocol& p) {
  for (size_t k : {p.left_shoulder, p.right_shoulder, p.left_hip, p.right_hip})
    if (!person.counted[k]) return {};
  const auto at = [&](size_t k) { return person.truth[k]; };
  const Vec2 trunk = (at(p.left_hip) + at(p.right_hip) - at(p.left_shoulder) - at(p.right_shoulder)) / 2;
  const Vec2 to_left = (at(p.left_shoulder) + at(p.left_hip) - at(p.right_shoulder) - at(p.right_hip)) / 2;
  const float length = trunk.norm();
  if (length <= 0) return {};
  const float down = trunk.y() / length;  // the cosine of the angle to the picture's down
  const float upright_cosine = std::sqrt(0.5f);
  const size_t way = down > upright_cosine ? 0 : down > -upright_cosine ? 1 : 2;
  // Whose trunk points down and who faces the camera has the left side at the picture's right.
  const float across = (to_left.x() * trunk.y() - to_left.y() * trunk.x()) / length;
  const size_t side = across > profile_share * length ? 3 : across < -profile_share * length ? 4 : 5;
  return {all_body_views()[way], all_body_views()[side]};
}

}  // namespace limn
