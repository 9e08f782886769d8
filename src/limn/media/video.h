// Video files in and out, through FFmpeg's libraries. Only local files are opened, whatever a file refers to.
#pragma once

#include <filesystem>
#include <memory>

#include "limn/media/image_file.h"

namespace limn {

struct VideoReaderOptions {
  int max_side = 0;  ///< frames are scaled down so that the longer side is at most this; 0: as they are
  int threads = 0;   ///< of the decoder; 0: one per core
  long long max_pixels = default_max_pixels;  ///< of a frame; larger ones are refused before memory is taken
};

/// Reads the frames of the best video stream in order, upright (rotation side data is applied).
class VideoReader {
 public:
  /// Error(input) naming the file: missing, empty, not a video, no video stream, unknown codec, frames above
  /// max_pixels.
  explicit VideoReader(const std::filesystem::path& path, const VideoReaderOptions& options = {});
  /// A camera of this computer, from 0: /dev/video0 ... on Linux. It never ends by itself. Error(input) where there is
  /// none, it is in use, or FFmpeg's libavdevice is not installed (it is loaded here, so that nothing else needs it).
  static VideoReader webcam(int number, const VideoReaderOptions& options = {});
  /// Any input device of libavdevice, by FFmpeg's names: ("video4linux2", "/dev/video0"). Errors as webcam().
  static VideoReader device(const std::string& driver, const std::string& name, const VideoReaderOptions& options = {});
  ~VideoReader();
  VideoReader(VideoReader&&) noexcept;

  /// The next frame; false at the end. Damaged packets are skipped: each costs its own frame and those that are
  /// coded as its change. Error(input) if the file ends without any frame.
  bool next(Image& frame);
  /// The same without the picture: cheaper where only every k-th frame is wanted.
  bool skip();
  /// The next frame read is the first one at or after this time (to half a frame).
  void seek(double seconds);

  int width() const;  ///< px, after rotation and scaling
  int height() const;
  double frame_rate() const;                  ///< frames per second; 25 where the file does not say
  double duration() const;                    ///< seconds; 0 where the file does not say
  long long approximate_frame_count() const;  ///< 0 where the file does not say
  bool live() const;                          ///< a camera: there is no end and no going back
  double seconds() const;                     ///< time of the frame last read or skipped, from the start of the stream

 private:
  struct State;
  explicit VideoReader(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

struct VideoWriterOptions {
  double frame_rate = 25;
  int quality = 20;  ///< constant rate factor of H.264: 0 best ... 51 worst
};

/// Writes H.264 (MPEG-4 part 2 where FFmpeg has no x264) in yuv420p to .mp4, .mov or .mkv. Odd sides get one more row
/// or column, a copy of the last. The file appears, whole, on close(); without close() nothing stays behind.
class VideoWriter {
 public:
  /// Error(usage) for another extension, a side outside 1 ... 16384, a frame rate outside (0, 1000]; Error(input) when
  /// the file cannot be made.
  VideoWriter(const std::filesystem::path& path, int width, int height, const VideoWriterOptions& options = {});
  ~VideoWriter();
  VideoWriter(VideoWriter&&) noexcept;

  /// Error(usage) when the size is another than the writer's.
  void write(const Image& frame);
  /// Finishes the file. Error(usage) without a frame, Error(input) when the disk is full.
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace limn
