// Short videos of two synthetic people who walk across each other, with everything known: what following people through
// crossings is measured and tested on.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "limn/geometry/box.h"
#include "limn/synth/options.h"
#include "limn/skeleton/skeleton.h"

namespace limn {

enum class CrossingKind {
  passing,       ///< they walk towards and past each other
  overtaking,    ///< one overtakes the other, slowly: the nearer one hides the other for longer
  behind,        ///< as passing, where both are hidden by a pillar
  turning_back,  ///< they meet, stand before each other, turn, and walk back
};
inline constexpr int crossing_kinds = 4;

struct CrossingSettings {
  int width = 448, height = 256;  ///< px
  double frame_rate = 25;
  double seconds = 3.6;
  int render_px = 192;  ///< side of the pictures that people are cut from
};

/// One of the two in a frame.
struct CrossingWalker {
  std::vector<Vec2> joints_px;  ///< [J] of the frame, pixel centres at +0.5
  Box box;                      ///< of all pixels, hidden or not, px
  float visible = 0;            ///< share of these that is seen, [0, 1]
};

struct CrossingFrame {
  Image image;
  std::array<CrossingWalker, 2> walkers;  ///< the farther one first; the nearer one hides it
};

class Crossing {
 public:
  /// A pure function of its arguments. `options`: bodies, light and places as PersonScenes takes them.
  Crossing(const Skeleton& skeleton, const SynthOptions& options, CrossingKind kind, uint64_t seed, uint64_t index,
           const CrossingSettings& settings = {});
  ~Crossing();

  int frames() const;
  /// 0 <= number < frames().
  CrossingFrame frame(int number) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace limn
