#include "limn/infer/person_finder.h"

#include <cmath>
#include <map>

#include "limn/base/error.h"
#include "limn/infer/engine.h"
#include "limn/infer/thread_team.h"
#include "limn/media/resample.h"
#include "limn/network/architectures.h"

namespace limn {
namespace {

constexpr int granule = 32;          // px, of the network's input
constexpr float crop_margin = 1.3f;  // as crop_around
constexpr float smallest_side_px = 16;
constexpr size_t most_sizes = 6;  // networks kept: each holds its own memory

/// The picture at the network's size: scaled, and its edge repeated up to the next multiple of `granule`.
struct Fitted {
  int width = 0, height = 0;              ///< px, multiples of granule
  int inner_width = 0, inner_height = 0;  ///< of the scaled picture, top left
};

Fitted fit(const Image& image, int longer_side) {
  const double scale = static_cast<double>(longer_side) / std::max(image.width, image.height);
  Fitted f;
  f.inner_width = std::max(1, static_cast<int>(std::lround(scale * image.width)));
  f.inner_height = std::max(1, static_cast<int>(std::lround(scale * image.height)));
  const auto up = [](int px) { return (px + granule - 1) / granule * granule; };
  f.width = up(f.inner_width), f.height = up(f.inner_height);
  return f;
}

/// -> [3 H W], as the network was trained.
void fill_input(const Image& picture, const Fitted& f, std::vector<float>& input) {
  const size_t plane = static_cast<size_t>(f.width) * f.height;
  input.resize(3 * plane);
  for (int y = 0; y < f.height; ++y)
    for (int x = 0; x < f.width; ++x) {
      const uint8_t* pixel = picture.at(std::min(x, f.inner_width - 1), std::min(y, f.inner_height - 1));
      for (size_t c = 0; c < 3; ++c)
        input[c * plane + static_cast<size_t>(y) * f.width + x] = (pixel[c] / 255.0f - input_mean) / input_deviation;
    }
}

}  // namespace

struct PersonFinder::State {
  PersonFile file;
  FinderSettings settings;
  std::map<std::pair<int, int>, std::unique_ptr<Engine>> engines;  ///< by height and width
  std::vector<float> input;                                        ///< scratch
  std::unique_ptr<ThreadTeam> team;                                ///< null: one thread

  Engine& engine_for(int height, int width) {
    std::unique_ptr<Engine>& engine = engines[{height, width}];
    if (!engine) {
      if (engines.size() > most_sizes)
        for (auto other = engines.begin(); other != engines.end();)
          other = other->second ? engines.erase(other) : std::next(other);
      engine = std::make_unique<Engine>(file.network_for(height, width), file.weights, "person.");
    }
    return *engine;
  }
  /// Boxes in pixels of the image, clipped to it.
  std::vector<FoundBox> find_at(int longer_side, const Image& image) {
    const Fitted f = fit(image, longer_side);
    fill_input(resized(image, f.inner_width, f.inner_height), f, input);
    Engine& engine = engine_for(f.height, f.width);
    const auto& maps = engine.run({input}, team.get());
    const Vec2 scale(static_cast<float>(image.width) / f.inner_width,
                     static_cast<float>(image.height) / f.inner_height);
    const Box frame{Vec2::Zero(), Vec2(image.width, image.height)};
    std::vector<FoundBox> inside;
    for (FoundBox& person :
         decode_people(engine.output_shape(0), maps[0], maps[1], settings.smallest_score, settings.largest_overlap)) {
      person.box = intersection({person.box.low.cwiseProduct(scale), person.box.high.cwiseProduct(scale)}, frame);
      if (person.box.area() > 0 && person.box.size().minCoeff() > 0) inside.push_back(person);
    }
    return inside;
  }
};

PersonFinder PersonFinder::load(const std::filesystem::path& path, const FinderSettings& settings) {
  return PersonFinder(PersonFile::load(path), settings);
}

PersonFinder::PersonFinder(PersonFile file, const FinderSettings& settings) : state_(std::make_unique<State>()) {
  require(settings.longer_side >= granule && settings.longer_side % granule == 0, ErrorKind::usage,
          "the finder's picture has no usable size", std::to_string(settings.longer_side) + " px",
          "choose a multiple of 32");
  require(settings.threads >= 1 && settings.threads <= 1024, ErrorKind::usage, "threads must lie in [1, 1024]",
          std::to_string(settings.threads), "ask for as many threads as the processor has cores");
  require(settings.scales >= 1, ErrorKind::usage, "the finder reads no picture",
          std::to_string(settings.scales) + " scales", "choose 1 or 2");
  file.check("model");
  state_->file = std::move(file);
  state_->settings = settings;
  if (settings.threads > 1) state_->team = std::make_unique<ThreadTeam>(settings.threads);
}
PersonFinder::PersonFinder(PersonFinder&&) noexcept = default;
PersonFinder::~PersonFinder() = default;

std::vector<FoundBox> PersonFinder::find(const Image& image) const {
  require(!image.empty(), ErrorKind::usage, "the picture is empty", "PersonFinder::find", "read it first");
  std::vector<FoundBox> found;
  for (int i = 0; i < state_->settings.scales; ++i) {
    const int longer_side = std::max(granule, state_->settings.longer_side >> i);
    for (FoundBox& person : state_->find_at(longer_side, image)) found.push_back(person);
  }
  return without_doubles(std::move(found), state_->settings.largest_overlap);
}

Crop crop_of(const Box& box) { return {box.centre(), std::max(smallest_side_px, crop_margin * box.size().maxCoeff())}; }

}  // namespace limn
