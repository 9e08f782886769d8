// Who draws one posed person fastest: our z-buffer, rays through a hierarchy, or OpenGL on the processor.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "figures.h"
#include "limn/synth/renderer.h"

namespace limn::bench {

/// What is seen through each sample, rows from the top.
struct Seen {
  std::vector<float> inverse_depth;  ///< [(size * Frame::grid)^2] 1 / z, 0 where empty
  std::vector<int> triangle;         ///< [(size * Frame::grid)^2], -1 where empty
};

class Rasteriser {
 public:
  virtual ~Rasteriser() = default;
  /// Everything an image costs, as the mesh is another one each time: upload or hierarchy, drawing, reading back. The
  /// mesh is in the frame of the camera. On the calling thread alone.
  virtual Seen draw(const Mesh& mesh, const Camera& camera) = 0;
};

/// Null where the library is there but does not work on this machine. Built only with LIMN_BENCH_EMBREE.
std::unique_ptr<Rasteriser> make_embree_rasteriser();
/// Null where EGL has no surfaceless platform on the processor. Built only with LIMN_BENCH_EGL.
std::unique_ptr<Rasteriser> make_egl_rasteriser();

/// Visibility, depth and triangle number of the same posed people at 128 x 128, 2 x 2 samples a pixel, on one core,
/// taking turns. Prints a table with the share of samples at which the others differ from ours.
///   raster_ours_ms, raster_embree_ms, raster_llvmpipe_ms  a picture, medians; those whose library is not found are
///   left out
Figures bench_rasterisers(int repetitions);

}  // namespace limn::bench
