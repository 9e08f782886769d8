#include "limn/synth/options.h"

#include <cmath>
#include <string>

#include "limn/base/error.h"

namespace limn {
namespace {

/// Adds the fields of one section, named synth.<name>.
class Section {
 public:
  explicit Section(FieldList& fields) : fields_(fields) {}

  void number(const char* name, double& value, double low, double high, const char* help) {
    fields_.add(std::string("synth.") + name, value, low, high, help);
  }
  void share(const char* name, double& value, const char* help) { number(name, value, 0, 1, help); }

  /// synth.<name>_low and synth.<name>_high.
  void range(const std::string& name, Range& range, double low, double high, const std::string& help) {
    fields_.add("synth." + name + "_low", range.low, low, high, help + ", at least");
    fields_.add("synth." + name + "_high", range.high, low, high, help + ", at most");
  }

  /// synth.<name> is the share of the pictures, the range is that of the amount.
  void effect(const std::string& name, Effect& effect, double low, double high, const std::string& whose,
              const std::string& amount) {
    fields_.add("synth." + name, effect.share, 0, 1, "share of pictures " + whose);
    range(name, effect.amount, low, high, amount);
  }

 private:
  FieldList& fields_;
};

void describe_people(SynthOptions& o, Section s) {
  s.share("upright", o.upright_probability, "share of people made to stand, beyond the mixture's own 70 %");
  s.share("acrobatic", o.acrobatic_probability,
          "share of people upside down, in the air, lying or on all fours, beyond the mixture's own 16 %");
  s.share("fitted", o.fitted_probability, "share of poses from fitted statistics; others: hand-written families");
  s.share("motion_share", o.motion_probability, "share of poses from synth.motions, before synth.fitted");
  s.share("children", o.child_probability, "share of people who are children; of synth.characters: of the grown-up ones");
  s.share("character_share", o.character_probability, "share of people from synth.characters");
}

void describe_camera(CameraOptions& o, Section s) {
  s.number("facing_deg", o.facing_deg, 0, 180, "people turn at most so far from the camera; 180: all directions");
  s.range("focal", o.focal_mm, 8, 1000, "focal length, mm on a sensor 36 mm wide");
  s.range("window", o.window, 1, 10, "width of the photograph in widths of the picture, a window of it");
  s.range("elevation", o.elevation_deg, -80, 80, "elevation of the camera over the person, degrees");
  s.number("elevation_usual", o.elevation_usual_deg, -80, 80, "elevation of the usual cameras, degrees");
  s.number("elevation_spread", o.elevation_spread_deg, 0, 90, "its deviation, degrees");
  s.share("steep", o.steep_probability, "share of pictures taken from far above or below: anywhere in synth.elevation");
  s.number("roll_spread", o.roll_spread_deg, 0, 90, "deviation of the usual roll, degrees");
  s.share("tilted", o.tilt_probability, "share of pictures taken with a camera rolled far");
  s.number("tilted_most", o.tilt_most_deg, 0, 180, "how far those roll, degrees");
  s.share("tilted_anywhere", o.tilt_anywhere, "share of those that roll anywhere, upside down too");
  s.number("smallest", o.smallest_extent, 0.2, 0.9, "smallest person, share of the picture's side");
  s.number("largest", o.largest_extent, 0.2, 1.1, "largest person not cut off, share of the picture's side");
  s.share("large_share", o.large_share, "share of people at least as large as synth.large");
  s.number("large", o.large_extent, 0.2, 1.1, "size of a large person, share of the picture's side");
  s.share("off_centre", o.off_centre, "share of the free room beside the person that its place may use");
  s.share("truncation", o.truncation_probability, "share of people of whom some limb leaves the picture");
  s.range("truncated", o.truncated_extent, 1, 4, "size of people cut off, share of the picture's side");
  s.number("truncated_off_centre", o.truncated_off_centre, 0, 0.5, "their shift, share of the picture's side");
  s.effect("edges", o.edges, 0, 1, "whose photograph ends beside the person", "how far beyond it, share of the side");
}

void describe_light(LightOptions& o, Section s) {
  s.range("sun_elevation", o.sun_elevation_deg, 1, 90, "height of the sun, degrees");
  s.range("sun", o.sun, 0, 10, "strength of the sun");
  s.effect("overcast", o.overcast, 0, 10, "with a weak sun", "strength of the weak sun");
  s.range("sky", o.sky, 0.01, 10, "strength of the light from above");
  s.range("bounce", o.bounce, 0, 1, "strength of the light from below, share of the sky's");
  s.effect("fill", o.fill, 0, 10, "with a light from the side", "its strength");
  s.effect("rim", o.rim, 0, 10, "with a light from behind the person", "its strength");
  s.share("indoor", o.indoor_probability, "share of pictures lit by lamps");
  s.range("daylight_kelvin", o.daylight_kelvin, 2000, 25000, "colour temperature of the sun");
  s.range("sky_kelvin", o.sky_kelvin, 2000, 25000, "colour temperature of the sky");
  s.range("lamp_kelvin", o.lamp_kelvin, 2000, 25000, "colour temperature of all light indoors");
  s.range("exposure_ev", o.exposure_ev, -6, 6, "exposure, stops");
  s.share("shadows", o.shadow_probability, "share of pictures in which people and things cast shadows");
  s.range("shadow_softness", o.shadow_softness, 0, 0.3, "half width of a shadow's edge outdoors, metres");
  s.range("contact", o.contact, 0, 1, "darkening of the ground under the feet");
}

void describe_scene(SceneOptions& o, Section s) {
  s.share("occluders", o.occluder_probability, "share of pictures with something in front of the person");
  s.number("occluder_most", o.occluder_most, 1, 20, "things in front, at most");
  s.share("distractors", o.distractor_probability, "share of pictures with another person");
  s.share("clutter", o.clutter_probability, "share of pictures with objects around the person");
  s.number("clutter_most", o.clutter_most, 1, 50, "objects around, at most");
  s.share("background_share", o.background_probability, "share of pictures with a photograph of synth.backgrounds");
  s.share("room", o.room_weight, "weight of rooms among the backgrounds without photograph");
  s.share("landscape", o.landscape_weight, "weight of landscapes and streets");
  s.share("abstract", o.abstract_weight, "weight of patterns and flat clutter");
  s.share("plain", o.plain_weight, "weight of plain plates, as in a studio");
  s.share("patterns", o.pattern_probability, "share of pictures whose clothes and things are patterned");
  s.share("shapes", o.shapes_probability, "share of rooms and landscapes with flat shapes over them");
}

void describe_sensor(SensorOptions& o, Section s) {
  s.number("sensor", o.sensor_strength, 0, 1, "strength of all that follows; 0: clean pictures");
  s.effect("defocus", o.defocus, 0, 20, "out of focus", "deviation of the blur, px");
  s.effect("smear", o.smear, 0, 50, "with motion blur", "length of the blur, px");
  s.effect("shrink", o.shrink, 1, 10, "reduced and enlarged again", "factor");
  s.effect("noise", o.noise, 0, 0.5, "with noise", "deviation of the noise, share of white");
  s.effect("jpeg", o.jpeg, 1, 100, "that were JPEG files", "quality of the file");
  s.effect("flat", o.flat, 0.05, 1, "of low contrast", "that contrast");
  s.range("contrast", o.contrast, 0.05, 4, "contrast of the others");
  s.range("brightness", o.brightness, -1, 1, "added brightness, share of white");
  s.range("saturation", o.saturation, 0, 4, "saturation");
  s.share("grey", o.grey_probability, "share of grey pictures");
  s.number("white_balance", o.white_balance, 0, 0.5, "deviation of the white balance from warm to cool");
  s.number("tint", o.tint, 0, 0.5, "deviation of the white balance from green to magenta");
}

void check_numbers(const FieldList& list) {
  const Field* before = nullptr;
  for (const Field& field : list.fields()) {
    const double value = *std::get<double*>(field.value);
    if (!std::isfinite(value) || value < field.low || value > field.high)
      throw Error(ErrorKind::usage, "'" + field.name + "' is out of range", std::to_string(value),
                  "choose from " + std::to_string(field.low) + " to " + std::to_string(field.high));
    const bool pair = before && before->name.ends_with("_low") && field.name.ends_with("_high");
    if (pair && *std::get<double*>(before->value) > value)
      throw Error(ErrorKind::usage, "a range is upside down", before->name + " is above " + field.name,
                  "exchange them, or give both the same value");
    before = &field;
  }
}

}  // namespace

float Range::draw_log(Random& random) const {
  return static_cast<float>(std::exp(random.uniform(std::log(low), std::log(high))));
}

void describe(SynthOptions& o, FieldList& f) {
  describe_people(o, Section(f));
  describe_camera(o, Section(f));
  describe_light(o, Section(f));
  describe_scene(o, Section(f));
  describe_sensor(o, Section(f));
}

void check(const SynthOptions& options) {
  SynthOptions o = options;  // fields point to what they may change
  FieldList fields;
  describe(o, fields);
  check_numbers(fields);
  require(o.image_size >= 16 && o.image_size <= 2048, ErrorKind::usage, "the image size is outside 16 ... 2048",
          "image_size = " + std::to_string(o.image_size), "choose 128");
  require(o.room_weight + o.landscape_weight + o.abstract_weight + o.plain_weight > 0, ErrorKind::usage,
          "no kind of background is left", "synth.room, landscape, abstract and plain are 0", "raise one of them");
  require(o.smallest_extent <= o.largest_extent, ErrorKind::usage, "the smallest person is larger than the largest",
          "synth.smallest, synth.largest", "lower synth.smallest");
  for (const auto& photo : o.backgrounds)
    require(photo && !photo->empty(), ErrorKind::usage, "a background photograph is empty", "SynthOptions::backgrounds",
            "pass decoded pictures only");
}

}  // namespace limn
