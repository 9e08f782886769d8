#include "limn/media/image_file.h"

#include <algorithm>
#include <cctype>

#include "limn/base/error.h"
#include "limn/base/file.h"

namespace limn {
namespace {

bool has_extension(const std::filesystem::path& path, std::initializer_list<std::string_view> extensions) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return std::find(extensions.begin(), extensions.end(), extension) != extensions.end();
}

}  // namespace

Image decode_image(std::string_view bytes, const std::string& where, long long max_pixels) {
  require(!bytes.empty(), ErrorKind::input, "the picture is empty (0 bytes)", where, "fetch or export it again");
  if (bytes.starts_with("\xff\xd8")) return decode_jpeg(bytes, where, max_pixels);
  if (bytes.starts_with("\x89PNG")) return decode_png(bytes, where, max_pixels);
  throw Error(ErrorKind::input, "not a JPEG or PNG picture", where, "convert it to JPEG or PNG");
}

Image read_image(const std::filesystem::path& path, long long max_pixels) {
  return decode_image(read_file(path), path.string(), max_pixels);
}

void require_pixels_below(long long width, long long height, long long max_pixels, const std::string& where) {
  if (width <= max_pixels / std::max(1LL, height)) return;
  throw Error(ErrorKind::input,
              "the picture has " + std::to_string(width) + " x " + std::to_string(height) +
                  " pixels, more than the limit of " + std::to_string(max_pixels),
              where, "scale it down first, or raise the limit (limn predict --max-pixels N)");
}

void write_jpeg(const std::filesystem::path& path, const Image& image, int quality) {
  write_file_atomic(path, encode_jpeg(image, quality));
}

void write_png(const std::filesystem::path& path, const Image& image) { write_file_atomic(path, encode_png(image)); }

bool is_image_path(const std::filesystem::path& path) { return has_extension(path, {".jpg", ".jpeg", ".png"}); }

bool is_video_path(const std::filesystem::path& path) {
  return has_extension(
      path, {".mp4", ".mov", ".m4v", ".mkv", ".avi", ".webm", ".mpg", ".mpeg", ".wmv", ".3gp", ".ts", ".gif"});
}

}  // namespace limn
