// limn-measure-crossings: whether people keep their numbers when they walk across each other, and their joints.
//
//   limn-measure-crossings --count 10                    ten videos of each kind (data/crossing.h), followed as limn predict does
//   limn-measure-crossings --count 1 --sheet crossings.png
//
// A crossing is right when both people have, after it, the numbers that they had before it.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <map>
#include <span>

#include "limn/base/error.h"
#include "limn/data/crossing.h"
#include "limn/infer/assignment.h"
#include "limn/infer/people_tracker.h"
#include "limn/infer/person_finder.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/overlay.h"
#include "limn/media/resample.h"

namespace {

using namespace limn;

constexpr const char* kind_names[crossing_kinds] = {"passing", "overtaking", "behind a pillar", "turning back"};
constexpr double farthest = 0.3;       // of a pose from the person it is of, in heights of the person
constexpr float joint_radius = 0.1f;   // of the person's height: a joint is right
constexpr float least_visible = 0.5f;  // of a person in a frame, to be asked for
constexpr int fewest_frames = 5;       // before and after the crossing

struct Arguments {
  std::string model = "models/limn-s.safetensors", finder = "models/limn-person.safetensors", sheet;
  int count = 10, sheet_columns = 9;
  uint64_t seed = 1;
  bool motion_only = false, no_painting = false, verbose = false;
};

/// A frame as it was and as it was read.
struct Moment {
  CrossingFrame truth;
  std::vector<TrackedPerson> people;
  std::array<int, 2> read{-1, -1};  ///< of `people`, who is who; -1: nobody
};

float height_of(const CrossingWalker& walker) { return std::max(1.0f, walker.box.size().y()); }

void match(Moment& moment) {
  std::vector<std::vector<double>> costs;
  for (const CrossingWalker& walker : moment.truth.walkers) {
    costs.emplace_back();
    for (const TrackedPerson& person : moment.people) {
      double sum = 0;
      for (size_t j = 0; j < walker.joints_px.size(); ++j)
        sum += (walker.joints_px[j] - person.pose.joints_px[j]).norm();
      const double apart = sum / static_cast<double>(walker.joints_px.size()) / height_of(walker);
      costs.back().push_back(apart < farthest ? apart : never);
    }
  }
  if (moment.people.empty()) return;
  const std::vector<int> pairs = cheapest_pairs(costs);
  moment.read = {pairs[0], pairs[1]};
}

bool apart(const Moment& moment) {
  const auto& [a, b] = moment.truth.walkers;
  return a.visible > 0.97f && b.visible > 0.97f && intersection(a.box, b.box).area() <= 0;
}

struct Outcome {
  int crossings = 0, right = 0, exchanged = 0, lost = 0, renumbered = 0;
  long asked = 0, seen = 0, joints = 0, joints_right = 0;  ///< people in frames in which they overlap or are hidden

