#include "limn/synth/light.h"

#include <cmath>
#include <numbers>

namespace limn {
namespace {

constexpr float pi = std::numbers::pi_v<float>;
constexpr float degree = pi / 180;

Vec3 direction(float height, float azimuth) {
  return {std::cos(height) * std::sin(azimuth), std::sin(height), std::cos(height) * std::cos(azimuth)};
}

// Kim et al. (US 7,024,034): the Planckian locus in CIE 1931 x and y, then linear sRGB.
Vec3 black_body(float kelvin) {
  const float t = 1000 / kelvin;
  const float x = kelvin < 4000 ? ((-0.2661239f * t - 0.2343589f) * t + 0.8776956f) * t + 0.179910f
                                : ((-3.0258469f * t + 2.1070379f) * t + 0.2226347f) * t + 0.240390f;
  const float y = kelvin < 2222   ? ((-1.1063814f * x - 1.34811020f) * x + 2.18555832f) * x - 0.20219683f
                  : kelvin < 4000 ? ((-0.9549476f * x - 1.37418593f) * x + 2.09137015f) * x - 0.16748867f
                                  : ((3.0817580f * x - 5.87338670f) * x + 3.75112997f) * x - 0.37001483f;
  const float a = x / y, c = (1 - x - y) / y;  // X and Z at Y = 1
  return Vec3(3.2406f * a - 1.5372f - 0.4986f * c, -0.9689f * a + 1.8758f + 0.0415f * c,
              0.0557f * a - 0.2040f + 1.0570f * c)
      .cwiseMax(0.0f);
}

}  // namespace

Vec3 light_of_kelvin(float kelvin) {
  const Vec3 relative = black_body(kelvin).cwiseQuotient(black_body(6500));
  return relative / relative.dot(Vec3(0.2126f, 0.7152f, 0.0722f));
}

Light sample_light(const LightOptions& options, const PlacedCamera& view, Random& random) {
  Light light;
  const float height = options.sun_elevation_deg.draw(random) * degree, azimuth = Range{0, 2 * pi}.draw(random);
  light.to_sun = direction(height, azimuth);
  const float sun =
      random.chance(options.overcast.share) ? options.overcast.amount.draw(random) : options.sun.draw(random);
  const float sky = options.sky.draw(random), bounce = options.bounce.draw(random);
  const bool indoor = random.chance(options.indoor_probability);
  const float warm = (indoor ? options.lamp_kelvin : options.daylight_kelvin).draw_log(random);
  const Vec3 direct = light_of_kelvin(warm);
  const Vec3 above = indoor ? direct : light_of_kelvin(options.sky_kelvin.draw_log(random));
  light.sun = sun * direct;
  light.sky = sky * above;
  light.ground = sky * bounce * direct;
  light.softness = options.shadow_softness.draw(random) * (indoor ? 2 : 1);
  light.contact = options.contact.draw(random);

  light.to_fill = direction(0.2f, Range{0, 2 * pi}.draw(random));
  const float fill = random.chance(options.fill.share) ? options.fill.amount.draw(random) : 0;
  light.fill = fill * above;
  // Behind the person, to either side and above: it lights edges only.
  const Vec3 forward = view.camera_from_world.row(2);
  const float side = Range{-0.9, 0.9}.draw(random);
  light.to_rim = direction(Range{0.1, 0.7}.draw(random), std::atan2(forward.x(), forward.z()) + side);
  const float rim = random.chance(options.rim.share) ? options.rim.amount.draw(random) : 0;
  light.rim = rim * direct;
  light.casts_shadows = random.chance(options.shadow_probability);
  if (!light.casts_shadows) light.contact = 0;

  const float level = 0.6f * sun + 0.75f * sky + 0.25f * light.ground.mean() + 0.4f * fill;
  light.exposure = std::exp2(options.exposure_ev.draw(random)) / level;
  return light;
}

}  // namespace limn
