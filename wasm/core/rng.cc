#include "core/rng.h"

#include <bit>
#include <cmath>
#include <numbers>

namespace tabtrain {

Rng::Rng(uint64_t seed) {
  for (uint64_t& word : state_) {
    seed += 0x9e3779b97f4a7c15;
    uint64_t z = seed;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    word = z ^ (z >> 31);
  }
}

uint64_t Rng::Next() {
  const uint64_t result = std::rotl(state_[1] * 5, 7) * 9;
  const uint64_t t = state_[1] << 17;
  state_[2] ^= state_[0];
  state_[3] ^= state_[1];
  state_[1] ^= state_[2];
  state_[0] ^= state_[3];
  state_[2] ^= t;
  state_[3] = std::rotl(state_[3], 45);
  return result;
}

float Rng::Uniform() { return static_cast<float>(Next() >> 40) * 0x1p-24f; }

uint64_t Rng::Below(uint64_t bound) {
  // Reject the first 2^64 mod bound values, so that every remainder is equally likely.
  const uint64_t threshold = (0 - bound) % bound;
  uint64_t value = Next();
  while (value < threshold) value = Next();
  return value % bound;
}

float Rng::Normal() {
  const double u1 = (static_cast<double>(Next() >> 11) + 1) * 0x1p-53;  // (0, 1]: log stays finite
  const double u2 = static_cast<double>(Next() >> 11) * 0x1p-53;
  return static_cast<float>(std::sqrt(-2 * std::log(u1)) * std::cos(2 * std::numbers::pi * u2));
}

}  // namespace tabtrain
