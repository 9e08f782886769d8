// Tracks in a made-up world: people walk along straight lines, who stands behind another cannot be seen, and the
// windows of the pose networks show whoever is in front. Identities are known, so exchanges can be counted.
#include "limn/infer/people_tracker.h"

#include <gtest/gtest.h>

#include <map>

#include "limn/base/random.h"

namespace limn {
namespace {

constexpr double rate = 25;

struct Walker {
  Vec2 from = Vec2::Zero(), velocity = Vec2::Zero();  ///< px of the pelvis; px a frame
  float height = 100;                                 ///< px
  int depth = 0;                                      ///< smaller: nearer
  int first = 0, last = 1 << 20;                      ///< frames in which it exists
  std::vector<std::pair<int, int>> hidden = {};       ///< frames behind something
  int turns = 1 << 20;                                ///< frame in which it turns back
};

class World {
 public:
  explicit World(std::vector<Walker> walkers) : walkers_(std::move(walkers)) {}
  int time = 0;
  float misses = 0.1f;  ///< share of the people that the search does not find
  float noise_px = 0.8f;

  PosePrediction pose_of(const Walker& walker) const {
    const Skeleton& skeleton = Skeleton::human();
    PosePrediction person;
    person.pose = rest_pose(skeleton);
    person.pose.rotations[0] = Vec3(1, -1, -1).asDiagonal();
    for (const char* side : {"left_shoulder", "right_shoulder"})  // arms down
      person.pose.rotations[skeleton.joint(side)] = rotation_from_axis_angle(Vec3(0, 0, side[0] == 'l' ? -1.4f : 1.4f));
    person.kinematics = forward_kinematics(skeleton, person.pose);
    const int way = time < walker.turns ? time : 2 * walker.turns - time;
    person.camera = {walker.from + static_cast<float>(way) * walker.velocity, walker.height / 1.7f};
    Random random(5, "reading", static_cast<uint64_t>(time) * 64 + static_cast<uint64_t>(walker.height));
    for (const Vec3& p : person.kinematics.positions)
      person.joints_px.push_back(person.camera.project(p) + noise_px * Vec2(static_cast<float>(random.normal()),
                                                                            static_cast<float>(random.normal())));
    person.confidence.assign(person.joints_px.size(), 0.9f);
    person.score = 0.8f;
    return person;
  }
  bool there(const Walker& walker) const {
    if (time < walker.first || time > walker.last) return false;
    return std::none_of(walker.hidden.begin(), walker.hidden.end(),
                        [&](const auto& span) { return time >= span.first && time <= span.second; });
  }
  bool visible(const Walker& walker) const {
    const Box box = box_of(pose_of(walker));
    return there(walker) && std::none_of(walkers_.begin(), walkers_.end(), [&](const Walker& other) {
             return other.depth < walker.depth && there(other) &&
                    intersection(box, box_of(pose_of(other))).area() > 0.5f * box.area();
           });
  }
  std::vector<FoundBox> find() const {
    Random random(9, "search", static_cast<uint64_t>(time));
    std::vector<FoundBox> found;
    for (const Walker& walker : walkers_)
      if (visible(walker) && !random.chance(misses)) found.push_back({box_of(pose_of(walker)), 0.9f});
    return found;
  }
  /// Whoever is seen nearest to the window's middle; nobody: a poor reading of nothing. Of a picture with somebody painted
  /// over (not 4 px wide), whoever else is there.
  PosePrediction read(const Image& image, const Crop& window) const {
    const Walker* nearest = nullptr;
    float distance = 0.7f * window.side_px;
    for (const Walker& walker : walkers_) {
      const float d = (box_of(pose_of(walker)).centre() - window.centre_px).norm();
      const bool gone = image.width != 4 && walker.height == static_cast<float>(image.width);
      if ((image.width == 4 ? visible(walker) : there(walker)) && !gone && d < distance) nearest = &walker, distance = d;
    }
    PosePrediction person = pose_of(nearest ? *nearest : Walker{window.centre_px, Vec2::Zero(), 0.7f * window.side_px});
    if (nearest == nullptr) person.score = 0.1f;
    person.crop = window;
    return person;
  }
  const std::vector<Walker>& walkers() const { return walkers_; }

