// Where people are in a picture: the person network (network/person_file.h) on the whole frame.
#pragma once

#include <memory>
#include <vector>

#include "limn/base/image.h"
#include "limn/geometry/camera.h"
#include "limn/network/person_code.h"
#include "limn/network/person_file.h"

namespace limn {

struct FinderSettings {
  int scales = 3;  ///< the frame is read so often, each time at half the size: people as high as the frame are found
                   ///< best where they are small
  int longer_side = 320;          ///< px that the frame's longer side is scaled to, a multiple of 32
  float smallest_score = 0.3f;    ///< of a box to be reported
  float largest_overlap = 0.55f;  ///< of two boxes; above, the better one stays
  int threads = 1;                ///< that share the work of each layer
};

/// One thread at a time. Networks for new proportions of frames are set up when the first such frame comes.
class PersonFinder {
 public:
  /// Error(model) as PersonFile::load.
  static PersonFinder load(const std::filesystem::path& path, const FinderSettings& settings = {});
  explicit PersonFinder(PersonFile file, const FinderSettings& settings = {});
  PersonFinder(PersonFinder&&) noexcept;
  ~PersonFinder();

  /// Boxes in pixels of `image`, clipped to it, best first. Error(usage) for an empty image.
  std::vector<FoundBox> find(const Image& image) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The square that the pose networks should see of a person in `box`: 1.3 times its longer side, as crop_around's.
Crop crop_of(const Box& box);

}  // namespace limn
