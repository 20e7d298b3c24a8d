// Random numbers that are the same on every platform and standard library, for a given seed.
#pragma once

#include <cstdint>
#include <span>
#include <utility>

namespace tabtrain {

// xoshiro256** seeded by SplitMix64 (Blackman and Vigna, https://prng.di.unimi.it/).
class Rng {
 public:
  explicit Rng(uint64_t seed);

  uint64_t Next();

  // Uniform in [0, 1), 24 bits.
  float Uniform();
  // Uniform in [low, high).
  float Uniform(float low, float high) { return low + (high - low) * Uniform(); }
  // Uniform in [0, bound), without bias; bound > 0.
  uint64_t Below(uint64_t bound);
  // Standard normal (Box-Muller).
  float Normal();

  // Fisher-Yates.
  template <typename T>
  void Shuffle(std::span<T> items) {
    for (size_t i = items.size(); i > 1; --i) std::swap(items[i - 1], items[Below(i)]);
  }

 private:
  uint64_t state_[4];
};

}  // namespace tabtrain
