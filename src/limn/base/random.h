// Named random streams: the same (seed, stream, index) gives the same bits on any machine and any
// number of workers. Distributions are our own because those of <random> differ between libraries.
#pragma once

#include <cstdint>
#include <string_view>

namespace limn {

class Random {
 public:
  /// A stream named `stream` of the run `seed`, at position `index` (a sample, a step).
  Random(uint64_t seed, std::string_view stream, uint64_t index = 0);

  uint64_t bits();                            ///< 64 uniform bits (splitmix64)
  double uniform();                           ///< [0, 1)
  double uniform(double low, double high);    ///< [low, high)
  double normal();                            ///< mean 0, deviation 1
  double normal(double mean, double deviation) { return mean + deviation * normal(); }
  int integer(int count);                     ///< 0 ... count-1; count >= 1
  bool chance(double probability) { return uniform() < probability; }

 private:
  uint64_t state_;
};

}  // namespace limn
