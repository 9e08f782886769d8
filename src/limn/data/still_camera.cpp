#include "limn/data/still_camera.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "limn/base/error.h"
#include "limn/media/resample.h"

namespace limn {
namespace {

constexpr int map_side = 160;         // px; frames are compared at this size: it removes noise, and is fast
constexpr float noticeable = 14;      // grey levels; compression noise is below
constexpr float edge = 24;            // grey levels over two pixels
constexpr float steady_share = 0.8f;  // of the frames: a pixel that is as in the plate so often is steady
constexpr float still_edges = 0.33f;  // of the edges steady: the camera stood still
constexpr double tail = 0.015;        // of a mover's pixels, cut off at each side of its box
constexpr float smallest_frame_share = 0.0015f;  // of the picture: less than that differs by noise
constexpr float box_margin = 1.3f;               // the person's box to the window, as in infer/predictor.h
constexpr float least_side = 0.65f;              // of the picture's shorter side
constexpr size_t most_movers = 4;

struct GreyMap {
  int width = 0, height = 0;
  std::vector<float> values;
  float at(int x, int y) const { return values[static_cast<size_t>(y) * width + x]; }
  /// Central differences, larger of both axes; 0 on the outermost pixels.
  float gradient(int x, int y) const {
    if (x < 1 || y < 1 || x + 1 >= width || y + 1 >= height) return 0;
    return std::max(std::abs(at(x + 1, y) - at(x - 1, y)), std::abs(at(x, y + 1) - at(x, y - 1)));
  }
};

GreyMap grey_map(const Image& frame) {
  const Image small = shrunk_to(frame, map_side);
  GreyMap map{small.width, small.height, {}};
  for (size_t i = 0; i + 2 < small.pixels.size(); i += 3)
    map.values.push_back(0.299f * small.pixels[i] + 0.587f * small.pixels[i + 1] + 0.114f * small.pixels[i + 2]);
  return map;
}

GreyMap median_map(const std::vector<GreyMap>& frames) {
  GreyMap plate = frames[0];
  std::vector<float> column(frames.size());
  const auto middle = column.begin() + static_cast<long>(column.size() / 2);
  for (size_t i = 0; i < plate.values.size(); ++i) {
    for (size_t t = 0; t < frames.size(); ++t) column[t] = frames[t].values[i];
    std::nth_element(column.begin(), middle, column.end());
    plate.values[i] = *middle;
  }
  return plate;
}

using Mask = std::vector<uint8_t>;  ///< [height * width], 1 where a frame differs from the plate

Mask mask_of(const GreyMap& frame, const GreyMap& plate) {
  Mask mask(frame.values.size());
  for (size_t i = 0; i < mask.size(); ++i) mask[i] = std::abs(frame.values[i] - plate.values[i]) > noticeable;
  return mask;
}

/// How often each pixel differs from the plate, as a share of the frames.
std::vector<float> activity_of(const std::vector<Mask>& masks) {
  std::vector<float> activity(masks[0].size());
  for (const Mask& mask : masks)
    for (size_t i = 0; i < mask.size(); ++i) activity[i] += mask[i];
  for (float& value : activity) value /= static_cast<float>(masks.size());
  return activity;
}

/// The share of `frame`'s edge pixels that are steady; of all pixels where it has hardly an edge.
float steady_edges(const GreyMap& frame, const std::vector<float>& activity) {
  int edges = 0, steady = 0, steady_pixels = 0;
  for (int y = 0; y < frame.height; ++y)
    for (int x = 0; x < frame.width; ++x) {
      const bool is_steady = activity[static_cast<size_t>(y) * frame.width + x] <= 1 - steady_share;
      const bool is_edge = frame.gradient(x, y) >= edge;
      edges += is_edge;
      steady += is_edge && is_steady;
      steady_pixels += is_steady;
    }
  const auto pixels = static_cast<float>(frame.values.size());
  return static_cast<float>(edges) < 0.004f * pixels ? static_cast<float>(steady_pixels) / pixels
                                                     : static_cast<float>(steady) / static_cast<float>(edges);
}

/// The interval [first, last) of the histogram within [begin, end) that leaves `tail` of its mass on each side.
struct Range {
  int begin = 0, end = 0;
};
Range trimmed(const std::vector<int>& histogram, Range within) {
  const double total = std::accumulate(histogram.begin() + within.begin, histogram.begin() + within.end, 0.0);
  for (double left = 0; within.begin < within.end && (left += histogram[within.begin]) <= tail * total;) ++within.begin;
  for (double right = 0; within.end > within.begin && (right += histogram[within.end - 1]) <= tail * total;)
    --within.end;
  return within;
}

/// The box of the set pixels in the given columns, in map pixels, and how many there are.
struct Blob {
  Box box;
  int pixels = 0;
};
template <class Set>
Blob blob_in(const GreyMap& map, Range columns, const Set& is_set) {
  std::vector<int> across(map.width), down(map.height);
  Blob blob;
  for (int y = 0; y < map.height; ++y)
    for (int x = columns.begin; x < columns.end; ++x)
      if (is_set(static_cast<size_t>(y) * map.width + x)) ++across[x], ++down[y], ++blob.pixels;
  const Range x = trimmed(across, columns), y = trimmed(down, {0, map.height});
  blob.box = {Vec2(static_cast<float>(x.begin), static_cast<float>(y.begin)),
              Vec2(static_cast<float>(x.end), static_cast<float>(y.end))};
  return blob;
}

/// Two runs of columns belong to one person (two hands, say) where windows about them would largely show the same.
bool one_person(const Blob& a, const Blob& b, const GreyMap& map) {
  const Crop first = person_window(a.box, map.width, map.height), second = person_window(b.box, map.width, map.height);
  const float overlap = 0.5f * (first.side_px + second.side_px) - std::abs(first.centre_px.x() - second.centre_px.x());
  return overlap > 0.4f * std::min(first.side_px, second.side_px);
}

/// The columns of each mover: runs of active columns, joined where they are one person; small ones left out.
std::vector<Range> find_movers(const GreyMap& map, const std::vector<float>& activity, float least) {
  const auto active = [&](size_t i) { return activity[i] >= least; };
  std::vector<Range> runs;
  for (int x = 0; x < map.width; ++x) {
    int count = 0;
    for (int y = 0; y < map.height; ++y) count += active(static_cast<size_t>(y) * map.width + x);
    if (count < 2) continue;
    if (runs.empty() || x > runs.back().end + 1) runs.push_back({x, x});
    runs.back().end = x + 1;
  }
  const auto blob = [&](const Range& run) { return blob_in(map, run, active); };
  std::erase_if(runs, [&](const Range& r) { return blob(r).pixels < smallest_frame_share * map.values.size(); });
  for (size_t i = 0; i + 1 < runs.size();)
    if (one_person(blob(runs[i]), blob(runs[i + 1]), map)) {
      runs[i].end = runs[i + 1].end;
      runs.erase(runs.begin() + static_cast<long>(i) + 1);
      i = i > 0 ? i - 1 : 0;
    } else {
      ++i;
    }
  std::vector<int> sizes;
  for (const Range& run : runs) sizes.push_back(blob(run).pixels);
  std::vector<int> sorted = sizes;
  std::sort(sorted.rbegin(), sorted.rend());
  std::vector<Range> movers;
  for (size_t i = 0; i < runs.size(); ++i)
    if (4 * sizes[i] >= sorted[0] && sizes[i] >= sorted[std::min(most_movers, sorted.size()) - 1])
      movers.push_back(runs[i]);
  return movers;
}

/// Where the plate shows a person who later left, the outline of what differs is an edge in the plate, not in the frame.
bool outlines_are_the_frames(const std::vector<GreyMap>& frames, const std::vector<Mask>& masks, const GreyMap& plate) {
  long outline = 0, ghostly = 0;
  for (size_t t = 0; t < frames.size(); ++t)
    for (int y = 1; y + 1 < plate.height; ++y)
      for (int x = 1; x + 1 < plate.width; ++x) {
        const size_t i = static_cast<size_t>(y) * plate.width + x;
        if (!masks[t][i] || (masks[t][i - 1] && masks[t][i + 1] && masks[t][i - plate.width] && masks[t][i + plate.width]))
          continue;
        ++outline;
        ghostly += plate.gradient(x, y) > frames[t].gradient(x, y);
      }
  return outline > 0 && static_cast<double>(ghostly) < 0.3 * static_cast<double>(outline);
}

/// No place is in a mover's box in half of the frames.
bool everyone_left_their_place(const std::vector<Mover>& movers, int width, int height, size_t frames) {
  std::vector<int> covered(static_cast<size_t>(width) * height);
  for (const Mover& mover : movers)
    for (const auto& box : mover.in_frame) {
      if (!box) continue;
      for (int y = std::max(0, static_cast<int>(box->low.y())); y < std::min<float>(height, box->high.y()); ++y)
        for (int x = std::max(0, static_cast<int>(box->low.x())); x < std::min<float>(width, box->high.x()); ++x)
          ++covered[static_cast<size_t>(y) * width + x];
    }
  return !movers.empty() && 2 * static_cast<size_t>(*std::max_element(covered.begin(), covered.end())) < frames;
}

Box scaled(const Box& box, const Vec2& scale) { return {box.low.cwiseProduct(scale), box.high.cwiseProduct(scale)}; }

}  // namespace

StillCamera watch(const std::vector<Image>& frames) {
  require(frames.size() >= 2, ErrorKind::usage, "one frame does not show what moves", "watch", "give two or more");
  std::vector<GreyMap> maps;
  for (const Image& frame : frames) {
    require(frame.width == frames[0].width && frame.height == frames[0].height, ErrorKind::usage,
            "frames of one camera are of one size", "watch", "cut the stretch where the size changes");
    maps.push_back(grey_map(frame));
  }
  const GreyMap plate = median_map(maps);
  std::vector<Mask> masks;
  for (const GreyMap& map : maps) masks.push_back(mask_of(map, plate));
  const std::vector<float> activity = activity_of(masks);
  StillCamera result;
  result.still = steady_edges(maps[maps.size() / 2], activity) >= still_edges;
  if (!result.still) return result;
  const float least = std::clamp(1.5f / static_cast<float>(frames.size()), 0.04f, 0.5f);  // one odd frame moves nobody
  for (const Range& columns : find_movers(plate, activity, least)) {
    Mover mover;
    mover.box = blob_in(plate, columns, [&](size_t i) { return activity[i] >= least; }).box;
    for (const Mask& mask : masks) {
      const Blob blob = blob_in(plate, columns, [&](size_t i) { return mask[i] != 0; });
      const bool seen = static_cast<float>(blob.pixels) >= smallest_frame_share * static_cast<float>(mask.size());
      mover.in_frame.push_back(seen ? std::optional<Box>(blob.box) : std::nullopt);
    }
    result.movers.push_back(std::move(mover));
  }
  result.plate_is_clean = everyone_left_their_place(result.movers, plate.width, plate.height, frames.size()) &&
                          outlines_are_the_frames(maps, masks, plate);
  const Vec2 scale(static_cast<float>(frames[0].width) / static_cast<float>(plate.width),
                   static_cast<float>(frames[0].height) / static_cast<float>(plate.height));
  for (Mover& mover : result.movers) {
    mover.box = scaled(mover.box, scale);
    for (auto& box : mover.in_frame)
      if (box) box = scaled(*box, scale);
  }
  return result;
}

Image median_plate(const std::vector<Image>& frames) {
  require(!frames.empty(), ErrorKind::usage, "a plate needs frames", "median_plate", "give one or more");
  Image plate = frames[0];
  std::vector<uint8_t> column(frames.size());
  const auto middle = column.begin() + static_cast<long>(column.size() / 2);
  for (size_t i = 0; i < plate.pixels.size(); ++i) {
    for (size_t t = 0; t < frames.size(); ++t) column[t] = frames[t].pixels[i];
    std::nth_element(column.begin(), middle, column.end());
    plate.pixels[i] = *middle;
  }
  return plate;
}

Crop person_window(const Box& box, int width, int height) {
  const Vec2 extent(static_cast<float>(width), static_cast<float>(height));
  const float side =
      std::min(extent.maxCoeff(), std::max(box_margin * box.size().maxCoeff(), least_side * extent.minCoeff()));
  Vec2 centre = box.centre();
  for (int k = 0; k < 2; ++k)
    centre[k] = side <= extent[k] ? std::clamp(centre[k], 0.5f * side, extent[k] - 0.5f * side) : 0.5f * extent[k];
  return {centre, side};
}

}  // namespace limn
