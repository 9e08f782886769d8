// Readings of poses that nobody rendered, with the errors of readings that somebody did: those of read clips
// (read_clips.h) are replayed, in sizes of the person and with the limbs' sides exchanged where they were, so that they last
// as long, come together and are as large as they are.
#pragma once

#include <vector>

#include "limn/base/random.h"
#include "limn/data/read_clips.h"
#include "limn/skeleton/limb_pairs.h"
#include "limn/skeleton/pose_code.h"

namespace limn {

/// One frame as it is read; where nobody is seen all confidences are 0.
using Reading = Keypoints;  ///< in the truth's units

/// A frame as it is.
struct TrueFrame {
  std::vector<Vec2> uv;            ///< [J]
  std::vector<float> bone_depths;  ///< [J] skeleton/bone_depths.h; only where the clips' readings have them
};

class ReadingNoise {
 public:
  /// Error(usage) without clips. Frames that follow one another in replay() are `step_s` apart.
  ReadingNoise(const Skeleton& skeleton, const ReadClips& clips, double step_s);

  const Skeleton& skeleton() const { return skeleton_; }

  /// truth [T] of a clip -> its readings. Of some stretches of clips, forwards, backwards or mirrored, the one in whose
  /// true poses the person is most alike lends its errors, a little larger or smaller. Stretches shorter than T go back
  /// and forth.
  std::vector<Reading> replay(const std::vector<TrueFrame>& truth, Random& random) const;

 private:
  struct FrameErrors {
    std::vector<Vec2> shape;        ///< [J] the true pose, centred, of size 1
    std::vector<Vec2> error;        ///< [J] in sizes of the person, from where `source` is
    std::vector<int> source;        ///< [J] the true joint that was read: itself or the one on the other side
    std::vector<float> confidence;  ///< [J]
    std::vector<float> depth_error; ///< [J] of bone depths, from that of `source`; empty: none are read
  };
  struct Stretch {
    size_t clip = 0;
    int first = 0, direction = 1;
    bool mirrored = false;
  };
  const FrameErrors& at(const Stretch& stretch, int frame) const;
  FrameErrors errors_of(const ReadFrame& frame, bool depths) const;
  double difference(const Stretch& stretch, const std::vector<std::vector<Vec2>>& shapes) const;

  Skeleton skeleton_;
  std::vector<int> mirror_;
  std::vector<LimbPair> limbs_;
  std::vector<std::vector<FrameErrors>> clips_;
  int stride_;  ///< frames of the clips a step
};

}  // namespace limn
