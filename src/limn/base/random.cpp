#include "limn/base/random.h"

#include <cmath>
#include <numbers>

namespace limn {
namespace {

uint64_t mix(uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ULL;
  z = (z ^ (z >> 27)) * 0x94d049bb133111ebULL;
  return z ^ (z >> 31);
}

}  // namespace

Random::Random(uint64_t seed, std::string_view stream, uint64_t index) {
  uint64_t hash = 0xcbf29ce484222325ULL;  // FNV-1a of the stream's name
  for (char c : stream) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  state_ = mix(mix(mix(seed + 0x9e3779b97f4a7c15ULL) ^ hash) + 0x9e3779b97f4a7c15ULL * (index + 1));
}

uint64_t Random::bits() {
  state_ += 0x9e3779b97f4a7c15ULL;
  return mix(state_);
}

double Random::uniform() { return static_cast<double>(bits() >> 11) * 0x1.0p-53; }

double Random::uniform(double low, double high) { return low + (high - low) * uniform(); }

double Random::normal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  return radius * std::cos(2.0 * std::numbers::pi * uniform());
}

int Random::integer(int count) { return static_cast<int>(bits() % static_cast<uint64_t>(count)); }

}  // namespace limn
