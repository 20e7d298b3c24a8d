#include "image/fingerprint.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <numbers>
#include <numeric>

#include "image/resize.h"

namespace tabtrain {
namespace {

constexpr int kSide = 32;        // of the small picture
constexpr int kFrequencies = 8;  // along each side
constexpr int kBits = kFrequencies * kFrequencies - 1;
constexpr int kSameBits = 10;
constexpr int kBurstBits = 14;

using Luma = std::array<double, size_t{kSide} * kSide>;

Luma LumaOf(const Image& image) {
  const Image small = Resize(image, kSide, kSide);
  Luma luma;
  for (size_t i = 0; i < luma.size(); ++i) {
    const uint8_t* pixel = &small.rgb[3 * i];
    luma[i] = 0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2];  // ITU-R BT.601
  }
  return luma;
}

// The discrete cosine transform (DCT-II), up to a factor of each frequency's.
double Coefficient(const Luma& luma, int u, int v) {
  const auto wave = [](int frequency, int place) {
    return std::cos(std::numbers::pi * frequency * (2 * place + 1) / (2 * kSide));
  };
  std::array<double, kSide> along_x;
  for (int x = 0; x < kSide; ++x) along_x[static_cast<size_t>(x)] = wave(u, x);
  double sum = 0;
  for (int y = 0; y < kSide; ++y) {
    const auto row = luma.begin() + static_cast<ptrdiff_t>(y) * kSide;
    sum += wave(v, y) * std::inner_product(row, row + kSide, along_x.begin(), 0.0);
  }
  // Makes the transform orthogonal, so that no frequency weighs more in the median.
  return sum * (u == 0 ? std::numbers::sqrt2 / 2 : 1) * (v == 0 ? std::numbers::sqrt2 / 2 : 1);
}

// The group of each item as the items that were joined make it.
class DisjointSets {
 public:
  explicit DisjointSets(size_t count) : parents_(count) {
    std::iota(parents_.begin(), parents_.end(), size_t{0});
  }
  size_t Find(size_t item) {
    while (parents_[item] != item) item = parents_[item] = parents_[parents_[item]];
    return item;
  }
  // The smaller root stays one, so that a group's root is its first item.
  void Join(size_t a, size_t b) {
    const auto [first, second] = std::minmax({Find(a), Find(b)});
    parents_[second] = first;
  }

 private:
  std::vector<size_t> parents_;
};

}  // namespace

Fingerprint FingerprintOf(const Image& image) {
  const Luma luma = LumaOf(image);
  std::array<double, kBits> coefficients;
  for (int i = 0; i < kBits; ++i) {
    const int frequency = i + 1;  // without the mean, which is the brightness
    coefficients[static_cast<size_t>(i)] =
        Coefficient(luma, frequency % kFrequencies, frequency / kFrequencies);
  }
  auto sorted = coefficients;
  std::ranges::nth_element(sorted, sorted.begin() + kBits / 2);
  const double median = sorted[kBits / 2];
  Fingerprint fingerprint = 0;
  for (const double value : coefficients) fingerprint = fingerprint << 1 | (value > median ? 1 : 0);
  return fingerprint;
}

std::vector<size_t> GroupLookAlikes(std::span<const std::optional<Fingerprint>> fingerprints) {
  DisjointSets sets(fingerprints.size());
  for (size_t i = 0; i < fingerprints.size(); ++i) {
    const std::optional<Fingerprint>& one = fingerprints[i];
    for (size_t j = 0; j < i; ++j) {
      const std::optional<Fingerprint>& other = fingerprints[j];
      if (!one || !other) continue;
      const int limit = j + 1 == i ? kBurstBits : kSameBits;
      if (std::popcount(*one ^ *other) <= limit) sets.Join(i, j);
    }
  }
  std::vector<size_t> groups(fingerprints.size());
  size_t count = 0;
  for (size_t i = 0; i < groups.size(); ++i) {
    const size_t root = sets.Find(i);
    groups[i] = root == i ? count++ : groups[root];
  }
  return groups;
}

}  // namespace tabtrain
