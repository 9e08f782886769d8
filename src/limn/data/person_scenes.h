// Frames with several synthetic people, or none, and the boxes of those who can be seen: what the network that finds
// people is trained on. Rendered people are cut out and shown many times, so that rendering does not limit the rate.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "limn/base/random.h"
#include "limn/geometry/box.h"
#include "limn/skeleton/skeleton.h"
#include "limn/synth/options.h"

namespace limn {

struct SceneSettings {
  double empty = 0.25;      ///< share of frames without people
  int most_people = 6;      ///< 1 ... so many in the others, fewer being likelier
  double smallest_px = 20;  ///< longer side of the smallest person's box, pixels of the frame
  double largest = 1.25;    ///< of the largest, share of the frame's longer side: some end at its edges
  double photograph = 0.5;  ///< share of frames before a photograph, where there are any; others are rendered
  double hidden = 0.25;     ///< share of frames with flat things in front
  int cutout_px = 192;      ///< pictures that people are cut from
  int pool = 384;           ///< cutouts, and a quarter as many places, in use at a time
  int scenes_a_render = 2;  ///< so many frames for each new cutout
};

/// A frame and who is in it.
struct PersonScene {
  Image image;
  std::vector<Box> people;   ///< px, within the frame: what of the body lies in it, hidden or not
  std::vector<Box> ignored;  ///< of people too small or too hidden to ask for
};

/// The options for people who are cut out: whole, large, alone, in clean pictures.
SynthOptions cutout_world(SynthOptions options, const SceneSettings& settings);

class PersonScenes {
 public:
  /// Takes bodies, poses, light and photographs from `options`. Error(usage) as ProceduralPeople.
  PersonScenes(const Skeleton& skeleton, const SynthOptions& options, SceneSettings settings = {});
  ~PersonScenes();

  /// A pure function of its arguments and the options; safe to call from several threads. The image is width x height.
  PersonScene scene(uint64_t seed, uint64_t index, int width, int height) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace limn
