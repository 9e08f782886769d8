// PNG through libpng. Its errors leave by longjmp: see jpeg.cpp for what that asks of the code.
#include <png.h>

#include <algorithm>
#include <csetjmp>
#include <cstring>

#include "limn/base/error.h"
#include "limn/media/image_file.h"

namespace limn {
namespace {

struct PngErrors {
  jmp_buf escape;
  char message[200] = "";
};

[[noreturn]] void leave(png_structp png, png_const_charp message) {
  auto* errors = static_cast<PngErrors*>(png_get_error_ptr(png));
  std::strncpy(errors->message, message, sizeof(errors->message) - 1);
  longjmp(errors->escape, 1);
}

void ignore_warning(png_structp, png_const_charp) {}

template <class Step>
bool guarded(PngErrors& errors, const Step& step) {
  if (setjmp(errors.escape)) return false;
  step();
  return true;
}

void take_bytes(png_structp png, png_bytep target, size_t count) {
  auto* rest = static_cast<std::string_view*>(png_get_io_ptr(png));
  if (rest->size() < count) png_error(png, "the file ends early");
  std::memcpy(target, rest->data(), count);
  rest->remove_prefix(count);
}

void append_bytes(png_structp png, png_bytep bytes, size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<const char*>(bytes), count);
}

void flush_nothing(png_structp) {}

struct Reader {
  PngErrors errors;
  png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &errors, leave, ignore_warning);
  png_infop info = png_create_info_struct(png);
  ~Reader() { png_destroy_read_struct(&png, &info, nullptr); }
};

struct Writer {
  PngErrors errors;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, &errors, leave, ignore_warning);
  png_infop info = png_create_info_struct(png);
  ~Writer() { png_destroy_write_struct(&png, &info); }
};

/// Asks libpng for 8-bit RGBA whatever the file holds; the number of passes over the rows.
int expand_to_rgba(png_structp png, png_infop info) {
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_gray_to_rgb(png);
  png_set_filler(png, 255, PNG_FILLER_AFTER);
  const int passes = png_set_interlace_handling(png);
  png_read_update_info(png, info);
  return passes;
}

void check(bool done, const PngErrors& errors, const std::string& where) {
  if (!done)
    throw Error(ErrorKind::input, std::string("damaged or truncated PNG: ") + errors.message, where,
                "fetch or export the picture again");
}

struct Header {
  png_uint_32 width = 0, height = 0;
  int bits = 0, colour_type = 0;
  bool interlaced = false;
};

Header read_header(Reader& reader, std::string_view& bytes, const std::string& where, long long max_pixels) {
  Header header;
  const bool done = guarded(reader.errors, [&] {
    png_set_user_limits(reader.png, 0x7fffffff, 0x7fffffff);  // our own limit, with its own message, follows
    png_set_read_fn(reader.png, &bytes, take_bytes);
    png_read_info(reader.png, reader.info);
    header.width = png_get_image_width(reader.png, reader.info);
    header.height = png_get_image_height(reader.png, reader.info);
    header.bits = png_get_bit_depth(reader.png, reader.info);
    header.colour_type = png_get_color_type(reader.png, reader.info);
    header.interlaced = png_get_interlace_type(reader.png, reader.info) != PNG_INTERLACE_NONE;
  });
  check(done, reader.errors, where);
  require_pixels_below(header.width, header.height, max_pixels, where);
  return header;
}

/// `rgba` [count 4] over white.
void blend_over_white(const uint8_t* rgba, size_t count, uint8_t* rgb) {
  for (size_t i = 0; i < count; ++i) {
    const int alpha = rgba[4 * i + 3];
    for (int c = 0; c < 3; ++c)
      rgb[3 * i + c] = static_cast<uint8_t>((rgba[4 * i + c] * alpha + 255 * (255 - alpha) + 127) / 255);
  }
}

}  // namespace

Image decode_png(std::string_view bytes, const std::string& where, long long max_pixels) {
  Reader reader;
  const Header header = read_header(reader, bytes, where, max_pixels);
  const size_t width = header.width, height = header.height;
  Image image(static_cast<int>(width), static_cast<int>(height));
  // Interlaced pictures are whole only after their last pass; of the others one row at a time is enough.
  const size_t kept_rows = header.interlaced ? height : 1;
  std::vector<uint8_t> rgba(width * kept_rows * 4);
  const bool done = guarded(reader.errors, [&] {
    const int passes = expand_to_rgba(reader.png, reader.info);
    for (int pass = 0; pass < passes; ++pass)
      for (size_t y = 0; y < height; ++y) {
        uint8_t* const row = &rgba[(header.interlaced ? y : 0) * width * 4];
        png_read_row(reader.png, row, nullptr);
        if (pass == passes - 1) blend_over_white(row, width, image.at(0, static_cast<int>(y)));
      }
    png_read_end(reader.png, nullptr);
  });
  check(done, reader.errors, where);
  return image;
}

