#include "image/fingerprint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

#include "core/rng.h"
#include "image/resize.h"

namespace tabtrain {
namespace {

// A picture of soft blobs, which differ from seed to seed.
Image Blobs(uint64_t seed, int width = 299, int height = 299) {
  Rng rng(seed);
  struct Blob {
    float x, y, radius, r, g, b;
  };
  std::vector<Blob> blobs;
  for (int i = 0; i < 12; ++i) {
    blobs.push_back({rng.Uniform(), rng.Uniform(), rng.Uniform(0.05f, 0.3f), rng.Uniform(0, 200),
                     rng.Uniform(0, 200), rng.Uniform(0, 200)});
  }
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      float colour[3] = {20, 20, 20};
      for (const Blob& blob : blobs) {
        const float dx = static_cast<float>(x) / static_cast<float>(width) - blob.x;
        const float dy = static_cast<float>(y) / static_cast<float>(height) - blob.y;
        const float share = std::exp(-(dx * dx + dy * dy) / (blob.radius * blob.radius));
        colour[0] += share * blob.r;
        colour[1] += share * blob.g;
        colour[2] += share * blob.b;
      }
      for (const float value : colour) {
        image.rgb.push_back(static_cast<uint8_t>(std::min(value, 255.0f)));
      }
    }
  }
  return image;
}

template <typename Change>
Image Changed(Image image, Change&& change) {
  for (uint8_t& level : image.rgb) {
    level = static_cast<uint8_t>(std::clamp(change(static_cast<float>(level)), 0.0f, 255.0f));
  }
  return image;
}

int Differing(const Image& a, const Image& b) {
  return std::popcount(FingerprintOf(a) ^ FingerprintOf(b));
}

// The definition, term by term.
TEST(Fingerprint, IsTheSignsOfTheLowFrequencies) {
  const Image image = Blobs(1);
  const Image small = Resize(image, 32, 32);
  std::vector<double> values;
  for (int i = 1; i < 64; ++i) {
    const int u = i % 8, v = i / 8;
    double sum = 0;
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        const uint8_t* pixel = &small.rgb[static_cast<size_t>(3 * (32 * y + x))];
        sum += (0.299 * pixel[0] + 0.587 * pixel[1] + 0.114 * pixel[2]) *
               std::cos(std::numbers::pi / 64 * u * (2 * x + 1)) *
               std::cos(std::numbers::pi / 64 * v * (2 * y + 1));
      }
    }
    values.push_back(sum / std::sqrt((u == 0 ? 2.0 : 1.0) * (v == 0 ? 2.0 : 1.0)));
  }
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  const Fingerprint fingerprint = FingerprintOf(image);
  for (size_t i = 0; i < 63; ++i) {
    EXPECT_EQ(fingerprint >> (62 - i) & 1, values[i] > sorted[31] ? 1u : 0u) << i;
  }
}

TEST(Fingerprint, HardlyChangesForACopy) {
  for (uint64_t seed = 0; seed < 20; ++seed) {
    const Image image = Blobs(seed);
    EXPECT_LE(Differing(image, Resize(Blobs(seed, 640, 480), 299, 299)), 6) << seed;
    EXPECT_LE(Differing(image, Resize(Resize(image, 120, 90), 299, 299)), 6) << seed;
    EXPECT_LE(Differing(image, Changed(image, [](float x) { return 1.15f * x; })), 6) << seed;
    EXPECT_LE(Differing(image, Changed(image, [](float x) { return x + 20; })), 6) << seed;
    // As coarse as a JPEG file of low quality.
    EXPECT_LE(Differing(image, Changed(image, [](float x) { return std::round(x / 24) * 24; })), 6);
  }
}

TEST(GroupLookAlikes, KeepsCopiesTogetherAndOthersApart) {
  std::vector<std::optional<Fingerprint>> fingerprints;
  std::vector<size_t> photos;
  for (size_t photo = 0; photo < 50; ++photo) {
    const Image image = Blobs(photo);
    photos.push_back(photo);
    fingerprints.emplace_back(FingerprintOf(image));
    if (photo % 3 == 0) continue;
    photos.push_back(photo);
    fingerprints.emplace_back(
        FingerprintOf(Changed(image, [](float x) { return std::round(x * 1.1f / 16) * 16; })));
  }
  EXPECT_EQ(GroupLookAlikes(fingerprints), photos);
}

Fingerprint Bits(int count) { return (Fingerprint{1} << count) - 1; }

TEST(GroupLookAlikes, AllowsNeighboursMore) {
  using Groups = std::vector<size_t>;
  const Fingerprint far = ~Fingerprint{0} >> 1;
  const auto group = [](std::vector<std::optional<Fingerprint>> all) {
    return GroupLookAlikes(all);
  };
  EXPECT_EQ(group({0, Bits(14)}), (Groups{0, 0}));
  EXPECT_EQ(group({0, Bits(15)}), (Groups{0, 1}));
  EXPECT_EQ(group({0, far, Bits(10)}), (Groups{0, 1, 0}));
  EXPECT_EQ(group({0, far, Bits(11)}), (Groups{0, 1, 2}));
  EXPECT_EQ(group({0, far, Bits(20), Bits(10)}), (Groups{0, 1, 0, 0}));  // by the last one
  EXPECT_EQ(group({std::nullopt, 0, std::nullopt}), (Groups{0, 1, 2}));
  EXPECT_EQ(group({}), Groups{});
}

}  // namespace
}  // namespace tabtrain
