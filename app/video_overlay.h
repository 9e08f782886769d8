// The overlay of a video, drawn when its poses are what is exported: sides corrected, smoothed, gaps filled, numbered.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "limn/export/pose_json.h"
#include "limn/infer/people_tracker.h"
#include "overlay_picture.h"
#include "sources.h"
#include "verbs.h"

namespace limn::app {

/// Poses are final after the last frame only, so the frames are read a second time to be drawn on. What just the first
/// reading knows is kept meanwhile: windows, and skeleton images as PNGs of 2 KB or so. What cannot be read twice, a
/// camera or a pipe, is recorded.
class VideoOverlay {
 public:
  /// `predictor` and `source` must outlive this; `recording`, .mp4, is made if need be.
  VideoOverlay(const Predictor& predictor, const Source& source, std::filesystem::path recording, double frame_rate);

  /// A frame of the first reading, the next one of the document, and those seen in it.
  void add(const Image& frame, const std::vector<TrackedPerson>& people);
  /// Somebody seen afterwards in the frame `before` frames before the last one.
  void add_earlier(size_t before, const TrackedPerson& person);

  /// The video `path`, a frame for each of the document's. `numbers`: those that people have there, by those of add();
  /// who has none is not drawn. Error(input) where the source ends earlier than the first time.
  void write(const PoseDocument& document, const std::map<int, int>& numbers, const PredictArguments& arguments,
             const std::filesystem::path& path);

 private:
  struct Reading {
    int id = 0;
    Crop window;
    std::string skeleton_image;  ///< PNG
  };
  std::vector<OverlayPerson> people_of(const PoseFrame& frame, const std::vector<Reading>& readings,
                                       const std::map<int, int>& numbers) const;

  const Predictor& predictor_;
  const Source& source_;
  std::filesystem::path recording_;
  double frame_rate_;
  bool twice_;  ///< the source can be read again
  std::optional<VideoWriter> recorder_;
  std::vector<std::vector<Reading>> frames_;
};

}  // namespace limn::app