std::string encode_png(const Image& image) {
  require(!image.empty(), ErrorKind::usage, "cannot encode an empty picture as PNG", "encode_png", "draw one first");
  Writer writer;
  std::string bytes;
  const bool done = guarded(writer.errors, [&] {
    png_set_write_fn(writer.png, &bytes, append_bytes, flush_nothing);
    png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height),
                 8, PNG_COLOR_TYPE_RGB, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(writer.png, 3);  // half the time of the default for a few percent of size
    png_write_info(writer.png, writer.info);
    for (int y = 0; y < image.height; ++y) png_write_row(writer.png, image.at(0, y));
    png_write_end(writer.png, nullptr);
  });
  require(done, ErrorKind::input, "cannot encode PNG", writer.errors.message, "check the memory that is left");
  return bytes;
}

std::string encode_grey_png(const GreyImage& image, int bits) {
  require(!image.values.empty(), ErrorKind::usage, "cannot encode an empty picture as PNG", "encode_grey_png",
          "fill it first");
  require((bits == 8 || bits == 16) && std::ranges::all_of(image.values, [&](uint16_t v) { return v >> bits == 0; }),
          ErrorKind::usage, "the values do not fit the PNG", std::to_string(bits) + " bits", "choose 8 or 16 bits");
  const size_t bytes_a_value = static_cast<size_t>(bits) / 8, row = static_cast<size_t>(image.width) * bytes_a_value;
  std::vector<uint8_t> raw(row * image.height);  // PNG is big-endian
  for (size_t i = 0; i < image.values.size(); ++i) {
    if (bits == 16) raw[2 * i] = static_cast<uint8_t>(image.values[i] >> 8);
    raw[bytes_a_value * (i + 1) - 1] = static_cast<uint8_t>(image.values[i]);
  }
  Writer writer;
  std::string bytes;
  const bool done = guarded(writer.errors, [&] {
    png_set_write_fn(writer.png, &bytes, append_bytes, flush_nothing);
    png_set_IHDR(writer.png, writer.info, static_cast<png_uint_32>(image.width), static_cast<png_uint_32>(image.height),
                 bits, PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
    png_set_compression_level(writer.png, 6);
    png_write_info(writer.png, writer.info);
    for (int y = 0; y < image.height; ++y) png_write_row(writer.png, &raw[row * static_cast<size_t>(y)]);
    png_write_end(writer.png, nullptr);
  });
  require(done, ErrorKind::input, "cannot encode PNG", writer.errors.message, "check the memory that is left");
  return bytes;
}

GreyImage decode_grey_png(std::string_view bytes, const std::string& where, long long max_pixels) {
  Reader reader;
  const Header header = read_header(reader, bytes, where, max_pixels);
  require(header.colour_type == PNG_COLOR_TYPE_GRAY && (header.bits == 8 || header.bits == 16), ErrorKind::input,
          "the PNG is not grey with 8 or 16 bits", where, "make it again as one channel");
  const size_t bytes_a_value = static_cast<size_t>(header.bits) / 8, row = header.width * bytes_a_value;
  std::vector<uint8_t> raw(row * header.height);
  std::vector<png_bytep> rows(header.height);
  for (size_t y = 0; y < rows.size(); ++y) rows[y] = &raw[y * row];
  const bool done = guarded(reader.errors, [&] {
    png_read_image(reader.png, rows.data());
    png_read_end(reader.png, nullptr);
  });
  check(done, reader.errors, where);
  GreyImage image{static_cast<int>(header.width), static_cast<int>(header.height), {}};
  image.values.resize(raw.size() / bytes_a_value);
  for (size_t i = 0; i < image.values.size(); ++i)
    image.values[i] = bytes_a_value == 1 ? raw[i] : static_cast<uint16_t>(raw[2 * i] << 8 | raw[2 * i + 1]);
  return image;
}

}  // namespace limn
