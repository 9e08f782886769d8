#include "limn/data/still_camera.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "limn/base/error.h"
#include "limn/data/grey_map.h"

namespace limn {
namespace {

constexpr int map_side = 160;     // px; frames are compared at this size: it removes noise, and is fast
constexpr float noticeable = 14;  // grey levels; compression noise is below
constexpr float edge = 24;        // grey levels over two pixels
// Of the edges are as in the plate: the camera stood still. In 250 clips of still cameras the share was at least 0.96;
// in the same clips, seen through a window that slid by 15 % of its side, below 0.81 in 98 of 100.
constexpr float still_edges = 0.85f;
constexpr float largest_part = 0.35f;            // of the picture
constexpr double tail = 0.015;                   // of a mover's pixels, cut off at each side of its box
constexpr float smallest_frame_share = 0.0015f;  // of the picture: less than that differs by noise
constexpr float box_margin = 1.3f;               // the person's box to the window, as in infer/predictor.h
constexpr float least_side = 0.65f;              // of the picture's shorter side
constexpr double seen_share = 0.7;               // of the frames
constexpr float smallest_person = 0.25f;         // of the picture's height
constexpr size_t most_movers = 4;

/// Central differences, larger of both axes; 0 on the outermost pixels.
float gradient(const GreyMap& map, int x, int y) {
  if (x < 1 || y < 1 || x + 1 >= map.width || y + 1 >= map.height) return 0;
  return std::max(std::abs(map.at(x + 1, y) - map.at(x - 1, y)), std::abs(map.at(x, y + 1) - map.at(x, y - 1)));
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

/// The plate's least and largest value within a pixel of each: what a camera that trembles shows there.
struct Surroundings {
  std::vector<float> least, largest;
};

Surroundings surroundings_of(const GreyMap& plate) {
  Surroundings result{plate.values, plate.values};
  for (int y = 0; y < plate.height; ++y)
    for (int x = 0; x < plate.width; ++x) {
      const size_t i = static_cast<size_t>(y) * plate.width + x;
      for (int v = std::max(0, y - 1); v <= std::min(plate.height - 1, y + 1); ++v)
        for (int u = std::max(0, x - 1); u <= std::min(plate.width - 1, x + 1); ++u) {
          result.least[i] = std::min(result.least[i], plate.at(u, v));
          result.largest[i] = std::max(result.largest[i], plate.at(u, v));
        }
    }
  return result;
}

Mask mask_of(const GreyMap& frame, const Surroundings& plate) {
  const int width = frame.width, height = frame.height;
  Mask raw(frame.values.size()), mask(raw.size());
  for (size_t i = 0; i < raw.size(); ++i)
    raw[i] = frame.values[i] < plate.least[i] - noticeable || frame.values[i] > plate.largest[i] + noticeable;
  for (int y = 1; y + 1 < height; ++y)  // what stands alone is noise
    for (int x = 1; x + 1 < width; ++x) {
      int near = 0;
      for (int v = y - 1; v <= y + 1; ++v)
        for (int u = x - 1; u <= x + 1; ++u) near += raw[static_cast<size_t>(v) * width + u];
      const size_t i = static_cast<size_t>(y) * width + x;
      mask[i] = raw[i] && near >= 4;
    }
  return mask;
}

/// Where any frame differs from the plate: somebody who walks through is at each place once.
Mask any_of(const std::vector<Mask>& masks) {
  Mask any = masks[0];
  for (const Mask& mask : masks)
    for (size_t i = 0; i < mask.size(); ++i) any[i] |= mask[i];
  return any;
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

/// The share of all frames' edge pixels that are as in the plate, and an edge there; of all pixels where there is
/// hardly an edge. Edges in the box of what moves do not count where that is a part of the picture: they are the
/// person's.
float steady_edges(const std::vector<GreyMap>& frames, const std::vector<Mask>& masks, const Surroundings& plate) {
  double edges = 0, steady = 0, steady_pixels = 0, pixels = 0;
  for (size_t t = 0; t < frames.size(); ++t) {
    const GreyMap& frame = frames[t];
    const Box box = blob_in(frame, {0, frame.width}, [&](size_t i) { return masks[t][i] != 0; }).box;
    const bool is_part = box.size().prod() < largest_part * static_cast<float>(frame.values.size());
    for (int y = 0; y < frame.height; ++y)
      for (int x = 0; x < frame.width; ++x) {
        if (is_part && x >= box.low.x() && y >= box.low.y() && x < box.high.x() && y < box.high.y()) continue;
        const size_t i = static_cast<size_t>(y) * frame.width + x;
        const float steepness = gradient(frame, x, y);
        const bool is_steady = masks[t][i] == 0, is_edge = steepness >= edge;
        edges += is_edge;
        steady += is_edge && is_steady && plate.largest[i] - plate.least[i] >= 0.5f * steepness;
        steady_pixels += is_steady;
        ++pixels;
      }
  }
  return static_cast<float>(edges < 0.004 * pixels ? steady_pixels / pixels : steady / edges);
}

/// Two runs of columns belong to one person (two hands, say) where windows about them would largely show the same.
bool one_person(const Blob& a, const Blob& b, const GreyMap& map) {
  const Crop first = person_window(a.box, map.width, map.height), second = person_window(b.box, map.width, map.height);
  const float overlap = 0.5f * (first.side_px + second.side_px) - std::abs(first.centre_px.x() - second.centre_px.x());
  return overlap > 0.4f * std::min(first.side_px, second.side_px);
}

/// The columns of each mover: runs of active columns, joined where they are one person; small ones left out.
std::vector<Range> find_movers(const GreyMap& map, const Mask& moved) {
  const auto active = [&](size_t i) { return moved[i] != 0; };
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

/// Where the plate shows a person who later left, the outline of what differs is an edge in the plate, not in the
/// frame.
bool outlines_are_the_frames(const std::vector<GreyMap>& frames, const std::vector<Mask>& masks, const GreyMap& plate) {
  long outline = 0, ghostly = 0;
  for (size_t t = 0; t < frames.size(); ++t)
    for (int y = 1; y + 1 < plate.height; ++y)
      for (int x = 1; x + 1 < plate.width; ++x) {
        const size_t i = static_cast<size_t>(y) * plate.width + x;
        if (!masks[t][i] ||
            (masks[t][i - 1] && masks[t][i + 1] && masks[t][i - plate.width] && masks[t][i + plate.width]))
          continue;
        ++outline;
        ghostly += gradient(plate, x, y) > gradient(frames[t], x, y);
      }
  return outline > 0 && static_cast<double>(ghostly) < 0.5 * static_cast<double>(outline);
}

/// Each mover differs from the plate by as much as a person in most frames (else it is in the plate, or the body of an
/// arm is), and no place is in a mover's box in half of them.
bool everyone_left_their_place(const std::vector<Mover>& movers, int width, int height) {
  std::vector<size_t> covered(static_cast<size_t>(width) * height);
  for (const Mover& mover : movers) {
    const auto seen = std::ranges::count_if(mover.in_frame, [&](const auto& box) {
      return box && box->size().y() >= smallest_person * static_cast<float>(height);
    });
    if (static_cast<double>(seen) < seen_share * static_cast<double>(mover.in_frame.size())) return false;
    for (const auto& box : mover.in_frame) {
      if (!box) continue;
      for (int y = std::max(0, static_cast<int>(box->low.y())); y < std::min<float>(height, box->high.y()); ++y)
        for (int x = std::max(0, static_cast<int>(box->low.x())); x < std::min<float>(width, box->high.x()); ++x)
          ++covered[static_cast<size_t>(y) * width + x];
    }
  }
  return !movers.empty() && 2 * *std::ranges::max_element(covered) < movers[0].in_frame.size();
}

Box scaled(const Box& box, const Vec2& scale) { return {box.low.cwiseProduct(scale), box.high.cwiseProduct(scale)}; }

}  // namespace

StillCamera watch(const std::vector<Image>& frames) {
  require(frames.size() >= 2, ErrorKind::usage, "one frame does not show what moves", "watch", "give two or more");
  std::vector<GreyMap> maps;
  for (const Image& frame : frames) {
    require(frame.width == frames[0].width && frame.height == frames[0].height, ErrorKind::usage,
            "frames of one camera are of one size", "watch", "cut the stretch where the size changes");
    maps.push_back(grey_map(frame, map_side));
  }
  const GreyMap plate = median_map(maps);
  const Surroundings surroundings = surroundings_of(plate);
  std::vector<Mask> masks;
  for (const GreyMap& map : maps) masks.push_back(mask_of(map, surroundings));
  StillCamera result;
  result.still = steady_edges(maps, masks, surroundings) >= still_edges;
  if (!result.still) return result;
  const Mask moved = any_of(masks);
  for (const Range& columns : find_movers(plate, moved)) {
    Mover mover;
    mover.box = blob_in(plate, columns, [&](size_t i) { return moved[i] != 0; }).box;
    for (const Mask& mask : masks) {
      const Blob blob = blob_in(plate, columns, [&](size_t i) { return mask[i] != 0; });
      const bool seen = static_cast<float>(blob.pixels) >= smallest_frame_share * static_cast<float>(mask.size());
      mover.in_frame.push_back(seen ? std::optional<Box>(blob.box) : std::nullopt);
    }
    result.movers.push_back(std::move(mover));
  }
  result.plate_is_clean = everyone_left_their_place(result.movers, plate.width, plate.height) &&
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
  const float longer = box.size().maxCoeff(), shorter = extent.minCoeff();
  const float side = box_margin * longer <= shorter ? std::max(box_margin * longer, least_side * shorter)
                                                    : std::max(shorter, std::min(1.1f * longer, extent.maxCoeff()));
  Vec2 centre = box.centre();
  for (int k = 0; k < 2; ++k)
    centre[k] = side <= extent[k] ? std::clamp(centre[k], 0.5f * side, extent[k] - 0.5f * side) : 0.5f * extent[k];
  return {centre, side};
}

}  // namespace limn
