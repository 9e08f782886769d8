// From the frames of one stretch of one camera to crops of the people in it, without a label.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "limn/base/image.h"
#include "limn/data/packed_footage.h"

namespace limn {

struct PackSettings {
  int size = 160;                ///< px, side of the crops
  double frames_per_second = 5;  ///< looked at
  double stretch_s = 10;         ///< longest clip, and what is held in memory at a time
  int jpeg_quality = 92;
  bool plates = true;  ///< harvest the place behind the person where the camera stood still
  int read_side() const { return std::max(640, 4 * size); }  ///< px, longer side of the frames in memory
};

/// The window about a person: near the place given, else anywhere; empty where there is none. As infer/predictor.h's.
using PersonFinder = std::function<std::optional<Crop>(const Image& image, const std::optional<Crop>& near)>;

struct PackCounts {
  long long frames = 0;                             ///< looked at
  long long crops = 0;                              ///< kept; a frame with two people can give two
  long long blurred = 0, empty = 0, duplicate = 0;  ///< crops dropped: not sharp, without a person, as the one before
  long long not_searched = 0;                       ///< dropped: the camera moved, and there is no finder
  long long clips = 0, plates = 0;
  PackCounts& operator+=(const PackCounts& other);
};

struct Stretch {
  std::vector<Image> frames;    ///< of one size
  std::vector<double> seconds;  ///< of each frame
  bool is_picture = false;      ///< a photograph, alone
};

struct CropPicture {
  PackedFrame about;  ///< without names; the crop in px of the frames
  size_t frame = 0;   ///< index in the stretch
  Image picture;      ///< size x size
};

struct PackedStretch {
  std::vector<std::vector<CropPicture>> clips;  ///< none empty
  std::vector<Image> plates;                    ///< the place without people: whole, or the part nobody was in
  PackCounts counts;                            ///< `plates` is left 0
};

/// Where the camera stood still, one window for each person who moved, the same in all frames; else the finder's
/// window, frame by frame, or the whole picture of a photograph where `finder` is empty.
PackedStretch pack_stretch(const Stretch& stretch, const PackSettings& settings, const PersonFinder& finder);

}  // namespace limn