  void operator+=(const Outcome& o) {
    crossings += o.crossings, right += o.right, exchanged += o.exchanged, lost += o.lost, renumbered += o.renumbered;
    asked += o.asked, seen += o.seen, joints += o.joints, joints_right += o.joints_right;
  }
};

/// The number that walker `w` has most often in these moments; 0: none.
int number_of(std::span<const Moment> moments, size_t w) {
  std::map<int, int> votes;
  for (const Moment& moment : moments)
    if (moment.read[w] >= 0) ++votes[moment.people[static_cast<size_t>(moment.read[w])].id];
  const auto most = std::max_element(votes.begin(), votes.end(),
                                     [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == votes.end() ? 0 : most->first;
}

Outcome judge(const std::vector<Moment>& moments) {
  const auto frames = static_cast<int>(moments.size());
  int first = 0, last = frames - 1;
  while (first < frames && apart(moments[static_cast<size_t>(first)])) ++first;
  while (last >= 0 && apart(moments[static_cast<size_t>(last)])) --last;
  first = std::clamp(first, fewest_frames, frames / 2);
  last = std::clamp(last, frames / 2, frames - 1 - fewest_frames);
  const std::span<const Moment> all(moments);
  const auto before = all.first(static_cast<size_t>(first)), after = all.subspan(static_cast<size_t>(last) + 1);
  const std::array<int, 2> was{number_of(before, 0), number_of(before, 1)}, is{number_of(after, 0), number_of(after, 1)};
  Outcome outcome{.crossings = 1};
  const bool known = was[0] > 0 && was[1] > 0 && is[0] > 0 && is[1] > 0;
  if (!known) outcome.lost = 1;
  else if (was == is) outcome.right = 1;
  else if (was[0] == is[1] || was[1] == is[0]) outcome.exchanged = 1;
  else outcome.renumbered = 1;
  for (const Moment& moment : all.subspan(static_cast<size_t>(first), static_cast<size_t>(last + 1 - first)))
    for (size_t w = 0; w < 2; ++w) {
      const CrossingWalker& walker = moment.truth.walkers[w];
      if (walker.visible < least_visible) continue;
      ++outcome.asked;
      outcome.joints += static_cast<long>(walker.joints_px.size());
      if (moment.read[w] < 0) continue;
      ++outcome.seen;
      const PoseEstimate& pose = moment.people[static_cast<size_t>(moment.read[w])].pose;
      for (size_t j = 0; j < walker.joints_px.size(); ++j)
        outcome.joints_right +=
            (pose.joints_px[j] - walker.joints_px[j]).norm() < joint_radius * height_of(walker);
    }
  return outcome;
}

std::vector<Moment> follow(const Crossing& crossing, const TrackerSettings& settings, const Predictor& predictor,
                           const PersonFinder& finder) {
  PeopleTracker tracker([&](const Image& image) { return finder.find(image); },
                        [&](const Image& image, const Crop& crop) { return predictor.predict(image, crop); },
                        settings);
  std::vector<Moment> moments;
  for (int t = 0; t < crossing.frames(); ++t) {
    Moment moment;
    moment.truth = crossing.frame(t);
    moment.people = tracker.next(moment.truth.image);
    match(moment);
    moments.push_back(std::move(moment));
  }
  return moments;
}

Image drawn(const Moment& moment, const Skeleton& skeleton) {
  Image image = moment.truth.image;
  for (const TrackedPerson& person : moment.people) {
    draw_pose(image, skeleton, skeleton.grouping("limbs"), person.pose.joints_px, person.pose.confidence);
    const Vec2 at = box_of(person.pose).low;
    draw_text(image, static_cast<int>(at.x()), std::max(0, static_cast<int>(at.y()) - 10), std::to_string(person.id),
              {255, 255, 0});
  }
  return image;
}

void print(const char* name, const Outcome& o) {
  const auto share = [](long a, long b) { return b > 0 ? 100.0 * static_cast<double>(a) / static_cast<double>(b) : 0; };
  std::printf("%-16s %3d of %3d right, %d exchanged, %d renumbered, %d lost; meanwhile seen %.0f %%, joints right %.0f %%\n",
              name, o.right, o.crossings, o.exchanged, o.renumbered, o.lost, share(o.seen, o.asked),
              share(o.joints_right, o.joints));
  std::fflush(stdout);
}

void measure(const Arguments& arguments) {
  const Predictor predictor = Predictor::load(arguments.model, {.mirror = true});
  const PersonFinder finder = PersonFinder::load(arguments.finder);
  const CrossingSettings settings;
  TrackerSettings tracking{.frame_rate = settings.frame_rate};
  if (!arguments.motion_only) tracking = with_sight(tracking, predictor.skeleton());
  if (arguments.no_painting) tracking.paint_over = {};
  std::vector<Image> sheet;
  Outcome all;
  for (int kind = 0; kind < crossing_kinds; ++kind) { if (std::getenv("KIND") && std::atoi(std::getenv("KIND")) != kind) continue;
    Outcome sum;
    for (int i = std::getenv("FIRST") ? std::atoi(std::getenv("FIRST")) : 0; i < arguments.count; ++i) {
      const Crossing crossing(predictor.skeleton(), {}, static_cast<CrossingKind>(kind), arguments.seed,
                              static_cast<uint64_t>(i), settings);
      const std::vector<Moment> moments = follow(crossing, tracking, predictor, finder);
      const Outcome outcome = judge(moments);
      if (std::getenv("TRACE")) for (size_t t = 0; t < moments.size(); ++t) { const Moment& m = moments[t];
        std::printf("%3zu  vis %.2f %.2f  x %.0f %.0f  ids %d %d  people %zu\n", t, m.truth.walkers[0].visible, m.truth.walkers[1].visible, m.truth.walkers[0].joints_px[0].x(), m.truth.walkers[1].joints_px[0].x(),
          m.read[0] < 0 ? 0 : m.people[m.read[0]].id, m.read[1] < 0 ? 0 : m.people[m.read[1]].id, m.people.size()); }
      if (arguments.verbose) print((std::string(kind_names[kind]) + " " + std::to_string(i)).c_str(), outcome);
      sum += outcome;
      if (arguments.sheet.empty()) continue;
      for (int c = 0; c < arguments.sheet_columns; ++c) {
        const size_t t = (moments.size() - 1) * static_cast<size_t>(c) / static_cast<size_t>(arguments.sheet_columns - 1);
        sheet.push_back(drawn(moments[t], predictor.skeleton()));
      }
    }
    print(kind_names[kind], sum);
    all += sum;
  }
  print("all", all);
  if (!sheet.empty()) write_png(arguments.sheet, tile(sheet, arguments.sheet_columns));
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app{"Measure whether people keep their numbers through crossings", "limn-measure-crossings"};
  app.add_option("--model", arguments.model, "weights of the pose networks");
  app.add_option("--finder", arguments.finder, "weights of the person network");
  app.add_option("--count", arguments.count, "videos of each kind")->check(CLI::Range(1, 100000));
  app.add_option("--seed", arguments.seed, "of the videos");
  app.add_option("--sheet", arguments.sheet, "picture, .png: frames of each video with what was read");
  app.add_flag("--motion-only", arguments.motion_only, "without looking at clothes, and nobody painted over");
  app.add_flag("--no-painting", arguments.no_painting, "nobody painted over");
  app.add_flag("--verbose", arguments.verbose, "a line a video");
  CLI11_PARSE(app, argc, argv);
  try {
    measure(arguments);
    return 0;
  } catch (const Error& error) {
    std::cerr << error.what() << "\n";
    return error.exit_code();
  }
}
