// What SOURCE on a command line means: pictures, folders of pictures, quoted patterns, videos, cameras.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "limn/media/video.h"

namespace limn::app {

/// What becomes one set of results: all the pictures together, or one video, or one camera.
struct Source {
  enum class Kind { pictures, video, webcam };
  Kind kind = Kind::pictures;
  std::vector<std::filesystem::path> files;  ///< the pictures, or the video
  int webcam = 0;                            ///< its number
  bool one_picture = false;  ///< named by itself: it must be readable; of many, damaged ones are skipped
  std::string name;          ///< as given, for errors
  std::string folder;        ///< where below --out its results go; empty: --out itself

  /// Of a video or camera. Errors as VideoReader's.
  VideoReader open(const VideoReaderOptions& options) const;
  /// What its frames say they are from: the video, or "webcam0".
  std::filesystem::path file() const;
};

/// Each word is a picture, a folder (its pictures, hidden ones left out), a pattern with * ? or [ ] that the shell did
/// not expand, a video, or webcam:N. Pictures of all words are one source, in the order given, patterns and folders by
/// name. Where there are several sources, each video and camera gets a folder of its name. Error(input), naming the
/// word, where nothing is there: no file, no match, no pictures in the folder, a device or socket; Error(usage) for a
/// webcam without a number.
std::vector<Source> resolve_sources(const std::vector<std::string>& words);

}  // namespace limn::app
