// JPEG through libjpeg(-turbo). Its errors leave by longjmp, so the code between setjmp and a libjpeg call holds only
// objects without destructors; owners live in the caller's frame.
#include <csetjmp>
#include <cstdlib>
#include <cstring>

#include "limn/base/error.h"
#include "limn/media/image_file.h"
#include "limn/media/libjpeg.h"

namespace limn {
namespace {

struct JpegErrors {
  jpeg_error_mgr manager;  ///< first, so that the library's pointer is ours
  jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
};

[[noreturn]] void leave(j_common_ptr info) {
  auto* errors = reinterpret_cast<JpegErrors*>(info->err);
  errors->manager.format_message(info, errors->message);
  longjmp(errors->escape, 1);
}

/// Warnings that leave the picture whole. All others (data ends early, bad Huffman code, lost restart marker) mean that
/// part of the picture is missing or wrong.
bool is_harmless(int code) {
  switch (code) {
    case JWRN_ADOBE_XFORM:
    case JWRN_EXTRANEOUS_DATA:
    case JWRN_JFIF_MAJOR:
    case JWRN_NOT_SEQUENTIAL:
    case JWRN_TOO_MUCH_DATA:
      return true;
    default:
      return false;
  }
}

void on_message(j_common_ptr info, int level) {
  if (level < 0 && !is_harmless(info->err->msg_code)) leave(info);
}

void install(JpegErrors& errors) {
  jpeg_std_error(&errors.manager);
  errors.manager.error_exit = leave;
  errors.manager.emit_message = on_message;
  errors.message[0] = 0;
}

/// Runs `step`; false if libjpeg left it through longjmp.
template <class Step>
bool guarded(JpegErrors& errors, const Step& step) {
  if (setjmp(errors.escape)) return false;
  step();
  return true;
}

/// The orientation (1 to 8) of an EXIF block, 1 where there is none. EXIF 2.3, tag 0x0112 of IFD 0.
int exif_orientation(const jpeg_decompress_struct& info) {
  for (const jpeg_marker_struct* marker = info.marker_list; marker; marker = marker->next) {
    const uint8_t* data = marker->data;
    const size_t length = marker->data_length;
    if (marker->marker != JPEG_APP0 + 1 || length < 14 || std::memcmp(data, "Exif\0\0", 6) != 0) continue;
    const uint8_t* tiff = data + 6;
    const size_t size = length - 6;
    const bool little = tiff[0] == 'I';
    const auto number = [&](size_t at, int bytes) {
      size_t value = 0;
      for (int i = 0; i < bytes; ++i) value |= static_cast<size_t>(tiff[at + (little ? i : bytes - 1 - i)]) << (8 * i);
      return value;
    };
    const size_t directory = number(4, 4);
    if (directory > size || size - directory < 2) continue;
    const size_t entries = number(directory, 2);
    for (size_t i = 0; i < entries && directory + 2 + 12 * (i + 1) <= size; ++i) {
      const size_t entry = directory + 2 + 12 * i;
      if (number(entry, 2) != 0x0112) continue;
      const size_t value = number(entry + 8, 2);
      return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
  }
  return 1;
}

/// The upright picture of a stored one.
Image oriented(Image stored, int orientation) {
  if (orientation == 1) return stored;
  const bool transposed = orientation >= 5;
  const int w = stored.width, h = stored.height;
  Image upright(transposed ? h : w, transposed ? w : h);
  for (int y = 0; y < upright.height; ++y) {
    for (int x = 0; x < upright.width; ++x) {
      int sx = transposed ? y : x, sy = transposed ? x : y;
      if (orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8) sx = w - 1 - sx;
      if (orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7) sy = h - 1 - sy;
      std::memcpy(upright.at(x, y), stored.at(sx, sy), 3);
    }
  }
  return upright;
}

/// Adobe writes CMYK inverted (255: no ink); libjpeg hands the bytes on as they are.
void rgb_from_cmyk(const std::vector<uint8_t>& cmyk, bool inverted, Image& image) {
  const size_t count = static_cast<size_t>(image.width) * image.height;
  for (size_t i = 0; i < count; ++i) {
    const int k = inverted ? cmyk[4 * i + 3] : 255 - cmyk[4 * i + 3];
    for (int c = 0; c < 3; ++c) {
      const int ink = inverted ? cmyk[4 * i + c] : 255 - cmyk[4 * i + c];
      image.pixels[3 * i + c] = static_cast<uint8_t>((ink * k + 127) / 255);
    }
  }
}

/// A small progressive file can hold thousands of scans, each over the whole picture; cameras write about ten.
constexpr int most_scans = 200;

void limit_scans(j_common_ptr info) {
  if (reinterpret_cast<j_decompress_ptr>(info)->input_scan_number <= most_scans) return;
  auto* errors = reinterpret_cast<JpegErrors*>(info->err);
  std::strcpy(errors->message, "absurd number of scans");
  longjmp(errors->escape, 1);
}

struct Decoder {
  jpeg_decompress_struct info{};
  JpegErrors errors{};
  jpeg_progress_mgr progress{};
  ~Decoder() { jpeg_destroy_decompress(&info); }
};

struct Encoder {
  jpeg_compress_struct info{};
  JpegErrors errors{};
  unsigned char* bytes = nullptr;
  unsigned long size = 0;
  ~Encoder() {
    jpeg_destroy_compress(&info);
    std::free(bytes);
  }
};

}  // namespace

Image decode_jpeg(std::string_view bytes, const std::string& where, long long max_pixels) {
  Decoder decoder;
  jpeg_decompress_struct& info = decoder.info;
  install(decoder.errors);
  info.err = &decoder.errors.manager;
  const auto check = [&](bool done) {
    if (!done)
      throw Error(ErrorKind::input, std::string("damaged or truncated JPEG: ") + decoder.errors.message, where,
                  "fetch or export the picture again");
  };
  check(guarded(decoder.errors, [&] {
    jpeg_create_decompress(&info);
    decoder.progress.progress_monitor = limit_scans;
    info.progress = &decoder.progress;
    jpeg_mem_src(&info, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size());
    jpeg_save_markers(&info, JPEG_APP0 + 1, 0xffff);
    jpeg_read_header(&info, TRUE);
  }));
  require_pixels_below(info.image_width, info.image_height, max_pixels, where);
  const int orientation = exif_orientation(info);  // finishing frees the markers
  const bool cmyk = info.jpeg_color_space == JCS_CMYK || info.jpeg_color_space == JCS_YCCK;
  info.out_color_space = cmyk ? JCS_CMYK : JCS_RGB;
  Image image(static_cast<int>(info.image_width), static_cast<int>(info.image_height));
  std::vector<uint8_t> inks(cmyk ? static_cast<size_t>(image.width) * image.height * 4 : 0);
  uint8_t* const target = cmyk ? inks.data() : image.pixels.data();
  const size_t stride = static_cast<size_t>(image.width) * (cmyk ? 4 : 3);
  check(guarded(decoder.errors, [&] {
    jpeg_start_decompress(&info);
    while (info.output_scanline < info.output_height) {
      JSAMPROW row = target + info.output_scanline * stride;
      jpeg_read_scanlines(&info, &row, 1);
    }
    jpeg_finish_decompress(&info);
  }));
  if (cmyk) rgb_from_cmyk(inks, info.saw_Adobe_marker, image);
  return oriented(std::move(image), orientation);
}

std::string encode_jpeg(const Image& image, int quality) {
  require(!image.empty() && image.width <= 65500 && image.height <= 65500, ErrorKind::usage,
          "a JPEG has sides of 1 to 65500 pixels", std::to_string(image.width) + " x " + std::to_string(image.height),
          "scale the picture");
  Encoder encoder;
  jpeg_compress_struct& info = encoder.info;
  install(encoder.errors);
  info.err = &encoder.errors.manager;
  const bool done = guarded(encoder.errors, [&] {
    jpeg_create_compress(&info);
    jpeg_mem_dest(&info, &encoder.bytes, &encoder.size);
    info.image_width = static_cast<JDIMENSION>(image.width);
    info.image_height = static_cast<JDIMENSION>(image.height);
    info.input_components = 3;
    info.in_color_space = JCS_RGB;
    jpeg_set_defaults(&info);
    jpeg_set_quality(&info, quality, TRUE);
    jpeg_start_compress(&info, TRUE);
    while (info.next_scanline < info.image_height) {
      JSAMPROW row = const_cast<uint8_t*>(image.at(0, static_cast<int>(info.next_scanline)));
      jpeg_write_scanlines(&info, &row, 1);
    }
    jpeg_finish_compress(&info);
  });
  require(done, ErrorKind::input, "cannot encode JPEG", encoder.errors.message, "check the memory that is left");
  return std::string(reinterpret_cast<const char*>(encoder.bytes), encoder.size);
}

}  // namespace limn
