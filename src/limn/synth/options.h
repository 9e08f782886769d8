// What the generator of synthetic people varies and how far: every distribution is a field with its default.
#pragma once

#include <memory>
#include <vector>

#include "limn/base/config.h"
#include "limn/base/image.h"
#include "limn/base/random.h"
#include "limn/synth/poses.h"

namespace limn {

struct Character;  // character.h
class MotionLibrary;

/// An interval to draw from; low == high is that value.
struct Range {
  double low = 0, high = 0;
  float draw(Random& random) const { return static_cast<float>(random.uniform(low, high)); }
  /// Every doubling as likely as the next; both ends > 0.
  float draw_log(Random& random) const;
  double clamped(double value) const { return value < low ? low : value > high ? high : value; }
};

/// Something that happens to a share of the pictures, by a random amount.
struct Effect {
  double share = 0;
  Range amount;
};

struct CameraOptions {
  double facing_deg = 180;           ///< the person turns at most so far from the camera; 180: backs as often as fronts
  Range focal_mm{24, 120};           ///< 35 mm equivalent, of the photograph (36 mm wide); log-uniform
  Range window{1, 3};                ///< the picture is a window of a photograph so many times as wide; log-uniform
  Range elevation_deg{-30, 60};      ///< of every camera; none goes below the ground
  double elevation_usual_deg = 8;    ///< mean of the usual ones, near the height of the eyes
  double elevation_spread_deg = 12;  ///< their deviation
  double steep_probability = 0.12;   ///< share drawn from all of elevation_deg instead
  double roll_spread_deg = 4;        ///< deviation of the usual roll
  double tilt_probability = 0.15;    ///< share of cameras that roll far
  double tilt_most_deg = 40;         ///< how far those roll, but for
  double tilt_anywhere = 1.0 / 3;    ///< this share of them, which roll anywhere: half of these hang upside down
  double smallest_extent = 0.38;     ///< of the whole person's box, share of the picture's side
  double largest_extent = 0.96;      ///< of a person who is wholly inside
  double large_share = 0.8;          ///< of the people inside are above
  double large_extent = 0.64;        ///< this
  double off_centre = 1;             ///< share of the room beside a person inside that may be used up
  double truncation_probability = 0.22;  ///< some limb leaves the picture
  Range truncated_extent{1.05, 1.65};    ///< of those people
  double truncated_off_centre = 0.2;     ///< their shift, share of the side
  Effect edges{0.4, {0.01, 0.15}};       ///< photographs that end beside the person; how far beyond, share of the side
};

struct LightOptions {
  Range sun_elevation_deg{12, 80};
  Range sun{0.5, 2.2};             ///< strength
  Effect overcast{0.3, {0, 0.5}};  ///< share of the pictures whose sun is so weak instead
  Range sky{0.25, 0.9};            ///< strength from above
  Range bounce{0.15, 0.7};         ///< strength from below, share of the sky's
  Effect fill{0.5, {0, 0.6}};      ///< a light without shadow from the side
  Effect rim{0.2, {0.3, 1.2}};     ///< a light from behind the person
  double indoor_probability = 0.25;
  Range daylight_kelvin{4800, 7500};  ///< of the sun
  Range sky_kelvin{5800, 9500};
  Range lamp_kelvin{3600, 6000};   ///< of all light indoors, after the camera's adaptation
  Range exposure_ev{-0.42, 0.93};  ///< 0: a white surface in full light is white
  double shadow_probability = 1;   ///< things cast shadows and darken the ground they touch
  Range shadow_softness{0, 0.03};  ///< metres, half width of a shadow's edge; twice as wide indoors
  Range contact{0.35, 0.65};       ///< how much what touches the ground darkens it
};

struct SceneOptions {
  double occluder_probability = 0.3;     ///< something stands in front of the person
  double occluder_most = 3;              ///< at most so many; 70 % have one
  double distractor_probability = 0.12;  ///< another person, not labelled
  double clutter_probability = 0.5;      ///< objects around the person
  double clutter_most = 6;
  double background_probability = 0.6;  ///< of a photograph, where there are any; else of the next four, as weights:
  double room_weight = 0.36, landscape_weight = 0.33, abstract_weight = 0.26, plain_weight = 0.05;
  double shapes_probability = 0.2;  ///< of flat shapes over rooms and landscapes
  double pattern_probability = 1;   ///< surfaces of people and things carry patterns; else each is of one colour
  /// Photographs behind the person (random crop, maybe mirrored); may be empty.
  std::vector<std::shared_ptr<const Image>> backgrounds;
};

/// Pixels are those of the finished picture.
struct SensorOptions {
  double sensor_strength = 1;        ///< scales all amounts below and the shares of grey and flat; 0: clean pictures
  Effect defocus{0.25, {0.3, 0.8}};  ///< px, deviation of a Gaussian
  Effect smear{0.05, {1.5, 3}};      ///< px, length of a straight motion blur
  Effect shrink{0.12, {1.2, 2}};     ///< reduced by this factor and enlarged again
  Effect noise{0.7, {0, 0.035}};     ///< deviation in sRGB [0, 1]
  Effect jpeg{0.3, {25, 90}};        ///< quality of libjpeg
  Effect flat{0.04, {0.35, 0.7}};    ///< pictures of low contrast, and that contrast
  Range contrast{0.85, 1.5};         ///< of all others
  Range brightness{-0.08, 0.08};     ///< added in sRGB
  Range saturation{0.6, 1.25};
  double grey_probability = 0.06;
  double white_balance = 0.07;  ///< deviation of warm against cool
  double tint = 0.03;           ///< deviation of green against magenta
};

/// All of it. Functions take the section they read.
struct SynthOptions : CameraOptions, LightOptions, SceneOptions, SensorOptions {
  int image_size = 128;             ///< px
  double upright_probability = 0;   ///< beyond the mixture's own share: standing on the feet
  double acrobatic_probability = 0;  ///< beyond the mixture's own share: sample_acrobatic_support(), hand-written
  double fitted_probability = 0.5;  ///< of a pose from the embedded statistics; else from the hand-written families
  double motion_probability = 0.3;  ///< of a pose from `motions`, where there are any, before the choice above
  double child_probability = child_share;  ///< of a child; of `characters`, of the grown-up ones
  /// Recorded motions (load them with the same skeleton); the second picture then shows the same motion within 2 s.
  std::shared_ptr<const MotionLibrary> motions;
  /// Imported people (character.h), each as likely as the other; may be empty. All else is as for procedural ones.
  std::vector<std::shared_ptr<const Character>> characters;
  double character_probability = 0.3;  ///< of an imported person, where there are any
};

/// The fields synth.upright, synth.facing_deg ... of a configuration: all numbers but the image size.
void describe(SynthOptions& options, FieldList& fields);

/// Error(usage) naming the field and its range where a number lies outside of what describe() allows, where a lower end
/// is above its upper end, no kind of background is left, image_size is outside 16 ... 2048, or a background is empty.
void check(const SynthOptions& options);

}  // namespace limn
