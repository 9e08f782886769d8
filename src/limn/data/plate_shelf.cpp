#include "limn/data/plate_shelf.h"

#include <algorithm>
#include <cmath>

#include "limn/base/error.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"

namespace limn {
namespace fs = std::filesystem;
namespace {

constexpr int side = 16;            // px, of the copies that are compared
constexpr double least_apart = 20;  // grey levels on average: less is the same place
constexpr int jpeg_quality = 92;

std::vector<uint8_t> small_copy(const Image& plate) { return resized(plate, side, side).pixels; }

double distance(const std::vector<uint8_t>& a, const std::vector<uint8_t>& b) {
  double sum = 0;
  for (size_t i = 0; i < a.size(); ++i) sum += std::abs(a[i] - b[i]);
  return sum / static_cast<double>(a.size());
}

}  // namespace

PlateShelf::PlateShelf(fs::path folder) : folder_(std::move(folder)) {
  std::error_code code;
  std::vector<fs::path> paths;
  for (fs::directory_iterator entry(folder_, code), end; !code && entry != end; entry.increment(code))
    if (is_image_path(entry->path())) paths.push_back(entry->path());
  std::sort(paths.begin(), paths.end());
  for (const fs::path& path : paths) try {
      seen_.push_back(small_copy(read_image(path)));
    } catch (const Error&) {
    }
}

bool PlateShelf::add(const Image& plate, const std::string& name) {
  std::error_code code;
  const fs::path path = folder_ / (name + ".jpg");
  if (fs::exists(path, code)) return true;  // by a run that was stopped before its shard was whole
  std::vector<uint8_t> copy = small_copy(plate);
  for (const auto& other : seen_)
    if (distance(copy, other) < least_apart) return false;
  fs::create_directories(folder_, code);
  if (code)
    throw Error(ErrorKind::input, "cannot make the folder of plates: " + code.message(), folder_.string(),
                "check that the output folder can be written");
  write_jpeg(path, plate, jpeg_quality);
  seen_.push_back(std::move(copy));
  return true;
}

}  // namespace limn
