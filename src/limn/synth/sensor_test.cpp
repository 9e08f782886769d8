#include "limn/synth/sensor.h"

#include <gtest/gtest.h>

#include <cmath>

#include "limn/synth/textures.h"

namespace limn {
namespace {

constexpr int size = 32;

/// Coloured waves with hard edges, linear light.
std::vector<Vec3> scene() {
  std::vector<Vec3> plane;
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      plane.push_back(Vec3(x % 8 < 4 ? 0.7f : 0.1f, 0.5f + 0.4f * std::sin(0.5f * y), y % 6 < 3 ? 0.2f : 0.6f));
  return plane;
}

SensorOptions perfect() {
  SensorOptions options;
  for (Effect* effect :
       {&options.defocus, &options.smear, &options.shrink, &options.noise, &options.jpeg, &options.flat})
    effect->share = 0;
  options.contrast = options.saturation = {1, 1};
  options.brightness = {0, 0};
  options.grey_probability = options.white_balance = options.tint = 0;
  return options;
}

Image taken(const SensorOptions& options, uint64_t index = 0) {
  Random random(1, "test", index), noise(1, "noise", index);
  return develop(scene(), size, sample_sensor(options, random), noise);
}

double difference(const Image& a, const Image& b) {  // mean, 8-bit steps
  double sum = 0;
  for (size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

/// Mean step from one pixel to the next across.
double roughness(const Image& image) {
  double sum = 0;
  for (int y = 0; y < size; ++y)
    for (int x = 1; x < size; ++x) sum += std::abs(image.at(x, y)[0] - image.at(x - 1, y)[0]);
  return sum / (size * (size - 1));
}

TEST(Sensor, WithoutStrengthThePictureIsUndisturbed) {
  SensorOptions options;
  options.sensor_strength = 0;
  for (Effect* effect :
       {&options.defocus, &options.smear, &options.shrink, &options.noise, &options.jpeg, &options.flat})
    effect->share = 1;
  options.grey_probability = 1;
  const std::vector<Vec3> linear = scene();
  for (uint64_t index = 0; index < 5; ++index) {
    const Image image = taken(options, index);
    for (size_t i = 0; i < linear.size(); ++i)
      for (int c = 0; c < 3; ++c) {
        const float v = linear[i][c];
        const float srgb = v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f;
        ASSERT_NEAR(image.pixels[3 * i + c], 255 * srgb, 1);
      }
  }
}

TEST(Sensor, GreyPicturesAreGreyEverywhere) {
  SensorOptions options;  // with noise, compression and all
  options.grey_probability = 1;
  options.jpeg.share = options.noise.share = options.shrink.share = 1;
  for (uint64_t index = 0; index < 10; ++index) {
    const Image image = taken(options, index);
    for (size_t i = 0; i < image.pixels.size(); i += 3) {
      ASSERT_EQ(image.pixels[i], image.pixels[i + 1]);
      ASSERT_EQ(image.pixels[i], image.pixels[i + 2]);
    }
  }
}

TEST(Sensor, BlursSmoothMoreWithTheirAmount) {
  const double sharp = roughness(taken(perfect()));
  for (Effect SensorOptions::*effect : {&SensorOptions::defocus, &SensorOptions::shrink}) {
    SensorOptions options = perfect();
    options.*effect = {1, {1.2, 1.2}};
    const double little = roughness(taken(options));
    (options.*effect).amount = {3, 3};
    const double much = roughness(taken(options));
    EXPECT_LT(little, sharp);
    EXPECT_LT(much, 0.8 * little);
  }
  SensorOptions options = perfect();
  options.smear = {1, {6, 6}};
  double sum = 0;
  for (uint64_t index = 0; index < 10; ++index) sum += roughness(taken(options, index));  // along any direction
  EXPECT_LT(sum / 10, 0.8 * sharp);
}

TEST(Sensor, NoiseHasItsDeviation) {
  const Image clean = taken(perfect());
  for (double deviation : {0.01, 0.03}) {
    SensorOptions options = perfect();
    options.noise = {1, {deviation, deviation}};
    const Image noisy = taken(options);
    double squares = 0;
    for (size_t i = 0; i < clean.pixels.size(); ++i) squares += std::pow(noisy.pixels[i] - clean.pixels[i], 2);
    EXPECT_NEAR(std::sqrt(squares / static_cast<double>(clean.pixels.size())) / 255, deviation, 0.25 * deviation);
  }
}

TEST(Sensor, JpegIsWorseAtLowerQuality) {
  const Image clean = taken(perfect());
  SensorOptions options = perfect();
  options.jpeg = {1, {95, 95}};
  const double fine = difference(taken(options), clean);
  options.jpeg.amount = {10, 10};
  const double coarse = difference(taken(options), clean);
  EXPECT_GT(fine, 0);
  EXPECT_GT(coarse, 1.3 * fine);  // both lose colour at half resolution
}

TEST(Sensor, ContrastBrightnessAndColourMoveWithTheirSettings) {
  const Image clean = taken(perfect());
  const auto spread = [](const Image& image) {
    double sum = 0, squares = 0;
    for (uint8_t v : image.pixels) sum += v, squares += v * v;
    const double n = static_cast<double>(image.pixels.size());
    return std::sqrt(squares / n - sum * sum / n / n);
  };
  SensorOptions options = perfect();
  options.flat = {1, {0.4, 0.4}};
  EXPECT_NEAR(spread(taken(options)) / spread(clean), 0.4, 0.02);
  options = perfect();
  options.contrast = {0.7, 0.7};
  EXPECT_NEAR(spread(taken(options)) / spread(clean), 0.7, 0.02);
  options = perfect();
  options.brightness = {0.05, 0.05};
  EXPECT_NEAR(difference(taken(options), clean), 0.05 * 255, 1.5);
  options = perfect();
  options.white_balance = 0.2;
  EXPECT_GT(difference(taken(options), clean), 2);
}

}  // namespace
}  // namespace limn
