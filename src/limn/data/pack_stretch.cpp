#include "limn/data/pack_stretch.h"

#include <algorithm>
#include <cmath>

#include "limn/data/still_camera.h"
#include "limn/media/resample.h"

namespace limn {
namespace {

constexpr float model_margin = 1.3f;       // a finder's window over the box of the joints
constexpr double sharp_share = 0.4;        // of the clip's median sharpness: less is blurred
constexpr double least_sharpness = 4;      // squared grey levels: less is a picture of nothing
constexpr int compared_side = 40;          // px, of crops compared with the one before
constexpr int changed_by = 8;              // grey levels
constexpr double least_changed = 0.003;    // of the pixels: fewer is the same picture again
constexpr float jump = 0.75f;              // of the window's side in one step: somebody else
constexpr int least_plate_side = 96;       // px, of the part of a plate that nobody was in
constexpr float upright = 1.3f;            // height over width of what moves of somebody who stands
constexpr float least_upright = 0.4f;      // of the picture's height: less may be an arm
constexpr size_t fewest_plate_frames = 5;  // their median drops noise

int grey(const uint8_t* p) { return (77 * p[0] + 150 * p[1] + 29 * p[2]) >> 8; }

/// Variance of the Laplacian of the grey picture: small where it is out of focus or smeared.
double sharpness(const Image& image) {
  double sum = 0, squares = 0;
  for (int y = 1; y + 1 < image.height; ++y)
    for (int x = 1; x + 1 < image.width; ++x) {
      const double value = 4 * grey(image.at(x, y)) - grey(image.at(x - 1, y)) - grey(image.at(x + 1, y)) -
                           grey(image.at(x, y - 1)) - grey(image.at(x, y + 1));
      sum += value;
      squares += value * value;
    }
  const double n = std::max(1, (image.width - 2) * (image.height - 2));
  return squares / n - sum / n * (sum / n);
}

bool is_duplicate(const Image& a, const Image& b) {
  int changed = 0;
  for (int y = 0; y < a.height; ++y)
    for (int x = 0; x < a.width; ++x) changed += std::abs(grey(a.at(x, y)) - grey(b.at(x, y))) > changed_by;
  return changed < least_changed * a.width * a.height;
}

/// Drops what is blurred and what repeats the crop before.
void thin_out(std::vector<CropPicture>& clip, PackCounts& counts) {
  std::vector<double> sharp;
  for (const CropPicture& crop : clip) sharp.push_back(sharpness(crop.picture));
  std::vector<double> sorted = sharp;
  std::sort(sorted.begin(), sorted.end());
  const double least = clip.empty() ? 0 : std::max(least_sharpness, sharp_share * sorted[sorted.size() / 2]);
  std::vector<CropPicture> kept;
  Image last;
  for (size_t i = 0; i < clip.size(); ++i) {
    if (sharp[i] < least) {
      ++counts.blurred;
      continue;
    }
    Image small = resized(clip[i].picture, compared_side, compared_side);
    if (!last.empty() && is_duplicate(last, small)) {
      ++counts.duplicate;
      continue;
    }
    last = std::move(small);
    kept.push_back(std::move(clip[i]));
  }
  clip = std::move(kept);
}

Box in_crop_units(const Box& box, const Crop& crop) {
  return {crop.crop_from_image(box.low), crop.crop_from_image(box.high)};
}

class StretchPacker {
 public:
  StretchPacker(const Stretch& stretch, const PackSettings& settings, const PersonFinder& finder)
      : stretch_(stretch), settings_(settings), finder_(finder) {}

  PackedStretch run() {
    result_.counts.frames = static_cast<long long>(stretch_.frames.size());
    if (stretch_.is_picture)
      pack_picture();
    else if (stretch_.frames.size() >= 2 && (view_ = watch(stretch_.frames)).still)
      pack_still_camera();
    else if (finder_)
      pack_moving_camera();
    else
      result_.counts.not_searched += result_.counts.frames;
    for (auto& clip : result_.clips) thin_out(clip, result_.counts);
    std::erase_if(result_.clips, [](const auto& clip) { return clip.empty(); });
    result_.counts.clips = static_cast<long long>(result_.clips.size());
    for (const auto& clip : result_.clips) result_.counts.crops += static_cast<long long>(clip.size());
    return std::move(result_);
  }

 private:
  void add(std::vector<CropPicture>& clip, size_t i, const Crop& crop, const std::optional<Box>& box, bool still,
           FoundBy found_by) const {
    CropPicture item;
    item.about.seconds = stretch_.seconds[i];
    item.about.crop = crop;
    if (box) item.about.box = in_crop_units(*box, crop);
    item.about.still = still;
    item.about.found_by = found_by;
    item.frame = i;
    item.picture = crop_resized(stretch_.frames[i], crop, settings_.size, std::nullopt);
    clip.push_back(std::move(item));
  }

