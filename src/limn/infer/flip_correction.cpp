#include "limn/infer/flip_correction.h"

#include "limn/base/error.h"
#include "limn/infer/engine.h"
#include "limn/infer/soft_argmax.h"
#include "limn/skeleton/draw.h"

namespace limn {

struct FlipCorrection::State {
  Skeleton skeleton;
  Engine skeleton_to_pose;
  DrawPlan plan;
  DrawSettings settings;
  std::vector<float> joints_xy, drawing;  ///< scratch
  Keypoints again;                        ///< of the last reading

  explicit State(const ModelFile& model)
      : skeleton(model.skeleton),
        skeleton_to_pose(model.skeleton_to_pose, model.weights, "skeleton_to_pose."),
        plan(skeleton, skeleton.grouping(model.grouping)) {
    const FeatureShape& shape = model.skeleton_to_pose.inputs[0].shape;
    settings.height = shape.height;
    settings.width = shape.width;
    settings.sigma_px = static_cast<float>(model.sigma_px);
    settings.profile = profile_from_name(model.profile);
    drawing.resize(static_cast<size_t>(shape.channels) * shape.height * shape.width);
  }
};

FlipCorrection::FlipCorrection(const ModelFile& stage_one) {
  stage_one.check("model");
  state_ = std::make_unique<State>(stage_one);
}
FlipCorrection::FlipCorrection(FlipCorrection&&) noexcept = default;
FlipCorrection::~FlipCorrection() = default;

bool FlipCorrection::is_flipped(const std::vector<Vec2>& uv) const {
  State& s = *state_;
  require(uv.size() == s.skeleton.joints().size(), ErrorKind::usage, "the pose is of another skeleton",
          std::to_string(uv.size()) + " joints", "correct poses of the model's own skeleton");
  s.joints_xy.clear();
  for (const Vec2& p : uv)
    for (const int axis : {0, 1})
      s.joints_xy.push_back(0.5f * (p[axis] + 1) *
                            static_cast<float>(axis == 0 ? s.settings.width : s.settings.height));
  draw_forward<float>(s.plan, s.settings, 1, s.joints_xy.data(), s.drawing.data(), nullptr);
  soft_argmax(s.skeleton_to_pose.output_shape(0), s.skeleton_to_pose.run({s.drawing})[0].data(), nullptr, s.again);
  double as_read = 0, exchanged = 0;
  for (size_t j = 0; j < uv.size(); ++j) {
    as_read += (uv[j] - s.again.uv[j]).norm();
    exchanged += (uv[s.skeleton.joints()[j].mirror] - s.again.uv[j]).norm();
  }
  return exchanged < as_read;
}

}  // namespace limn
