#include "limn/train/validation.h"

#include <torch/torch.h>

#include <limits>
#include <numbers>

#include "limn/base/error.h"
#include "limn/evaluate/metrics.h"
#include "limn/skeleton/joint_map.h"

namespace limn {
namespace {

constexpr uint64_t held_out_seed = 0x4c696d6e;  // "Limn": far from the small seeds of runs
constexpr int chunk = 32;

struct Box {
  Vec2 low = Vec2::Constant(std::numeric_limits<float>::max());
  Vec2 high = Vec2::Constant(std::numeric_limits<float>::lowest());
  explicit Box(const std::vector<Vec2>& points) {
    for (const Vec2& p : points) low = low.cwiseMin(p), high = high.cwiseMax(p);
  }
  Vec2 size() const { return (high - low).cwiseMax(1e-3f); }
};

std::vector<Vec2> in_crop_units(const PersonView& view) {
  std::vector<Vec2> uv;
  for (const Vec2& p : view.joints_px) uv.push_back(crop_units_from_px(p, view.camera.width));
  return uv;
}

}  // namespace

HeldOutPeople::HeldOutPeople(const Skeleton& skeleton, const SampleSource& people, const SampleSource& trained,
                             int count)
    : skeleton_(skeleton), trained_(trained) {
  for (int i = 0; i < count; ++i) samples_.push_back(people.sample(held_out_seed, i));
}

ValidationResult HeldOutPeople::measure(const std::function<Answer(size_t)>& answer) const {
  const JointMap lsp = JointMap::built_in(skeleton_, "lsp14");
  const auto named = [&](const std::string& name) {
    for (size_t k = 0; k < lsp.joints.size(); ++k)
      if (lsp.joints[k].name == name) return k;
    throw Error(ErrorKind::model, "the joint map lacks a joint", name, "restore assets/skeleton/maps/lsp14.toml");
  };
  const size_t shoulder = named("left_shoulder"), hip = named("right_hip");
  std::vector<int> mirror;
  for (const MappedJoint& joint : lsp.joints) mirror.push_back(joint.mirror);

  JointCount correct;
  ValidationResult sum;
  for (size_t i = 0; i < samples_.size(); ++i) {
    const PersonView& view = samples_[i].target;
    const Answer given = answer(i);
    const std::vector<Vec2> truth = lsp.apply(in_crop_units(view)), predicted = lsp.apply(given.uv);
    std::vector<bool> counted;
    for (const MappedJoint& joint : lsp.joints) {
      bool inside = true;
      for (const auto& [source, weight] : joint.sources)
        inside = inside && view.visibility[source] != Visibility::outside;
      counted.push_back(inside);
    }
    correct += pck(predicted, truth, counted, (truth[shoulder] - truth[hip]).norm(), 0.2);
    sum.flip_rate += is_flipped(predicted, truth, counted, mirror);
    const FacingPose facing = in_facing_frame(view);
    sum.mpjpe_mm += 1000 * mean_distance(given.joints, facing.joints);
    sum.pa_mpjpe_mm += 1000 * procrustes_mean_distance(given.joints, facing.joints);
    double angle = 0;
    for (int j : skeleton_.rotating_joints()) angle += geodesic_angle(given.rotations[j], facing.rotations[j]);
    sum.joint_angle_deg += angle / skeleton_.rotating_joints().size() * 180 / std::numbers::pi;
  }
  const double count = static_cast<double>(samples_.size());
  return {correct.share(), sum.flip_rate / count, sum.mpjpe_mm / count, sum.pa_mpjpe_mm / count,
          sum.joint_angle_deg / count};
}

ValidationResult HeldOutPeople::measure(const Cycle& cycle, torch::Device device) const {
  torch::NoGradGuard no_grad;
  std::vector<Answer> answers;
  for (size_t begin = 0; begin < samples_.size(); begin += chunk) {
    std::vector<const Image*> images;
    std::vector<const PersonView*> views;
    for (size_t i = begin; i < std::min(begin + chunk, samples_.size()); ++i) {
      images.push_back(&samples_[i].target.image);
      views.push_back(&samples_[i].target);
    }
    const torch::Tensor image = stack_images(images).to(device).to(torch::kFloat32).div_(255.0);
    const PoseTruth truth = stack_truth(views).to(device);
    const CycleProducts products = cycle.analyse(image, truth.camera, false);
    const torch::Tensor uv = products.pose2d.xy.cpu().contiguous(), joints = products.pose3d.joints.cpu().contiguous();
    const torch::Tensor rotations = products.pose3d.rotations.cpu().contiguous();
    for (size_t i = 0; i < images.size(); ++i) {
      Answer answer;
      for (int64_t j = 0; j < uv.size(1); ++j) {
        const int64_t at = static_cast<int64_t>(i) * uv.size(1) + j;
        answer.uv.emplace_back(uv.data_ptr<float>() + 2 * at);
        answer.joints.emplace_back(joints.data_ptr<float>() + 3 * at);
        answer.rotations.push_back(
            Eigen::Map<Eigen::Matrix<float, 3, 3, Eigen::RowMajor>>(rotations.data_ptr<float>() + 9 * at));
      }
      answers.push_back(std::move(answer));
    }
  }
  return measure([&](size_t i) { return answers[i]; });
}

ValidationResult HeldOutPeople::measure_mean_pose(int training_poses, uint64_t training_seed) const {
  const int count = skeleton_.joint_count();
  std::vector<Vec2> in_box(count, Vec2(Vec2::Zero()));
  std::vector<Vec3> joints(count, Vec3(Vec3::Zero()));
  for (int i = 0; i < training_poses; ++i) {
    const PersonView view = trained_.pose_only(training_seed, i);
    const std::vector<Vec2> uv = in_crop_units(view);
    const std::vector<Vec3> relative = in_facing_frame(view).joints;
    const Box box(uv);
    for (int j = 0; j < count; ++j) {
      in_box[j] += (uv[j] - box.low).cwiseQuotient(box.size()) / static_cast<float>(training_poses);
      joints[j] += relative[j] / static_cast<float>(training_poses);
    }
  }
  std::vector<Mat3> rotations(count, Mat3::Identity());
  for (int j = 0; j < count; ++j)
    if (skeleton_.joints()[j].parent < 0) rotations[j] = Vec3(1, -1, -1).asDiagonal();
  return measure([&](size_t i) {
    const Box box(in_crop_units(samples_[i].target));
    Answer answer{{}, joints, rotations};
    for (int j = 0; j < count; ++j) answer.uv.push_back(box.low + in_box[j].cwiseProduct(box.size()));
    return answer;
  });
}

}  // namespace limn
