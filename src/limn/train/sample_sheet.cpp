#include "limn/train/sample_sheet.h"

#include <torch/torch.h>

#include "limn/media/canvas.h"
#include "limn/media/overlay.h"
#include "limn/train/batch.h"

namespace limn {
namespace {

constexpr int rows_of_each = 4;
constexpr int cell = 128;

Image image_from_tensor(const torch::Tensor& rgb) {  // [3 S S] in [0, 1]
  const torch::Tensor bytes = (rgb.detach().cpu().clamp(0, 1) * 255.0 + 0.5).to(torch::kUInt8).permute({1, 2, 0}).contiguous();
  Image image(static_cast<int>(bytes.size(1)), static_cast<int>(bytes.size(0)));
  std::copy_n(bytes.data_ptr<uint8_t>(), image.pixels.size(), image.pixels.begin());
  return image;
}

Image with_pose(const Image& picture, const Cycle& cycle, const torch::Tensor& uv, const torch::Tensor& confidence) {
  Image image = resized(picture, cell, cell);
  const torch::Tensor points = uv.cpu().contiguous(), sure = confidence.cpu().contiguous();
  std::vector<Vec2> px;
  for (int64_t j = 0; j < points.size(0); ++j)
    px.push_back(px_from_crop_units(Vec2(points.data_ptr<float>() + 2 * j), cell));
  draw_pose(image, cycle.skeleton(), cycle.grouping(), px,
            std::vector<float>(sure.data_ptr<float>(), sure.data_ptr<float>() + sure.numel()));
  return image;
}

Image in_colour(const torch::Tensor& y, const Grouping& grouping) {  // [C H W]
  const torch::Tensor values = y.cpu().contiguous();
  const Image small = colour_channels(values.data_ptr<float>(), static_cast<int>(values.size(0)),
                                      static_cast<int>(values.size(1)), static_cast<int>(values.size(2)),
                                      channel_palette(grouping));
  return resized(small, cell, cell);
}

}  // namespace

Image sample_sheet(const Cycle& cycle, const std::vector<SynthSample>& people, const RealPairs* real, uint64_t seed,
                   torch::Device device) {
  torch::NoGradGuard no_grad;
  std::vector<RealPair> pairs;
  std::vector<const Image*> images, appearances;
  std::vector<const PersonView*> views;
  for (int i = 0; i < rows_of_each && i < static_cast<int>(people.size()); ++i) {
    images.push_back(&people[i].target.image);
    appearances.push_back(&people[i].appearance.image);
    views.push_back(&people[i].target);
  }
  if (real != nullptr)
    for (int i = 0; i < rows_of_each; ++i) pairs.push_back(real->sample(seed, i));
  for (const RealPair& pair : pairs) {
    images.push_back(&pair.x);
    appearances.push_back(&pair.appearance);
  }
  const auto floats = [&](const torch::Tensor& bytes) { return bytes.to(device).to(torch::kFloat32).div_(255.0); };
  const torch::Tensor x = floats(stack_images(images)), look = floats(stack_images(appearances));
  const CameraTensors camera = CameraTensors::joined(stack_truth(views).to(device).camera,
                                                     weak_cameras(static_cast<int64_t>(pairs.size()), device));
  const CycleProducts p = cycle.forward(x, look, camera, false);

  std::vector<Image> cells;
  for (size_t i = 0; i < images.size(); ++i) {
    const int64_t n = static_cast<int64_t>(i);
    cells.push_back(with_pose(*images[i], cycle, p.pose2d.xy[n], p.pose2d.confidence[n]));
    cells.push_back(in_colour(p.skeleton_image[n], cycle.grouping()));
    cells.push_back(with_pose(*images[i], cycle, p.reprojected[n], torch::ones_like(p.pose2d.confidence[n])));
    cells.push_back(in_colour(p.drawing[n], cycle.grouping()));
    cells.push_back(resized(*appearances[i], cell, cell));
    cells.push_back(resized(image_from_tensor(p.reconstruction[n]), cell, cell));
  }
  return tile(cells, 6, 2);
}

}  // namespace limn
