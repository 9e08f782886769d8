// A folder of photographs of places without people, each place once: synth.backgrounds takes it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "limn/base/image.h"

namespace limn {

class PlateShelf {
 public:
  /// `folder` may hold plates already; it is made when the first comes. Those that cannot be read are passed over.
  explicit PlateShelf(std::filesystem::path folder);

  /// Writes the plate as NAME.jpg unless one that looks the same is there; true where NAME is in the folder afterwards.
  /// Error(input) where it cannot be written.
  bool add(const Image& plate, const std::string& name);

 private:
  std::filesystem::path folder_;
  std::vector<std::vector<uint8_t>> seen_;  ///< small copies
};

}  // namespace limn
