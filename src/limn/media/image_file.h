// Pictures in and out of files and byte strings: JPEG (grey, colour, CMYK) and PNG (1 to 16 bit, palette, alpha, grey).
//
// What a file holds is told by its first bytes, not by its name. A picture that is damaged or cut short is an error,
// never a half-grey picture. Everything is turned into 8-bit RGB; alpha is blended over white; a JPEG's EXIF
// orientation is applied. Colour profiles and gamma chunks are ignored.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "limn/base/image.h"

namespace limn {

/// Larger pictures are refused by their header, before memory is taken (a decoded one takes 3 bytes a pixel).
inline constexpr long long default_max_pixels = 100'000'000;

/// Error(input) naming the file: missing, empty, neither JPEG nor PNG, damaged, cut short, above `max_pixels`.
Image read_image(const std::filesystem::path& path, long long max_pixels = default_max_pixels);

/// The same from bytes in memory; `where` names them in errors.
Image decode_image(std::string_view bytes, const std::string& where, long long max_pixels = default_max_pixels);
Image decode_jpeg(std::string_view bytes, const std::string& where = "JPEG data",
                  long long max_pixels = default_max_pixels);
Image decode_png(std::string_view bytes, const std::string& where = "PNG data",
                 long long max_pixels = default_max_pixels);

/// Error(input) naming `where` when a picture of this size has more than `max_pixels`.
void require_pixels_below(long long width, long long height, long long max_pixels, const std::string& where);

/// quality 1 ... 100; chroma at half resolution. Error(usage) for an empty image or a side above 65500.
std::string encode_jpeg(const Image& image, int quality = 90);
/// Lossless.
std::string encode_png(const Image& image);

/// One channel of numbers as a picture, such as a mask or a depth map: rows from the top, nothing scaled.
struct GreyImage {
  int width = 0, height = 0;
  std::vector<uint16_t> values;  ///< [height * width]
};

/// Lossless grey PNG. Error(usage) for an empty picture, `bits` other than 8 or 16, a value that does not fit.
std::string encode_grey_png(const GreyImage& image, int bits);
/// The values as stored. Error(input) where the bytes are no grey PNG of 8 or 16 bits, or damaged.
GreyImage decode_grey_png(std::string_view bytes, const std::string& where = "PNG data",
                          long long max_pixels = default_max_pixels);

/// Written whole or not at all. Error(input) when the file cannot be written, Error(usage) for an empty image.
void write_jpeg(const std::filesystem::path& path, const Image& image, int quality = 90);
void write_png(const std::filesystem::path& path, const Image& image);

/// By extension, in any case: .jpg .jpeg .png; .mp4 .mov .m4v .mkv .avi .webm .mpg .mpeg .wmv .3gp .ts .gif
bool is_image_path(const std::filesystem::path& path);
bool is_video_path(const std::filesystem::path& path);

}  // namespace limn
