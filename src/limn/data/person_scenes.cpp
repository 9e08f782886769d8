#include "limn/data/person_scenes.h"

#include <algorithm>
#include <cmath>
#include <future>
#include <map>
#include <mutex>

#include "limn/data/augment.h"
#include "limn/data/cutout.h"
#include "limn/media/canvas.h"
#include "limn/synth/empty_scene.h"
#include "limn/synth/procedural_people.h"

namespace limn {
namespace {

constexpr int place_px = 256;
constexpr int nobody = -1, a_thing = -2;  // in the map of who is seen where
constexpr float least_visible = 0.25f;    // of a person's pixels, to be asked for
constexpr float crowd_share = 0.5f;       // of the frames: people of about the same size

/// What is made once by whoever needs it first; the lowest numbers go.
template <class Item>
class Pool {
 public:
  explicit Pool(size_t capacity) : capacity_(capacity) {}
  template <class Make>
  std::shared_ptr<const Item> get(uint64_t seed, int64_t number, Make make) {
    std::promise<std::shared_ptr<const Item>> promise;
    std::shared_future<std::shared_ptr<const Item>> item;
    bool mine = false;
    {
      const std::lock_guard lock(mutex_);
      const auto [place, fresh] = items_.try_emplace({seed, number});
      if (fresh) place->second = promise.get_future().share();
      item = place->second;
      mine = fresh;
      if (items_.size() > capacity_)
        items_.erase(items_.begin()->first == place->first ? std::prev(items_.end()) : items_.begin());
    }
    if (mine) try {
        promise.set_value(std::make_shared<const Item>(make()));
      } catch (...) {
        promise.set_exception(std::current_exception());
      }
    return item.get();
  }

 private:
  std::mutex mutex_;
  std::map<std::pair<uint64_t, int64_t>, std::shared_future<std::shared_ptr<const Item>>> items_;
  size_t capacity_;
};

/// A frame in the making.
struct Stage {
  Image image;
  std::vector<int> seen;  ///< [height * width] number of the person in front, nobody or a_thing
  struct Placed {
    Box box;        ///< px, may reach beyond the frame
    int whole = 0;  ///< pixels, within the frame or not
  };
  std::vector<Placed> people;

  explicit Stage(Image place) : image(std::move(place)), seen(image.pixels.size() / 3, nobody) {}

  void add(const Cutout& person, int left, int top) {
    const int number = static_cast<int>(people.size());
    Placed placed{{Vec2(left, top), Vec2(left + person.image.width, top + person.image.height)}, 0};
    paste(image, person, left, top, [&](int u, int v) {
      ++placed.whole;
      if (u >= 0 && v >= 0 && u < image.width && v < image.height)
        seen[static_cast<size_t>(v) * image.width + u] = number;
    });
    people.push_back(placed);
  }
  void hide(int left, int top, const Image& thing) {
    paste(image, thing, left, top);
    for (int v = std::max(0, top); v < std::min(image.height, top + thing.height); ++v)
      for (int u = std::max(0, left); u < std::min(image.width, left + thing.width); ++u)
        seen[static_cast<size_t>(v) * image.width + u] = a_thing;
  }
  PersonScene finish(double smallest_px) && {
    std::vector<int> visible(people.size(), 0);
    for (const int who : seen)
      if (who >= 0) ++visible[who];
    PersonScene scene;
    const Box frame{Vec2::Zero(), Vec2(image.width, image.height)};
    for (size_t i = 0; i < people.size(); ++i) {
      const Box box = intersection(people[i].box, frame);
      if (visible[i] == 0 || box.area() <= 0) continue;
      const bool asked = static_cast<float>(visible[i]) >= least_visible * static_cast<float>(people[i].whole) &&
                         box.size().maxCoeff() >= smallest_px;
      (asked ? scene.people : scene.ignored).push_back(box);
    }
    scene.image = std::move(image);
    return scene;
  }
};

AugmentSettings camera_changes() {
  AugmentSettings s;
  s.blur = 0.25, s.blur_sigma_px = 1.0, s.noise = 0.6, s.noise_sigma = 0.035, s.jpeg = 0.3, s.shrink = 0.15,
  s.cutout = 0;
  return s;
}

/// A random part of `picture`, of the frame's proportions, at least `least` of the largest such part.
Image random_part(const Image& picture, int width, int height, double least, Random& random) {
  const double fit = std::min(static_cast<double>(picture.width) / width, static_cast<double>(picture.height) / height);
  const double scale = fit * random.uniform(least, 1);
  const int w = std::clamp(static_cast<int>(scale * width), 1, picture.width),
            h = std::clamp(static_cast<int>(scale * height), 1, picture.height);
  const Image part =
      part_of(picture, random.integer(picture.width - w + 1), random.integer(picture.height - h + 1), w, h);
  const Image sized = resized(part, width, height);
  return random.chance(0.5) ? mirrored(sized) : sized;
}

}  // namespace

SynthOptions cutout_world(SynthOptions o, const SceneSettings& settings) {
  o.image_size = settings.cutout_px;
  o.smallest_extent = 0.85, o.large_share = 0, o.off_centre = 0;
  o.truncation_probability = o.distractor_probability = o.clutter_probability = o.sensor_strength = o.edges.share = 0;
  o.background_probability = o.room_weight = o.landscape_weight = o.abstract_weight = 0;  // cut away: the cheapest
  o.plain_weight = 1;
  return o;
}

struct PersonScenes::State {
  Skeleton skeleton;
  SynthOptions options;
  SceneSettings settings;
  ProceduralPeople people;
  SynthOptions empty;
  mutable Pool<Cutout> cutouts;
  mutable Pool<Image> places;

