// What light, lens and camera do to a picture, at random. Nothing here moves a pixel's content: labels stay valid.
#pragma once

#include "limn/base/image.h"
#include "limn/base/random.h"

namespace limn {

/// One change of light and colour, to be applied alike to the pictures that belong together.
struct Photometry {
  float brightness = 0;     ///< added; 1 is full white
  float contrast = 1;       ///< factor about mid grey
  float gamma = 1;          ///< exponent of the value in [0, 1]
  float saturation = 1;     ///< 0: grey
  float hue_deg = 0;        ///< turn about the grey axis
  float red = 1, blue = 1;  ///< gains: colour temperature
};

/// Half-widths of uniform distributions, and probabilities. 0 everywhere: nothing changes.
struct PhotometrySettings {
  double brightness = 0.08;
  double contrast = 0.25;
  double gamma = 0.2;  ///< of log gamma
  double saturation = 0.35;
  double hue_deg = 10;
  double temperature = 0.08;  ///< of the gains of red and blue, in opposite directions
  double grey = 0.05;         ///< probability
};

struct AugmentSettings {
  PhotometrySettings photometry;
  double blur = 0.3;           ///< probability
  double blur_sigma_px = 1.2;  ///< largest
  double noise = 0.5;          ///< probability
  double noise_sigma = 0.04;   ///< largest deviation, of white
  double jpeg = 0.3;           ///< probability
  int jpeg_quality = 30;       ///< lowest; the highest is 95
  double shrink = 0.2;         ///< probability of scaling down and up again
  double shrink_factor = 0.4;  ///< smallest
  double cutout = 0.2;         ///< probability of each of up to three rectangles
  double cutout_side = 0.3;    ///< largest side, of the picture's
};

Photometry random_photometry(const PhotometrySettings& settings, Random& random);
void apply_photometry(Image& image, const Photometry& photometry);

/// Gaussian, separable, edges replicated; the sum of the picture is kept but for the edges.
void blur(Image& image, float sigma_px);
/// Independent noise of every value, close to normal (a sum of four uniform ones), clamped to 0 ... 255.
void add_noise(Image& image, float sigma, Random& random);
/// Rectangles of one colour or of noise.
void cut_out(Image& image, double largest_side, Random& random);

/// All of the above at random, in the order in which a camera does it: occlusion, light, lens, sensor, file.
void augment(Image& image, const AugmentSettings& settings, Random& random);

}  // namespace limn
