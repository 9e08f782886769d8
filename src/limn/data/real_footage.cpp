#include "limn/data/real_footage.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/data/real_pairs.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"
#include "limn/media/video.h"

namespace limn {

long long Footage::bytes() const {
  long long total = 0;
  for (const std::string& frame : frames) total += static_cast<long long>(frame.size());
  return total;
}

Footage load_stretch(const std::filesystem::path& path, double begin, double end, const RealPairsSettings& settings) {
  VideoReader reader(path, {settings.stored_side, 1});
  const double seconds = std::min(end, reader.duration() > 0 ? reader.duration() : end) - begin;
  const double expected =
      std::isfinite(seconds) ? seconds * reader.frame_rate() : static_cast<double>(reader.approximate_frame_count());
  const int step = std::max(1, static_cast<int>(std::ceil(expected / settings.frames_per_stretch)));
  if (begin > 0) reader.seek(begin);
  Footage footage;
  std::vector<Image> frames;
  for (int i = 0; static_cast<int>(frames.size()) < 2 * settings.frames_per_stretch; ++i) {
    Image frame;
    const bool wanted = i % step == 0;
    if (!(wanted ? reader.next(frame) : reader.skip())) break;
    if (reader.seconds() >= end) break;
    if (!wanted) continue;
    footage.frames.push_back(encode_jpeg(frame, settings.stored_quality));
    footage.seconds.push_back(reader.seconds());
    frames.push_back(std::move(frame));
  }
  require(!frames.empty(), ErrorKind::input, "no frame of the video can be decoded", path.string(),
          "re-encode it or leave it out");
  footage.width = frames[0].width;
  footage.height = frames[0].height;
  footage.same_view = frames.size() >= 2;
  footage.person = motion_box(frames);
  return footage;
}

Footage load_pictures(const std::vector<std::filesystem::path>& paths, const RealPairsSettings& settings) {
  Footage footage;
  std::vector<Image> pictures;
  for (const auto& path : paths) {
    std::string bytes = read_file(path);
    Image picture = decode_image(bytes, path.string());
    if (std::max(picture.width, picture.height) > settings.stored_side) {
      picture = shrunk_to(picture, settings.stored_side);
      bytes = encode_jpeg(picture, settings.stored_quality);
    }
    footage.frames.push_back(std::move(bytes));
    pictures.push_back(std::move(picture));
  }
  footage.width = pictures[0].width;
  footage.height = pictures[0].height;
  footage.same_view =
      pictures.size() == 2 && pictures[1].width == footage.width && pictures[1].height == footage.height;
  if (footage.same_view) footage.person = motion_box(pictures);
  return footage;
}

Footage load_packed(const PackedClip& clip, const RealPairsSettings& settings) {
  Footage footage;
  const size_t count = clip.pictures.size(), wanted = static_cast<size_t>(settings.frames_per_stretch);
  const size_t step = (count + wanted - 1) / wanted;
  for (size_t i = 0; i < count; i += step) {
    footage.frames.push_back(read_packed_picture(clip, i));
    footage.seconds.push_back(clip.pictures[i].seconds);
  }
  const Image first = decode_image(footage.frames[0], clip.shard.string() + ": " + clip.name);
  footage.width = first.width;
  footage.height = first.height;
  footage.same_view = clip.still && footage.frames.size() >= 2;
  if (footage.same_view && clip.box)
    footage.person = Box{px_from_crop_units(clip.box->low, first.width), px_from_crop_units(clip.box->high, first.width)};
  return footage;
}

}  // namespace limn
