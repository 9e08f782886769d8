#include "limn/infer/clip_reading.h"

#include "limn/infer/side_correction.h"
#include "limn/infer/tracker.h"

namespace limn {
namespace {

std::vector<Vec2> in_crop_units(const std::vector<Vec2>& points_px, int size) {
  std::vector<Vec2> uv;
  for (const Vec2& p : points_px) uv.push_back(crop_units_from_px(p, size));
  return uv;
}

}  // namespace

ReadClip read_clip(const Predictor& predictor, const ProceduralPeople& people, const ClipReadingSettings& settings,
                   uint64_t index) {
  const double seconds = settings.frames / settings.frame_rate;
  const SynthClip clip =
      people.clip(settings.seed, index, seconds, people.path(settings.seed, index, seconds, settings.recorded));
  std::optional<PersonTracker> tracker;
  ReadClip result;
  std::vector<std::optional<PoseEstimate>> read;
  int size = 0;
  for (int t = 0; t < settings.frames; ++t) {
    const PersonView view = clip.frame(t / settings.frame_rate);
    size = view.camera.width;
    if (!tracker)
      tracker.emplace(predictor, crop_around(view.joints_px, std::vector<float>(view.joints_px.size(), 1.0f)));
    const std::optional<PosePrediction> person = tracker->next(view.image);
    read.emplace_back(person ? std::optional<PoseEstimate>(*person) : std::nullopt);
    FacingPose facing = in_facing_frame(view);
    result.push_back(
        {in_crop_units(view.joints_px, size), {}, {}, {}, std::move(facing.joints), std::move(facing.rotations)});
  }
  const auto lift = [&](const PoseEstimate& seen) { return predictor.lift(seen); };
  correct_sides(predictor.skeleton(), settings.frame_rate, {}, lift, read);
  for (size_t t = 0; t < result.size(); ++t) {
    ReadFrame& frame = result[t];
    frame.read = read[t] ? in_crop_units(read[t]->joints_px, size) : frame.truth;
    frame.confidence = read[t] ? read[t]->confidence : std::vector<float>(frame.truth.size(), 0.0f);
    frame.bone_depths = read[t] ? read[t]->bone_depths : std::vector<float>();
  }
  return result;
}

ReadClips read_clips(const Predictor& predictor, const ProceduralPeople& people, const ClipReadingSettings& settings) {
  ReadClips result{settings.frame_rate, {}};
  for (int i = 0; i < settings.clips; ++i)
    result.clips.push_back(read_clip(predictor, people, settings, static_cast<uint64_t>(i)));
  return result;
}

}  // namespace limn
