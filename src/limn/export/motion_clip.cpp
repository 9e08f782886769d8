#include "limn/export/motion_clip.h"

#include <algorithm>

#include "limn/base/error.h"

namespace limn {
namespace {

constexpr double picture_rate = 30;     // frames per second of what is no video
constexpr float focal_in_sides = 1.2f;  // of the picture's longer side

}  // namespace

float assumed_focal_px(int width, int height) { return focal_in_sides * static_cast<float>(std::max(width, height)); }

MotionClip motion_clip(const Skeleton& skeleton, const PoseDocument& document, int person_id,
                       float focal_px) {
  const std::vector<PersonFrame> frames = frames_of(document, person_id);
  const auto found =
      std::find_if(frames.begin(), frames.end(), [](const PersonFrame& f) { return f.person.has_value(); });
  require(found != frames.end(), ErrorKind::input, "there is no motion to export: nobody was found",
          document.frames.empty() ? "" : document.frames[0].file,
          "say where the person is with --box, or leave bvh and glb out of --format");
  std::vector<const PoseEstimate*> people;
  for (const PersonFrame& frame : frames) people.push_back(frame.person ? &*frame.person : nullptr);
  Camera camera;
  camera.width = found->width, camera.height = found->height;
  camera.focal_px = focal_px > 0 ? focal_px : assumed_focal_px(camera.width, camera.height);
  camera.principal_px = Vec2(0.5f * camera.width, 0.5f * camera.height);
  const bool is_video = document.frame_rate > 0;
  return ground_motion(skeleton, camera, is_video ? document.frame_rate : picture_rate, people,
                       {.over_time = is_video, .plant_feet = true});
}

}  // namespace limn