  static Box box_in(const Crop& window) {
    const Vec2 half = Vec2::Constant(0.5f * window.side_px / model_margin);
    return {window.centre_px - half, window.centre_px + half};
  }

  void pack_picture() {
    const Image& picture = stretch_.frames[0];
    auto& clip = result_.clips.emplace_back();
    if (!finder_) {
      const Crop whole{Vec2(0.5f * static_cast<float>(picture.width), 0.5f * static_cast<float>(picture.height)),
                       static_cast<float>(std::max(picture.width, picture.height))};
      add(clip, 0, whole, std::nullopt, false, FoundBy::whole);
    } else if (const auto window = finder_(picture, std::nullopt)) {
      add(clip, 0, *window, box_in(*window), false, FoundBy::model);
    } else {
      ++result_.counts.empty;
    }
  }

  void pack_still_camera() {
    const Image& middle = stretch_.frames[stretch_.frames.size() / 2];
    for (const Mover& mover : view_.movers) {
      auto& clip = result_.clips.emplace_back();
      const Crop window = person_window(mover.box, middle.width, middle.height);
      for (size_t i = 0; i < stretch_.frames.size(); ++i) {
        // Who is in the plate can equal it; nobody else can.
        if (view_.plate_is_clean && !mover.in_frame[i])
          ++result_.counts.empty;
        else
          add(clip, i, window, mover.in_frame[i], true, FoundBy::motion);
      }
    }
    if (view_.movers.empty()) {  // nobody, or somebody who holds still
      const auto window = finder_ ? finder_(middle, std::nullopt) : std::nullopt;
      if (!window) result_.counts.empty += result_.counts.frames;
      auto& clip = result_.clips.emplace_back();
      for (size_t i = 0; window && i < stretch_.frames.size(); ++i)
        add(clip, i, *window, box_in(*window), true, FoundBy::model);
    } else if (settings_.plates && stretch_.frames.size() >= fewest_plate_frames) {
      harvest_plates();
    }
  }

  /// The whole plate where everyone left their place; else the wider part of it beside everyone's windows, where people
  /// stand upright: of somebody who lies, limbs that never moved may reach out of the window.
  void harvest_plates() {
    if (!view_.plate_is_clean &&
        !std::ranges::all_of(view_.movers, [this](const Mover& m) { return is_upright(m.box); }))
      return;
    Image plate = median_plate(stretch_.frames);
    if (!view_.plate_is_clean) {
      float left = static_cast<float>(plate.width), right = 0;
      for (const Mover& mover : view_.movers) {
        const Crop window = person_window(mover.box, plate.width, plate.height);
        left = std::min(left, window.centre_px.x() - 0.5f * window.side_px);
        right = std::max(right, window.centre_px.x() + 0.5f * window.side_px);
      }
      const bool keep_left = left >= static_cast<float>(plate.width) - right;
      const int begin = keep_left ? 0 : static_cast<int>(std::ceil(right));
      const int end = keep_left ? static_cast<int>(left) : plate.width;
      if (end - begin < least_plate_side || plate.height < least_plate_side) return;
      Image part(end - begin, plate.height);
      for (int y = 0; y < part.height; ++y) std::copy_n(plate.at(begin, y), 3 * part.width, part.at(0, y));
      plate = std::move(part);
    }
    if (sharpness(plate) < least_sharpness || (finder_ && finder_(plate, std::nullopt))) return;
    result_.plates.push_back(std::move(plate));
  }

  bool is_upright(const Box& box) const {
    return box.size().y() >= upright * box.size().x() &&
           box.size().y() >= least_upright * static_cast<float>(stretch_.frames[0].height);
  }

  void pack_moving_camera() {
    std::optional<Crop> near;
    for (size_t i = 0; i < stretch_.frames.size(); ++i) {
      const auto window = finder_(stretch_.frames[i], near);
      if (!window) {
        ++result_.counts.empty;
      } else {
        if (!near || (window->centre_px - near->centre_px).norm() > jump * near->side_px) result_.clips.emplace_back();
        add(result_.clips.back(), i, *window, box_in(*window), false, FoundBy::model);
      }
      near = window;
    }
  }

  const Stretch& stretch_;
  const PackSettings& settings_;
  const PersonFinder& finder_;
  StillCamera view_;
  PackedStretch result_;
};

}  // namespace

PackCounts& PackCounts::operator+=(const PackCounts& other) {
  frames += other.frames;
  crops += other.crops;
  blurred += other.blurred;
  empty += other.empty;
  duplicate += other.duplicate;
  not_searched += other.not_searched;
  clips += other.clips;
  plates += other.plates;
  return *this;
}

PackedStretch pack_stretch(const Stretch& stretch, const PackSettings& settings, const PersonFinder& finder) {
  return StretchPacker(stretch, settings, finder).run();
}

}  // namespace limn
