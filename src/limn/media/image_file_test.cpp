#include "limn/media/image_file.h"

#include <gtest/gtest.h>
#include <png.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "limn/base/error.h"
#include "limn/base/file.h"
#include "limn/media/canvas.h"
#include "limn/media/libjpeg.h"
#include "support/scratch_folder.h"

namespace limn {
namespace {

namespace fs = std::filesystem;

class ImageFile : public testing::Test {
 protected:
  test::ScratchFolder folder_;
};

/// A picture that is different at every pixel, and smooth.
Image gradient(int width, int height) {
  Image image(width, height);
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      image.at(x, y)[0] = static_cast<uint8_t>(255 * x / width);
      image.at(x, y)[1] = static_cast<uint8_t>(255 * y / height);
      image.at(x, y)[2] = static_cast<uint8_t>(128 + (x + y) % 3);
    }
  return image;
}

/// Coefficient by coefficient, bit by bit: the most scans that a file can need. DC first, then 63 x `bits` of each
/// channel.
std::vector<jpeg_scan_info> finest_scans(int bits) {
  std::vector<jpeg_scan_info> scans = {{3, {0, 1, 2}, 0, 0, 0, 0}};
  for (int component = 0; component < 3; ++component)
    for (int k = 1; k < 64; ++k)
      for (int bit = bits - 1; bit >= 0; --bit)
        scans.push_back({1, {component}, k, k, bit == bits - 1 ? 0 : bit + 1, bit});
  return scans;
}

std::string raw_jpeg(int width, int height, int components, J_COLOR_SPACE space, std::vector<uint8_t> value,
                     const std::vector<jpeg_scan_info>& scans = {}) {
  jpeg_compress_struct info{};
  jpeg_error_mgr errors;
  info.err = jpeg_std_error(&errors);
  jpeg_create_compress(&info);
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  jpeg_mem_dest(&info, &bytes, &size);
  info.image_width = static_cast<JDIMENSION>(width);
  info.image_height = static_cast<JDIMENSION>(height);
  info.input_components = components;
  info.in_color_space = space;
  jpeg_set_defaults(&info);
  jpeg_set_quality(&info, 100, TRUE);
  if (!scans.empty()) info.scan_info = scans.data(), info.num_scans = static_cast<int>(scans.size());
  jpeg_start_compress(&info, TRUE);
  std::vector<uint8_t> row;
  for (int x = 0; x < width; ++x) row.insert(row.end(), value.begin(), value.end());
  JSAMPROW pointer = row.data();
  for (int y = 0; y < height; ++y) jpeg_write_scanlines(&info, &pointer, 1);
  jpeg_finish_compress(&info);
  std::string result(reinterpret_cast<char*>(bytes), size);
  jpeg_destroy_compress(&info);
  free(bytes);
  return result;
}

void append_to_text(png_structp png, png_bytep bytes, size_t count) {
  static_cast<std::string*>(png_get_io_ptr(png))->append(reinterpret_cast<char*>(bytes), count);
}

std::string interlaced_png(const Image& image) {
  std::string bytes;
  png_structp png = png_create_write_struct(PNG_LIBPNG_VER_STRING, nullptr, nullptr, nullptr);
  png_infop info = png_create_info_struct(png);
  png_set_write_fn(png, &bytes, append_to_text, [](png_structp) {});
  png_set_IHDR(png, info, static_cast<uint32_t>(image.width), static_cast<uint32_t>(image.height), 8,
               PNG_COLOR_TYPE_RGB, PNG_INTERLACE_ADAM7, PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  std::vector<png_bytep> rows;
  for (int y = 0; y < image.height; ++y) rows.push_back(const_cast<png_bytep>(image.at(0, y)));
  png_set_rows(png, info, rows.data());
  png_write_png(png, info, PNG_TRANSFORM_IDENTITY, nullptr);
  png_destroy_write_struct(&png, &info);
  return bytes;
}

std::string raw_png(int width, int height, uint32_t format, const void* pixels, const void* colours = nullptr,
                    uint32_t entries = 0) {
  png_image image{};
  image.version = PNG_IMAGE_VERSION;
  image.width = static_cast<uint32_t>(width);
  image.height = static_cast<uint32_t>(height);
  image.format = format;
  image.flags = PNG_IMAGE_FLAG_COLORSPACE_NOT_sRGB;
  image.colormap_entries = entries;
  std::string bytes(100000, 0);
  png_alloc_size_t size = bytes.size();
  EXPECT_TRUE(png_image_write_to_memory(&image, bytes.data(), &size, 0, pixels, 0, colours)) << image.message;
  bytes.resize(size);
  return bytes;
}

void expect_pixel(const Image& image, int x, int y, Rgb colour, int tolerance = 0) {
  for (int c = 0; c < 3; ++c) EXPECT_NEAR(image.at(x, y)[c], colour[c], tolerance) << "channel " << c;
}

TEST_F(ImageFile, PngComesBackExactly) {
  const Image image = gradient(37, 21);
  write_png(folder_ / "a.png", image);
  const Image back = read_image(folder_ / "a.png");
  EXPECT_EQ(back.width, 37);
  EXPECT_EQ(back.height, 21);
  EXPECT_EQ(back.pixels, image.pixels);
}

TEST_F(ImageFile, JpegComesBackNearlyWhateverItsName) {
  const Image image = gradient(64, 48);
  write_jpeg(folder_ / "misnamed.png", image, 95);
  const Image back = read_image(folder_ / "misnamed.png");
  ASSERT_EQ(back.pixels.size(), image.pixels.size());
  double sum = 0;
  for (size_t i = 0; i < image.pixels.size(); ++i) sum += std::abs(image.pixels[i] - back.pixels[i]);
  EXPECT_LT(sum / static_cast<double>(image.pixels.size()), 2.0);
}

TEST_F(ImageFile, GreyAndCmykJpegBecomeRgb) {
  expect_pixel(decode_jpeg(raw_jpeg(16, 16, 1, JCS_GRAYSCALE, {100})), 8, 8, {100, 100, 100}, 1);
  // Written with an Adobe marker, hence inverted: 255 is no ink. 200 * 128 / 255 = 100.
  expect_pixel(decode_jpeg(raw_jpeg(16, 16, 4, JCS_CMYK, {200, 0, 255, 128})), 8, 8, {100, 0, 128}, 2);
}

TEST_F(ImageFile, ExifOrientationIsApplied) {
  Image stored = filled(32, 16, {0, 0, 0});
  fill_rectangle(stored, 0, 0, 16, 16, {255, 255, 255});  // the left half is white
  const std::string jpeg = encode_jpeg(stored, 95);
  const auto with_orientation = [&](char value) {
    const char exif[] =
        "\xff\xe1\x00\x22"
        "Exif\0\0"
        "MM\0\x2a\0\0\0\x08"
        "\0\x01"
        "\x01\x12\0\x03\0\0\0\x01\0";
    std::string segment(exif, sizeof(exif) - 1);
    segment += value;
    segment += std::string(6, '\0');
    return decode_jpeg(jpeg.substr(0, 2) + segment + jpeg.substr(2));
  };
  const Image mirrored = with_orientation(2);
  expect_pixel(mirrored, 28, 8, {255, 255, 255}, 3);
  expect_pixel(mirrored, 3, 8, {0, 0, 0}, 3);
  const Image clockwise = with_orientation(6);  // turn a quarter clockwise: what was left is on top
  ASSERT_EQ(clockwise.width, 16);
  ASSERT_EQ(clockwise.height, 32);
  expect_pixel(clockwise, 8, 3, {255, 255, 255}, 3);
  expect_pixel(clockwise, 8, 28, {0, 0, 0}, 3);
  const Image counterclockwise = with_orientation(8);
  expect_pixel(counterclockwise, 8, 28, {255, 255, 255}, 3);
}

TEST_F(ImageFile, PngKindsBecomeRgb) {
  const std::vector<uint16_t> deep(16 * 3, 0x8080);
  expect_pixel(decode_png(raw_png(4, 4, PNG_FORMAT_LINEAR_RGB, deep.data())), 2, 2, {128, 128, 128});
  const std::vector<uint8_t> grey(16, 77);
  expect_pixel(decode_png(raw_png(4, 4, PNG_FORMAT_GRAY, grey.data())), 1, 3, {77, 77, 77});
  std::vector<uint8_t> half;
  for (int i = 0; i < 16; ++i) half.insert(half.end(), {200, 0, 100, 51});  // a fifth opaque, over white
  expect_pixel(decode_png(raw_png(4, 4, PNG_FORMAT_RGBA, half.data())), 0, 0, {244, 204, 224});
  const std::vector<uint8_t> index(16, 1), colours = {9, 8, 7, 30, 40, 50};
  expect_pixel(decode_png(raw_png(4, 4, PNG_FORMAT_RGB_COLORMAP, index.data(), colours.data(), 2)), 2, 1, {30, 40, 50});
}

template <class Action>
void expect_input_error(const Action& action, const std::string& name) {
  try {
    action();
    FAIL() << "no error for " << name;
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::input);
    EXPECT_NE(std::string(error.what()).find(name), std::string::npos) << error.what();
    EXPECT_FALSE(error.remedy().empty());
  }
}

TEST_F(ImageFile, TruncatedPicturesAreErrorsAtEveryLength) {
  const Image image = gradient(64, 48);
  const std::string files[] = {encode_jpeg(image), encode_png(image)};
  for (const std::string& whole : files) {
    for (const double share : {0.01, 0.2, 0.5, 0.9, 0.99}) {
      const fs::path path = folder_ / "cut.jpg";
      write_file_atomic(path, whole.substr(0, static_cast<size_t>(share * static_cast<double>(whole.size()))));
      expect_input_error([&] { read_image(path); }, "cut.jpg");
    }
  }
}

TEST_F(ImageFile, MissingEmptyForeignAndHugeFilesAreErrors) {
  expect_input_error([&] { read_image(folder_ / "missing.jpg"); }, "missing.jpg");
  write_file_atomic(folder_ / "empty.png", "");
  expect_input_error([&] { read_image(folder_ / "empty.png"); }, "empty.png");
  write_file_atomic(folder_ / "text.jpg", "not a picture at all");
  expect_input_error([&] { read_image(folder_ / "text.jpg"); }, "text.jpg");
  std::string huge =
      encode_png(gradient(2, 2));  // its header claims 20000 x 20000; the check sum of the header follows
  for (size_t at : {16u, 20u}) huge.replace(at, 4, std::string("\0\0\x4e\x20", 4));
  const uint32_t sum = [&] {
    uint32_t crc = 0xffffffff;
    for (size_t i = 12; i < 29; ++i) {
      crc ^= static_cast<uint8_t>(huge[i]);
      for (int k = 0; k < 8; ++k) crc = crc & 1 ? 0xedb88320u ^ (crc >> 1) : crc >> 1;
    }
    return ~crc;
  }();
  for (int k = 0; k < 4; ++k) huge[29 + k] = static_cast<char>(sum >> (24 - 8 * k));
  write_file_atomic(folder_ / "huge.png", huge);
  expect_input_error([&] { read_image(folder_ / "huge.png"); }, "20000 x 20000");
  expect_input_error([&] { write_png(folder_ / "no" / "such" / "a.png", gradient(2, 2)); }, "a.png");
}

TEST_F(ImageFile, TheLimitOfPixelsIsASetting) {
  for (const std::string& bytes : {encode_png(gradient(24, 10)), encode_jpeg(gradient(24, 10))}) {
    EXPECT_EQ(decode_image(bytes, "a", 240).width, 24);
    expect_input_error([&] { decode_image(bytes, "a", 239); }, "24 x 10");
  }
  EXPECT_THROW(decode_grey_png(encode_grey_png({3, 2, {0, 1, 2, 3, 4, 5}}, 8), "a", 5), Error);
  EXPECT_THROW(require_pixels_below(INT64_MAX, INT64_MAX, 100, "a"), Error);
}

TEST_F(ImageFile, InterlacedAndPlainPngsAreTheSamePicture) {
  const Image image = gradient(37, 21);
  const std::string adam7 = interlaced_png(image);
  EXPECT_EQ(decode_png(adam7).pixels, image.pixels);
  expect_input_error([&] { decode_png(adam7.substr(0, adam7.size() / 2), "cut.png"); }, "cut.png");
}

TEST_F(ImageFile, AJpegOfEndlessScansIsRefused) {
  const std::vector<jpeg_scan_info> all = finest_scans(2), few(all.begin(), all.begin() + 1 + 63);
  const auto decode = [](const std::vector<jpeg_scan_info>& scans) {
    return decode_jpeg(raw_jpeg(64, 64, 3, JCS_RGB, {200, 100, 50}, scans), "many.jpg");
  };
  expect_pixel(decode(few), 32, 32, {200, 100, 50}, 3);
  expect_input_error([&] { decode(all); }, "scans");
}

TEST_F(ImageFile, ExtensionsAreToldInAnyCase) {
  EXPECT_TRUE(is_image_path("a/b.JPeG"));
  EXPECT_TRUE(is_video_path("x.MP4"));
  EXPECT_FALSE(is_image_path("x.mp4"));
  EXPECT_FALSE(is_video_path("mp4"));
}

TEST(GreyPng, ValuesComeBackAsTheyWere) {
  GreyImage image{3, 2, {0, 1, 255, 256, 4095, 65535}};
  const GreyImage deep = decode_grey_png(encode_grey_png(image, 16));
  EXPECT_EQ(deep.width, 3);
  EXPECT_EQ(deep.height, 2);
  EXPECT_EQ(deep.values, image.values);
  EXPECT_THROW(encode_grey_png(image, 8), Error);
  image.values = {0, 1, 2, 128, 254, 255};
  const std::string bytes = encode_grey_png(image, 8);
  EXPECT_EQ(decode_grey_png(bytes).values, image.values);
  expect_pixel(decode_png(bytes), 0, 1, {128, 128, 128});
}

TEST(GreyPng, OtherPicturesAreErrors) {
  const std::string bytes = encode_grey_png({2, 2, {1, 2, 3, 4}}, 16);
  expect_input_error([&] { decode_grey_png(bytes.substr(0, bytes.size() - 20), "cut.png"); }, "cut.png");
  expect_input_error([&] { decode_grey_png(encode_png(gradient(4, 4)), "colour.png"); }, "colour.png");
  EXPECT_THROW(encode_grey_png({}, 8), Error);
  EXPECT_THROW(encode_grey_png({1, 1, {0}}, 4), Error);
}

}  // namespace
}  // namespace limn
