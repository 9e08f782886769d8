#include "limn/network/person_network.h"

#include "limn/network/spec_builder.h"

namespace limn {

NetworkSpec person_spec(int width, int image_height, int image_width) {
  SpecBuilder build("person");
  const int w1 = 2 * width, w2 = 3 * width, w3 = 6 * width, w4 = 10 * width;  // at a quarter, an eighth ...
  std::string x = build.conv("stem", build.input("image", {3, image_height, image_width}), width, 2);
  x = build.conv("enc1", build.conv("enc1_down", x, w1, 2), w1);
  const std::string eighth = build.residual("enc2", build.conv("enc2_down", x, w2, 2), w2);
  const std::string sixteenth = build.residual("enc3", build.conv("enc3_down", eighth, w3, 2), w3);
  x = build.conv("enc4_down", sixteenth, w4, 2);
  x = build.residual("enc4", build.residual("enc4_0", x, w4), w4);
  const auto joined = [&](const std::string& name, const std::string& coarse, const std::string& fine, int channels) {
    std::string up = build.conv(name + "_narrow", coarse, channels, 1, true, Activation::none, 1);
    up = build.merge(Op::upsample, name + "_up", {up});
    return build.conv(name, build.merge(Op::add, name + "_skip", {up, fine}, Activation::relu), channels);
  };
  x = joined("dec3", x, sixteenth, w3);
  x = build.conv("head", joined("dec2", x, eighth, w2), w2);
  build.conv("centre", x, 1, 1, false, Activation::none, 1);
  build.conv("box", x, 4, 1, false, Activation::none, 1);
  return build.finish({"centre", "box"});
}

}  // namespace limn
