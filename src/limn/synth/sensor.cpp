#include "limn/synth/sensor.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "limn/media/image_file.h"

namespace limn {
namespace {

using Plane = std::vector<Vec3>;

float between(Random& random, double low, double high) { return static_cast<float>(random.uniform(low, high)); }

Vec3 sample_at(const Plane& plane, int size, float x, float y) {  // bilinear, pixel centres at +0.5
  x = std::clamp(x - 0.5f, 0.0f, size - 1.0f), y = std::clamp(y - 0.5f, 0.0f, size - 1.0f);
  const int x0 = static_cast<int>(x), y0 = static_cast<int>(y);
  const int x1 = std::min(x0 + 1, size - 1), y1 = std::min(y0 + 1, size - 1);
  const float tx = x - x0, ty = y - y0;
  const Vec3 top = plane[y0 * size + x0] * (1 - tx) + plane[y0 * size + x1] * tx;
  const Vec3 bottom = plane[y1 * size + x0] * (1 - tx) + plane[y1 * size + x1] * tx;
  return top * (1 - ty) + bottom * ty;
}

void blur_lines(Plane& plane, int size, int step, int line, const std::vector<float>& kernel) {
  const int radius = static_cast<int>(kernel.size()) - 1;
  Plane row(size);
  for (int l = 0; l < size; ++l) {
    for (int i = 0; i < size; ++i) {
      Vec3 sum = kernel[0] * plane[l * line + i * step];
      for (int k = 1; k <= radius; ++k)
        sum += kernel[k] *
               (plane[l * line + std::max(i - k, 0) * step] + plane[l * line + std::min(i + k, size - 1) * step]);
      row[i] = sum;
    }
    for (int i = 0; i < size; ++i) plane[l * line + i * step] = row[i];
  }
}

void gaussian_blur(Plane& plane, int size, float deviation) {
  std::vector<float> kernel(static_cast<size_t>(std::ceil(2.5f * deviation)) + 1);
  float total = 0;
  for (size_t k = 0; k < kernel.size(); ++k) {
    kernel[k] = std::exp(-0.5f * static_cast<float>(k * k) / (deviation * deviation));
    total += k == 0 ? kernel[k] : 2 * kernel[k];
  }
  for (float& k : kernel) k /= total;
  blur_lines(plane, size, 1, size, kernel);
  blur_lines(plane, size, size, 1, kernel);
}

Plane smeared(const Plane& plane, int size, float length, float angle) {
  const int taps = static_cast<int>(std::ceil(length)) + 1;
  Plane result(plane.size(), Vec3::Zero());
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      for (int k = 0; k < taps; ++k) {
        const float t = length * (static_cast<float>(k) / (taps - 1) - 0.5f);
        result[y * size + x] +=
            sample_at(plane, size, x + 0.5f + t * std::cos(angle), y + 0.5f + t * std::sin(angle)) / taps;
      }
  return result;
}

// Reduced by area-like averaging (blur first), enlarged bilinearly.
Plane resampled(Plane plane, int size, float shrink) {
  gaussian_blur(plane, size, 0.45f * shrink);
  const int small = std::max(8, static_cast<int>(size / shrink));
  Plane reduced(static_cast<size_t>(small) * small);
  const float step = static_cast<float>(size) / small;
  for (int y = 0; y < small; ++y)
    for (int x = 0; x < small; ++x)
      reduced[y * small + x] = sample_at(plane, size, (x + 0.5f) * step, (y + 0.5f) * step);
  for (int y = 0; y < size; ++y)
    for (int x = 0; x < size; ++x)
      plane[y * size + x] = sample_at(reduced, small, (x + 0.5f) / step, (y + 0.5f) / step);
  return plane;
}

// sRGB transfer by table: 4096 steps over the square root of [0, 1].
const std::vector<float>& srgb_table() {
  static const std::vector<float> table = [] {
    std::vector<float> t(4097);
    for (int i = 0; i <= 4096; ++i) {
      const float root = i / 4096.0f, x = root * root;
      t[i] = x <= 0.0031308f ? 12.92f * x : 1.055f * std::pow(x, 1 / 2.4f) - 0.055f;
    }
    return t;
  }();
  return table;
}

}  // namespace

Sensor sample_sensor(const SensorOptions& options, Random& random) {
  Sensor s;
  const float k = static_cast<float>(options.sensor_strength);
  // From `none` towards what is drawn, as far as the strength says.
  const auto amount = [&](const Effect& effect, float none) {
    return random.chance(effect.share) ? none + k * (effect.amount.draw(random) - none) : none;
  };
  const float warm = static_cast<float>(random.normal(0, options.white_balance)) * k,
              tint = static_cast<float>(random.normal(0, options.tint)) * k;
  s.gain = Vec3(1 + warm, 1 + tint, 1 - warm).cwiseMax(0.5f);
  s.contrast = 1 + k * (options.contrast.draw(random) - 1);
  if (random.chance(k * options.flat.share)) s.contrast = 1 + k * (options.flat.amount.draw(random) - 1);
  s.brightness = k * options.brightness.draw(random);
  s.saturation = 1 + k * (options.saturation.draw(random) - 1);
  if (random.chance(k * options.grey_probability)) s.saturation = 0;
  s.blur = amount(options.defocus, 0);
  s.motion = amount(options.smear, 0);
  s.motion_angle = between(random, 0, std::numbers::pi);
  s.shrink = amount(options.shrink, 1);
  s.noise = amount(options.noise, 0);
  const float quality = amount(options.jpeg, 101);
  s.jpeg = quality < 101 ? static_cast<int>(std::lround(std::min(quality, 100.0f))) : 0;
  return s;
}

Image develop(const std::vector<Vec3>& linear, int size, const Sensor& sensor, Random& random) {
  Plane plane = linear;
  if (sensor.blur > 0.1f) gaussian_blur(plane, size, sensor.blur);
  if (sensor.motion > 1) plane = smeared(plane, size, sensor.motion, sensor.motion_angle);
  if (sensor.shrink > 1.05f) plane = resampled(std::move(plane), size, sensor.shrink);
  const float* const table = srgb_table().data();
  const auto srgb_from_linear = [table](float v) {
    return table[static_cast<int>(std::sqrt(std::clamp(v, 0.0f, 1.0f)) * 4096 + 0.5f)];
  };
  for (Vec3& p : plane) {
    const Vec3 g = p.cwiseProduct(sensor.gain);
    Vec3 c(srgb_from_linear(g.x()), srgb_from_linear(g.y()), srgb_from_linear(g.z()));
    const float grey = 0.3f * c.x() + 0.59f * c.y() + 0.11f * c.z();
    c = Vec3::Constant(grey) + sensor.saturation * (c - Vec3::Constant(grey));
    p = (c.array() - 0.5f) * sensor.contrast + 0.5f + sensor.brightness;
    // Four uniform numbers of 16 bits make a good enough bell, at one draw a pixel for all channels.
    if (sensor.noise > 0) {
      const uint64_t bits = random.bits();
      const float a = static_cast<float>(bits & 0xffff), b = static_cast<float>(bits >> 16 & 0xffff);
      const float d = static_cast<float>(bits >> 32 & 0xffff), e = static_cast<float>(bits >> 48);
      const float scale = sensor.noise * 2.0f / 65535;
      if (sensor.saturation == 0)
        p += Vec3::Constant(scale * (a + b - 65535));
      else
        p += scale * Vec3(a + b - 65535, d + b - 65535, e + b - 65535);
    }
  }
  Image image(size, size);
  for (size_t i = 0; i < plane.size(); ++i)
    for (int c = 0; c < 3; ++c)
      image.pixels[3 * i + c] = static_cast<uint8_t>(std::clamp(plane[i][c] * 255 + 0.5f, 0.0f, 255.0f));
  return sensor.jpeg > 0 ? decode_jpeg(encode_jpeg(image, sensor.jpeg)) : image;
}

}  // namespace limn
