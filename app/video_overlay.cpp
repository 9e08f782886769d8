#include "video_overlay.h"

#include <utility>

#include "interrupt.h"
#include "limn/base/error.h"
#include "limn/media/image_file.h"
#include "progress.h"

namespace limn::app {
namespace fs = std::filesystem;
namespace {

constexpr int recording_quality = 12;  // of H.264: what is lost cannot be seen, and the overlay is coded once more

bool can_be_read_again(const Source& source) {
  std::error_code ignored;
  return source.kind == Source::Kind::video && fs::is_regular_file(source.file(), ignored);
}

}  // namespace

VideoOverlay::VideoOverlay(const Predictor& predictor, const Source& source, fs::path recording, double frame_rate)
    : predictor_(predictor),
      source_(source),
      recording_(std::move(recording)),
      frame_rate_(frame_rate),
      twice_(can_be_read_again(source)) {}

void VideoOverlay::add_earlier(size_t before, const TrackedPerson& person) {
  frames_[frames_.size() - 1 - before].push_back(
      {person.id, person.pose.crop, encode_png(skeleton_picture(predictor_, person.pose))});
}

void VideoOverlay::add(const Image& frame, const std::vector<TrackedPerson>& people) {
  frames_.emplace_back();
  for (const TrackedPerson& person : people) add_earlier(0, person);
  if (twice_) return;
  if (!recorder_)
    recorder_.emplace(recording_, frame.width, frame.height,
                      VideoWriterOptions{.frame_rate = frame_rate_, .quality = recording_quality});
  recorder_->write(frame);
}

std::vector<OverlayPerson> VideoOverlay::people_of(const PoseFrame& frame, const std::vector<Reading>& readings,
                                                   const std::map<int, int>& numbers) const {
  std::vector<OverlayPerson> people;
  for (const PosePerson& person : frame.people) {
    OverlayPerson drawn{person.id, person, {}, {}};
    for (const Reading& reading : readings) {
      const auto number = numbers.find(reading.id);
      if (number == numbers.end() || number->second != person.id) continue;
      drawn.window = reading.window;
      drawn.skeleton_image = decode_png(reading.skeleton_image);
    }
    people.push_back(std::move(drawn));
  }
  return people;
}

void VideoOverlay::write(const PoseDocument& document, const std::map<int, int>& numbers,
                         const PredictArguments& arguments, const fs::path& path) {
  if (recorder_) recorder_->close();
  const VideoReaderOptions options{.max_pixels = arguments.max_pixels};
  VideoReader reader = twice_ ? source_.open(options) : VideoReader(recording_);
  std::optional<VideoWriter> writer;
  Progress progress("frames drawn", static_cast<long long>(document.frames.size()), arguments.quiet);
  Image image;
  int64_t position = 0;  // of the reader
  for (size_t t = 0; t < document.frames.size(); ++t, progress.step()) {
    stop_if_interrupted();
    const PoseFrame& frame = document.frames[t];
    const int64_t wanted = twice_ ? frame.frame : static_cast<int64_t>(t);
    bool more = true;
    for (; more && position < wanted; ++position) more = reader.skip();
    more = more && reader.next(image);
    ++position;
    require(more, ErrorKind::input, "the video ends earlier than when it was read first", source_.file().string(),
            "predict it again when nothing writes to it");
    const Image picture = overlay_picture(predictor_.skeleton(), image, people_of(frame, frames_[t], numbers));
    if (!writer)
      writer.emplace(path, picture.width, picture.height, VideoWriterOptions{.frame_rate = document.frame_rate});
    writer->write(picture);
  }
  writer->close();
}

}  // namespace limn::app
