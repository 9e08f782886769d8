// KeypointGAN's correction of exchanged sides, which needs no label (Jakab et al. 2020, published code): stage 2 as it
// was after stage one, frozen, reads the drawing of a pose again. One channel shows no sides, but how people stand
// does.
#pragma once

#include <memory>
#include <vector>

#include "limn/geometry/rotation.h"
#include "limn/network/model_file.h"

namespace limn {

class FlipCorrection {
 public:
  /// The weights that training kept at the end of stage one (weights/stage_one.safetensors).
  explicit FlipCorrection(const ModelFile& stage_one);
  FlipCorrection(FlipCorrection&&) noexcept;
  ~FlipCorrection();

  /// uv [J] crop units. Whether what is read again is nearer to the pose with left and right exchanged.
  bool is_flipped(const std::vector<Vec2>& uv) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace limn