  /// Everybody wears a colour of their own, which their height tells.
  static Appearance clothes(const Image&, const PoseEstimate& person) {
    Appearance look;
    look.shares[0][static_cast<size_t>(std::lround(1.7f * person.camera.scale)) % Appearance::colours] = 1;
    return look;
  }
  /// A picture as wide as the person is high who is painted over.
  static Image without(const Image&, const PoseEstimate& person) {
    return Image(static_cast<int>(std::lround(1.7f * person.camera.scale)), 4);
  }

 private:
  std::vector<Walker> walkers_;
};

struct Outcome {
  std::map<int, std::set<int>> ids;  ///< the numbers each walker was given
  int switches = 0;                  ///< a walker's number changed
  int seen = 0, visible = 0;         ///< walkers in frames, with a number and at all
  int strangers = 0;                 ///< numbered poses of nobody
  std::set<int> lasting;
};

Outcome follow(World& world, int frames, TrackerSettings settings = {}) {
  settings.frame_rate = rate;
  PeopleTracker tracker([&](const Image&) { return world.find(); },
                        [&](const Image& image, const Crop& crop) { return world.read(image, crop); }, settings);
  Outcome outcome;
  std::map<int, int> last;
  for (world.time = 0; world.time < frames; ++world.time) {
    const std::vector<TrackedPerson> people = tracker.next(Image(4, 4));
    std::vector<bool> known(people.size(), false);
    for (size_t w = 0; w < world.walkers().size(); ++w) {
      if (!world.visible(world.walkers()[w])) continue;
      ++outcome.visible;
      const PosePrediction truth = world.pose_of(world.walkers()[w]);
      for (size_t i = 0; i < people.size(); ++i) {
        if (likeness(people[i].pose, truth) < 0.8f) continue;
        known[i] = true;
        ++outcome.seen;
        const int number = static_cast<int>(w), id = people[i].id;
        outcome.ids[number].insert(id);
        outcome.switches += last.count(number) > 0 && last[number] != id;
        last[number] = id;
      }
    }
    outcome.strangers += static_cast<int>(std::count(known.begin(), known.end(), false));
  }
  outcome.lasting = tracker.lasting();
  return outcome;
}

TEST(PeopleTracker, TwoWhoCrossKeepTheirNumbers) {
  for (const float speed : {2.0f, 3.5f, 6.0f}) {
    const float back = 0.7f * speed;
    World world({{Vec2(60, 200), Vec2(speed, 0), 120, 0}, {Vec2(60 + 90 * speed, 195), Vec2(-back, 0), 110, 1}});
    Outcome outcome = follow(world, 100);
    EXPECT_EQ(outcome.switches, 0) << speed;
    EXPECT_EQ(outcome.ids[0].size(), 1u) << speed;
    EXPECT_EQ(outcome.ids[1].size(), 1u) << speed;
    EXPECT_NE(outcome.ids[0], outcome.ids[1]) << speed;
    EXPECT_GT(outcome.seen, 0.9 * outcome.visible) << speed;
    EXPECT_EQ(outcome.strangers, 0) << speed;
  }
}

TEST(PeopleTracker, FourWhoCrossAtOnceKeepTheirNumbers) {
  World world({{Vec2(50, 200), Vec2(4, 0), 120, 0},
               {Vec2(450, 205), Vec2(-3, 0), 121, 1},
               {Vec2(150, 190), Vec2(2, 0), 105, 2},
               {Vec2(380, 188), Vec2(-1.5f, 0), 100, 3}});
  Outcome outcome = follow(world, 120);
  EXPECT_LE(outcome.switches, 1);
  EXPECT_GT(outcome.seen, 0.85 * outcome.visible);
}

TEST(PeopleTracker, SurvivesASecondUnseenButNotTwo) {
  World brief({{Vec2(100, 200), Vec2(2, 0), 120, 0, 0, 1 << 20, {{40, 60}}}});
  Outcome outcome = follow(brief, 110);
  EXPECT_EQ(outcome.ids[0].size(), 1u);
  EXPECT_EQ(outcome.switches, 0);
  World lengthy({{Vec2(100, 200), Vec2(2, 0), 120, 0, 0, 1 << 20, {{40, 95}}}});
  outcome = follow(lengthy, 140);
  EXPECT_EQ(outcome.ids[0].size(), 2u);
}

/// Two who meet behind something, and walk back.
World two_who_turn_back() {
  std::vector<Walker> walkers = {{Vec2(60, 200), Vec2(3, 0), 120, 0}, {Vec2(360, 197), Vec2(-3, 0), 110, 1}};
  for (Walker& walker : walkers) walker.turns = 47, walker.hidden = {{42, 56}};
  return World(walkers);
}

TEST(PeopleTracker, ClothesTellWhoTurnsBackFromWhoPasses) {
  World plain = two_who_turn_back();
  EXPECT_GT(follow(plain, 95).ids[1].size(), 1u);  // motion alone takes them for people who pass
  World world = two_who_turn_back();
  Outcome outcome = follow(world, 95, {.appearance = World::clothes});
  EXPECT_EQ(outcome.ids[0].size(), 1u);
  EXPECT_EQ(outcome.ids[1].size(), 1u);
  EXPECT_EQ(outcome.switches, 0);
  EXPECT_GT(outcome.seen, 0.9 * outcome.visible);
}

TEST(PeopleTracker, ClothesBringBackWhoWasUnseenForTwoSeconds) {
  World world({{Vec2(100, 200), Vec2(1, 0), 120, 0, 0, 1 << 20, {{40, 90}}}});
  EXPECT_EQ(follow(world, 140, {.appearance = World::clothes}).ids[0].size(), 1u);
  World longer({{Vec2(100, 200), Vec2(1, 0), 120, 0, 0, 1 << 20, {{40, 130}}}});
  EXPECT_EQ(follow(longer, 170, {.appearance = World::clothes}).ids[0].size(), 2u);
}

TEST(PeopleTracker, NobodyTakesTheNumberOfSomebodyInOtherClothes) {
  World world({{Vec2(100, 200), Vec2(1, 0), 120, 0, 0, 40}, {Vec2(95, 200), Vec2(1, 0), 105, 0, 45}});
  World same = world;
  EXPECT_EQ(follow(same, 90).lasting.size(), 1u);  // as far as motion goes, the same person
  EXPECT_EQ(follow(world, 90, {.appearance = World::clothes}).lasting.size(), 2u);
}

TEST(PeopleTracker, WhoeverStandsBehindIsSeenWhereTheOtherIsPaintedOver) {
  const std::vector<Walker> walkers = {{Vec2(150, 200), Vec2(1, 0), 120, 0}, {Vec2(250, 180), Vec2(-1, 0), 75, 1}};
  const auto seen = [&](TrackerSettings settings) {
    World world(walkers);
    PeopleTracker tracker([&](const Image&) { return world.find(); },
                          [&](const Image& image, const Crop& crop) { return world.read(image, crop); }, settings);
    size_t sum = 0;
    for (world.time = 0; world.time < 100; ++world.time) sum += tracker.next(Image(4, 4)).size();
    return sum;
  };
  const size_t plain = seen({.frame_rate = rate}), behind = seen({.frame_rate = rate, .paint_over = World::without});
  EXPECT_LE(plain, 180u);
  EXPECT_GT(behind, 190u);
}

TEST(PeopleTracker, ComesLateAndLeavesEarly) {
  World world({{Vec2(100, 200), Vec2(0, 0), 120, 0}, {Vec2(300, 200), Vec2(0, 0), 90, 0, 30, 80}});
  Outcome outcome = follow(world, 120);
  EXPECT_EQ(outcome.ids[1].size(), 1u);
  EXPECT_GT(outcome.seen, 0.93 * outcome.visible);
  EXPECT_EQ(outcome.lasting.size(), 2u);
}

TEST(PeopleTracker, WhoIsSeenForAMomentIsNoPerson) {
  World world({{Vec2(100, 200), Vec2(0, 0), 120, 0}, {Vec2(300, 200), Vec2(0, 0), 90, 0, 30, 33}});
  world.misses = 0;
  Outcome outcome = follow(world, 100);
  EXPECT_EQ(outcome.lasting, outcome.ids.at(0));
}

TEST(PeopleTracker, FindsNobodyWhereNobodyIsRead) {
  World world({});
  PeopleTracker tracker(
      [](const Image&) {
        return std::vector<FoundBox>{{Box{Vec2(0, 0), Vec2(50, 90)}, 0.9f}};
      },
      [&](const Image& image, const Crop& crop) { return world.read(image, crop); }, {.frame_rate = rate});
  for (int t = 0; t < 20; ++t) EXPECT_TRUE(tracker.next(Image(4, 4)).empty());
  EXPECT_TRUE(tracker.lasting().empty());
}

TEST(PeopleTracker, TakesGivenBoxesForTruth) {
  World world({{Vec2(100, 200), Vec2(2, 0), 120, 0}, {Vec2(300, 200), Vec2(0, 0), 90, 0}});
  bool searched = false;
  PeopleTracker tracker(
      [&](const Image&) {
        searched = true;
        return std::vector<FoundBox>();
      },
      [&](const Image& image, const Crop& crop) { return world.read(image, crop); }, {.frame_rate = rate});
  for (world.time = 0; world.time < 30; ++world.time) {
    const std::vector<Box> boxes = {box_of(world.pose_of(world.walkers()[0]))};
    const auto people = tracker.next(Image(4, 4), boxes);
    ASSERT_EQ(people.size(), 1u);
    EXPECT_EQ(people[0].id, 1);
  }
  EXPECT_FALSE(searched);
}

TEST(PeopleTracker, NeverFollowsMoreThanAsked) {
  World world({{Vec2(100, 200), Vec2(0, 0), 120, 0}, {Vec2(300, 200), Vec2(0, 0), 90, 0}});
  TrackerSettings settings;
  settings.people.most_people = 1;
  EXPECT_EQ(follow(world, 30, settings).lasting.size(), 1u);
}

TEST(PeopleTracker, OneReadInTwoPosesIsOneUnlessClothesDiffer) {
  World world({{Vec2(100, 200), Vec2(0, 0), 120, 0}});
  const Walker bent{Vec2(100, 185), Vec2(0, 0), 75, 0};  // what the network reads in a window of the upper body
  const Box upper = box_of(world.pose_of(bent));
  for (const bool same_clothes : {true, false}) {
    TrackerSettings settings;
    settings.frame_rate = rate;
    settings.appearance = [&](const Image& image, const PoseEstimate& person) {
      if (!same_clothes) return World::clothes(image, person);
      Appearance look;
      look.shares[0][0] = 1;
      return look;
    };
    PeopleTracker tracker(
        [&](const Image&) { return std::vector<FoundBox>{{box_of(world.pose_of(world.walkers()[0])), 0.9f}, {upper, 0.9f}}; },
        [&](const Image& image, const Crop& crop) {
          PosePrediction pose = crop.side_px < 120 ? world.pose_of(bent) : world.read(image, crop);
          pose.crop = crop;
          return pose;
        },
        settings);
    for (int frame = 0; frame < 50; ++frame) tracker.next(Image(4, 4));
    EXPECT_EQ(tracker.lasting().size(), same_clothes ? 1u : 2u);
  }
}

TEST(ReadPeople, OnePersonInTwoWindowsIsOne) {
  World world({{Vec2(100, 200), Vec2(0, 0), 120, 0}, {Vec2(300, 200), Vec2(0, 0), 90, 0}});
  const auto read = [&](const Image& image, const Crop& crop) { return world.read(image, crop); };
  const auto at = [](float x, float y, float side) {
    return FoundBox{{Vec2(x - side / 2, y - side / 2), Vec2(x + side / 2, y + side / 2)}, 0.8f};
  };
  const std::vector<FoundBox> windows = {at(100, 200, 123), at(110, 195, 115), at(300, 200, 92), at(600, 50, 40)};
  const auto people = read_people(read, Image(4, 4), windows);
  ASSERT_EQ(people.size(), 2u);
  EXPECT_NEAR(people[1].camera.root_uv.x(), 300, 1);
}

}  // namespace
}  // namespace limn
