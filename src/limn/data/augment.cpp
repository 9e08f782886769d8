#include "limn/data/augment.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "limn/geometry/rotation.h"
#include "limn/media/canvas.h"
#include "limn/media/image_file.h"
#include "limn/media/resample.h"

namespace limn {
namespace {

/// Saturation and hue as one matrix on RGB in [0, 1]; greys stay where they are.
Mat3 colour_matrix(const Photometry& photometry) {
  const Vec3 luma(0.299f, 0.587f, 0.114f);
  const Mat3 grey = Vec3::Ones() * luma.transpose();
  const Mat3 saturation = grey + photometry.saturation * (Mat3::Identity() - grey);
  const float angle = photometry.hue_deg * std::numbers::pi_v<float> / 180;
  const Mat3 hue = Eigen::AngleAxisf(angle, Vec3::Ones().normalized()).toRotationMatrix();
  const Mat3 gains = Vec3(photometry.red, 1, photometry.blue).asDiagonal();
  return gains * saturation * hue;
}

/// Gamma, contrast and brightness of one value.
std::array<float, 256> tone_curve(const Photometry& photometry) {
  std::array<float, 256> curve;
  for (int i = 0; i < 256; ++i) {
    const float value = photometry.gamma == 1 ? i / 255.0f : std::pow(i / 255.0f, photometry.gamma);
    curve[i] = 255 * ((value - 0.5f) * photometry.contrast + 0.5f + photometry.brightness);
  }
  return curve;
}

uint8_t clamped(float value) { return static_cast<uint8_t>(std::clamp(value + 0.5f, 0.0f, 255.0f)); }

/// One pass of a kernel along lines of `count` pixels that are `step` values apart.
void blur_line(const std::vector<float>& kernel, const uint8_t* source, uint8_t* target, int count, size_t step) {
  const int radius = static_cast<int>(kernel.size()) - 1;
  for (int i = 0; i < count; ++i) {
    for (size_t c = 0; c < 3; ++c) {
      float sum = kernel[0] * source[i * step + c];
      for (int k = 1; k <= radius; ++k)
        sum += kernel[k] * (source[std::max(0, i - k) * step + c] + source[std::min(count - 1, i + k) * step + c]);
      target[i * step + c] = clamped(sum);
    }
  }
}

}  // namespace

Photometry random_photometry(const PhotometrySettings& settings, Random& random) {
  const auto around = [&](double half_width) { return static_cast<float>(random.uniform(-half_width, half_width)); };
  Photometry result;
  result.brightness = around(settings.brightness);
  result.contrast = 1 + around(settings.contrast);
  result.gamma = std::exp(around(settings.gamma));
  result.saturation = 1 + around(settings.saturation);
  result.hue_deg = around(settings.hue_deg);
  const float temperature = around(settings.temperature);
  result.red = 1 + temperature;
  result.blue = 1 - temperature;
  if (random.chance(settings.grey)) {
    result.saturation = 0;
    result.red = result.blue = 1;
  }
  return result;
}

void apply_photometry(Image& image, const Photometry& photometry) {
  const std::array<float, 256> curve = tone_curve(photometry);
  const Mat3 m = colour_matrix(photometry);
  for (size_t i = 0; i + 2 < image.pixels.size(); i += 3) {
    const float r = curve[image.pixels[i]], g = curve[image.pixels[i + 1]], b = curve[image.pixels[i + 2]];
    for (int c = 0; c < 3; ++c) image.pixels[i + c] = clamped(m(c, 0) * r + m(c, 1) * g + m(c, 2) * b);
  }
}

void blur(Image& image, float sigma_px) {
  if (!(sigma_px > 0.05f) || image.empty()) return;
  std::vector<float> kernel(static_cast<size_t>(std::ceil(3 * sigma_px)) + 1);
  float sum = 0;
  for (size_t k = 0; k < kernel.size(); ++k) {
    kernel[k] = std::exp(-0.5f * static_cast<float>(k * k) / (sigma_px * sigma_px));
    sum += k == 0 ? kernel[k] : 2 * kernel[k];
  }
  for (float& weight : kernel) weight /= sum;
  Image rows(image.width, image.height);
  const size_t row = static_cast<size_t>(image.width) * 3;
  for (int y = 0; y < image.height; ++y) blur_line(kernel, image.at(0, y), rows.at(0, y), image.width, 3);
  for (int x = 0; x < image.width; ++x) blur_line(kernel, rows.at(x, 0), image.at(x, 0), image.height, row);
}

void add_noise(Image& image, float sigma, Random& random) {
  // Four bytes, each uniform on 0 ... 255, have a sum of mean 510 and deviation 147.8: two such sums from 64 bits.
  const float scale = 255 * sigma / 147.8f;
  uint64_t bits = 0;
  for (size_t i = 0; i < image.pixels.size(); ++i) {
    bits = i % 2 == 0 ? random.bits() : bits >> 32;
    const int sum = static_cast<int>((bits & 255) + (bits >> 8 & 255) + (bits >> 16 & 255) + (bits >> 24 & 255));
    image.pixels[i] = clamped(image.pixels[i] + scale * static_cast<float>(sum - 510));
  }
}

void cut_out(Image& image, double largest_side, Random& random) {
  const int width = 1 + static_cast<int>(random.uniform(0.2, 1) * largest_side * image.width);
  const int height = 1 + static_cast<int>(random.uniform(0.2, 1) * largest_side * image.height);
  const int x = random.integer(std::max(1, image.width - width + 1));
  const int y = random.integer(std::max(1, image.height - height + 1));
  if (random.chance(0.3)) {
    Image patch = filled(width, height, mid_grey);
    add_noise(patch, 0.3f, random);
    paste(image, patch, x, y);
    return;
  }
  Rgb colour;
  for (uint8_t& value : colour) value = static_cast<uint8_t>(random.integer(256));
  fill_rectangle(image, x, y, width, height, colour);
}

void augment(Image& image, const AugmentSettings& settings, Random& random) {
  if (image.empty()) return;
  for (int i = 0; i < 3; ++i)
    if (random.chance(settings.cutout)) cut_out(image, settings.cutout_side, random);
  apply_photometry(image, random_photometry(settings.photometry, random));
  if (random.chance(settings.blur)) blur(image, static_cast<float>(random.uniform(0.3, settings.blur_sigma_px)));
  if (random.chance(settings.shrink)) {
    const double factor = random.uniform(settings.shrink_factor, 1);
    const Image small = resized(image, std::max(1, static_cast<int>(image.width * factor)),
                                std::max(1, static_cast<int>(image.height * factor)));
    image = resized(small, image.width, image.height);
  }
  if (random.chance(settings.noise))
    add_noise(image, static_cast<float>(random.uniform(0, settings.noise_sigma)), random);
  if (random.chance(settings.jpeg)) {
    const int quality = settings.jpeg_quality + random.integer(std::max(1, 96 - settings.jpeg_quality));
    image = decode_jpeg(encode_jpeg(image, quality));
  }
}

}  // namespace limn
