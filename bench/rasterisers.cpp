#include "rasterisers.h"

#include <cmath>
#include <cstdio>

#include "limn/base/error.h"
#include "limn/synth/procedural_people.h"

namespace limn::bench {
namespace {

constexpr int kScenes = 24;

class ZBuffer : public Rasteriser {
 public:
  Seen draw(const Mesh& mesh, const Camera& camera) override {
    PlacedCamera view;
    view.camera = camera;
    Frame frame = rasterise(mesh, view);
    return {std::move(frame.inverse_depth), std::move(frame.triangle)};
  }
};

struct Contestant {
  std::string name, figure;
  std::unique_ptr<Rasteriser> rasteriser;
  std::vector<double> ms = {};
  double other_coverage = 0, other_depth = 0;  ///< shares of samples that differ from ours
};

std::vector<Contestant> contestants() {
  std::vector<Contestant> all;
  all.push_back({"z-buffer (ours)", "raster_ours_ms", std::make_unique<ZBuffer>()});
#ifdef LIMN_BENCH_EMBREE
  if (auto embree = make_embree_rasteriser()) all.push_back({"Embree", "raster_embree_ms", std::move(embree)});
#endif
#ifdef LIMN_BENCH_EGL
  if (auto egl = make_egl_rasteriser()) all.push_back({"EGL, llvmpipe", "raster_llvmpipe_ms", std::move(egl)});
#endif
  return all;
}

/// Scenes with clutter, an occluder and a second person, as the generator renders them.
std::vector<PersonView> posed_people() {
  SynthOptions options;
  options.occluder_probability = options.clutter_probability = options.distractor_probability = 0.5;
  const ProceduralPeople people(Skeleton::human(), options);
  std::vector<PersonView> views;
  for (int i = 0; i < kScenes; ++i)
    views.push_back(people.sample(1, i, SampleParts{.appearance = false, .surfaces = true}).target);
  return views;
}

void compare(const Seen& ours, const Seen& theirs, Contestant& contestant) {
  const double one = 1.0 / (static_cast<double>(kScenes) * static_cast<double>(ours.triangle.size()));
  for (size_t i = 0; i < ours.triangle.size(); ++i) {
    if ((ours.triangle[i] < 0) != (theirs.triangle[i] < 0)) {
      contestant.other_coverage += one;
    } else if (ours.triangle[i] >= 0 && std::abs(theirs.inverse_depth[i] / ours.inverse_depth[i] - 1) > 0.01f) {
      contestant.other_depth += one;
    }
  }
}

void compare_all(const std::vector<PersonView>& views, std::vector<Contestant>& all) {
  for (const PersonView& view : views) {
    const Seen ours = all[0].rasteriser->draw(*view.surfaces, view.camera);
    for (size_t i = 1; i < all.size(); ++i) compare(ours, all[i].rasteriser->draw(*view.surfaces, view.camera), all[i]);
  }
}

}  // namespace

Figures bench_rasterisers(int repetitions) {
  const std::vector<PersonView> views = posed_people();
  std::vector<Contestant> all = contestants();
  compare_all(views, all);
  for (int i = 0; i < repetitions; ++i)
    for (const PersonView& view : views)
      for (Contestant& c : all) c.ms.push_back(milliseconds([&] { c.rasteriser->draw(*view.surfaces, view.camera); }));
  size_t triangles = 0;
  for (const PersonView& view : views) triangles += view.surfaces->triangles.size() / views.size();
  Figures figures;
  std::printf("rasterisers, 128 x 128, 2 x 2 samples, %d scenes of %zu triangles, one thread\n", kScenes, triangles);
  std::printf("  %-16s %10s %16s %16s\n", "", "ms", "other coverage", "other depth");
  for (const Contestant& c : all) {
    figures[c.figure] = median(c.ms);
    std::printf("  %-16s %10.3f %15.4f%% %15.4f%%\n", c.name.c_str(), figures[c.figure], 100 * c.other_coverage,
                100 * c.other_depth);
  }
  for (const Contestant& c : all) {
    require(c.other_coverage < 0.002 && c.other_depth < 0.002, ErrorKind::model, "two rasterisers differ", c.name,
            "run the tests of the renderer");
  }
  return figures;
}

}  // namespace limn::bench