  State(const Skeleton& skeleton_, const SynthOptions& options_, const SceneSettings& settings_)
      : skeleton(skeleton_),
        options(options_),
        settings(settings_),
        people(skeleton_, cutout_world(options_, settings_)),
        empty(options_),
        cutouts(2 * static_cast<size_t>(settings_.pool) + 64),
        places(static_cast<size_t>(settings_.pool) / 2 + 64) {
    empty.image_size = place_px;
    empty.background_probability = 0;  // photographs are shown whole, below
  }

  /// Of `pool` that are in use at scene `index`, one in `pace` scenes being new.
  static int64_t draw(uint64_t index, int pool, int pace, Random& random) {
    return static_cast<int64_t>(index) / pace - random.integer(pool);
  }
  std::shared_ptr<const Cutout> cutout(uint64_t seed, uint64_t index, Random& random) const {
    const int64_t number = draw(index, settings.pool, settings.scenes_a_render, random);
    return cutouts.get(seed, number, [&] {
      return cut_out_person(
          people.sample(seed, static_cast<uint64_t>(number), SampleParts{.appearance = false, .mask = true}).target);
    });
  }
  Image place(uint64_t seed, uint64_t index, int width, int height, Random& random) const {
    if (!options.backgrounds.empty() && random.chance(settings.photograph)) {
      const int count = static_cast<int>(options.backgrounds.size());
      return random_part(*options.backgrounds[random.integer(count)], width, height, 0.45, random);
    }
    const int64_t number = draw(index, std::max(1, settings.pool / 4), 4 * settings.scenes_a_render, random);
    const auto plate =
        places.get(seed, number, [&] { return empty_scene(skeleton, empty, seed, static_cast<uint64_t>(number)); });
    return random_part(*plate, width, height, 0.6, random);
  }
  void add_people(uint64_t seed, uint64_t index, Random& random, Stage& stage) const;
  void hide_some(uint64_t seed, uint64_t index, Random& random, Stage& stage) const;
};

void PersonScenes::State::add_people(uint64_t seed, uint64_t index, Random& random, Stage& stage) const {
  const int count = 1 + static_cast<int>(settings.most_people * random.uniform() * random.uniform());
  const double longer = std::max(stage.image.width, stage.image.height);
  const auto extent = [&] {
    return std::exp(random.uniform(std::log(settings.smallest_px), std::log(settings.largest * longer)));
  };
  const double common = extent();
  const bool crowd = random.chance(crowd_share);
  std::vector<double> extents;
  for (int i = 0; i < count; ++i) extents.push_back(crowd ? common * std::exp(random.normal(0, 0.15)) : extent());
  std::sort(extents.begin(), extents.end());  // what is near is large, and stands before the rest
  for (const double size : extents) {
    const auto person = cutout(seed, index, random);
    if (person->image.empty()) continue;
    const double scale = size / std::max(person->image.width, person->image.height);
    const int width = std::max(1, static_cast<int>(std::lround(scale * person->image.width))),
              height = std::max(1, static_cast<int>(std::lround(scale * person->image.height)));
    Cutout shown = resized(*person, width, height);
    if (random.chance(0.5)) shown = {mirrored(shown.image), mirrored(shown.mask)};
    PhotometrySettings light;
    light.grey = 0;
    apply_photometry(shown.image, random_photometry(light, random));
    // Mostly inside; a fifth may leave the frame by up to half.
    const double beyond = random.chance(0.2) ? 0.5 : 0.05;
    const auto position = [&](int extent_px, int frame_px) {
      const double low = -beyond * extent_px, high = frame_px - (1 - beyond) * extent_px;
      return static_cast<int>(std::lround(random.uniform(std::min(low, high), std::max(low, high))));
    };
    const int left = position(width, stage.image.width), top = position(height, stage.image.height);
    stage.add(shown, left, top);
  }
}

void PersonScenes::State::hide_some(uint64_t seed, uint64_t index, Random& random, Stage& stage) const {
  for (int i = 1 + random.integer(2); i > 0; --i) {
    const bool tall = random.chance(0.5);
    const auto side = [&](int frame, bool is_long) {
      return std::max(2, static_cast<int>(frame * (is_long ? random.uniform(0.2, 1.0) : random.uniform(0.02, 0.25))));
    };
    const int width = side(stage.image.width, !tall), height = side(stage.image.height, tall);
    const Image thing = place(seed, index, width, height, random);
    const int left = random.integer(stage.image.width) - width / 2,
              top = random.integer(stage.image.height) - height / 2;
    stage.hide(left, top, thing);
  }
}

PersonScenes::PersonScenes(const Skeleton& skeleton, const SynthOptions& options, SceneSettings settings)
    : state_(std::make_unique<State>(skeleton, options, settings)) {}
PersonScenes::~PersonScenes() = default;

PersonScene PersonScenes::scene(uint64_t seed, uint64_t index, int width, int height) const {
  Random random(seed, "data.person_scene", index);
  Stage stage(state_->place(seed, index, width, height, random));
  const bool empty = random.chance(state_->settings.empty);
  if (random.chance(0.5 * state_->settings.hidden)) state_->hide_some(seed, index, random, stage);  // behind them
  if (!empty) state_->add_people(seed, index, random, stage);
  if (random.chance(0.5 * state_->settings.hidden)) state_->hide_some(seed, index, random, stage);
  PersonScene scene = std::move(stage).finish(state_->settings.smallest_px);
  augment(scene.image, camera_changes(), random);
  return scene;
}

}  // namespace limn
