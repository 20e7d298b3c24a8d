// Parity with Keras: the same weights and pixels give the same activations, block by block.
// The golden files come from tests/golden/backbone/make_backbone.py.
#include "backbone/backbone.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <optional>

#include "backbone/golden.h"
#include "core/error.h"

namespace tabtrain {
namespace {

constexpr size_t kStride = 7919;  // between the golden samples

const std::vector<std::string> kBlocks = {"max_pooling2d_2", "mixed0", "mixed1", "mixed2",
                                          "mixed3",          "mixed4", "mixed5", "mixed6",
                                          "mixed7",          "mixed8", "mixed9", "mixed10"};

void Load(Backbone& backbone, const std::string& path) {
  std::ifstream file(ProjectPath(path), std::ios::binary);
  ASSERT_TRUE(file.good()) << path << " cannot be read: run `npm run weights`";
  std::vector<char> chunk(1 << 20);
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
    backbone.PushWeights(
        {reinterpret_cast<const uint8_t*>(chunk.data()), static_cast<size_t>(file.gcount())});
  }
  backbone.FinishWeights();
}

struct Source {
  const char* weights;
  const char* golden;
};

class KerasParity : public testing::TestWithParam<Source> {};

TEST_P(KerasParity, EveryBlockAndTheFeatures) {
  if (!Exists(GetParam().weights)) GTEST_SKIP() << GetParam().weights << " is not there";
  const Golden golden(GetParam().golden);
  ThreadPool pool(2);
  Backbone backbone(pool, {.feature_layers = kBlocks});
  Load(backbone, GetParam().weights);

  std::vector<float> input = Pixels(0);
  const std::vector<float> second = Pixels(1);
  input.insert(input.end(), second.begin(), second.end());
  std::vector<float> features(2 * backbone.feature_size());
  backbone.Run(input, 2, features);

  for (const std::string& block : kBlocks) {
    const std::vector<float> values = backbone.Activations(block);
    const std::vector<float> samples = golden.Get(block + "/samples");
    const float largest = golden.Get(block + "/largest")[0];
    for (size_t i = 0; i < samples.size(); ++i) {
      ASSERT_NEAR(values[i * kStride % values.size()], samples[i], kTolerance * largest)
          << block << ", sample " << i;
    }
  }
  // mixed10 is the last of the blocks, and the last 2048 columns of each row.
  const std::vector<float> expected = golden.Get("features");
  const float largest = *std::max_element(expected.begin(), expected.end());
  for (size_t image = 0; image < 2; ++image) {
    for (size_t c = 0; c < 2048; ++c) {
      const float feature = features[(image + 1) * backbone.feature_size() - 2048 + c];
      ASSERT_NEAR(backbone.weights().feature_sqrt ? feature * feature : feature,
                  expected[image * 2048 + c], kTolerance * largest)
          << "image " << image << ", feature " << c;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Weights, KerasParity,
    testing::Values(Source{kDefaultWeights, "tests/golden/backbone/nsfwjs.safetensors"},
                    Source{"build/weights/imagenet-2015.safetensors",
                           "tests/golden/backbone/imagenet_2015.safetensors"}),
    [](const auto& param_info) { return param_info.index == 0 ? "nsfwjs" : "imagenet_2015"; });

TEST(Backbone, FeaturesDoNotDependOnBatchOrderOrThreads) {
  const std::vector<std::string> layers = {"mixed2", "mixed4"};
  std::vector<float> input = Pixels(0);
  for (const int seed : {1, 2}) {
    const std::vector<float> image = Pixels(seed);
    input.insert(input.end(), image.begin(), image.end());
  }
  ThreadPool pool(2), one_thread(1);
  Backbone backbone(pool, {.feature_layers = layers});
  Backbone single(one_thread, {.feature_layers = layers});
  Load(backbone, kDefaultWeights);
  Load(single, kDefaultWeights);
  const size_t size = backbone.feature_size();
  EXPECT_EQ(size, 288u + 768u);

  std::vector<float> together(3 * size), alone(size);
  backbone.Run(input, 3, together);
  for (const size_t image : {2, 0, 1}) {
    const auto one = std::span(input).subspan(image * kInputFloats, kInputFloats);
    for (Backbone* each : {&backbone, &single}) {
      each->Run(one, 1, alone);
      EXPECT_TRUE(std::equal(alone.begin(), alone.end(), &together[image * size])) << image;
    }
  }
}

// Calibrated on some images, int8 gives nearly the same features for another one, and the same to
// the bit whatever the batch and the number of threads; with dot products of 8 bits and without.
class Int8 : public testing::TestWithParam<bool> {};

TEST_P(Int8, ComesCloseToFloat32) {
  const std::vector<std::string> layers = {"mixed5", "mixed10"};
  ThreadPool pool(2), one_thread(1);
  Calibration calibration;
  std::vector<float> expected;
  {
    Backbone float32(pool, {.feature_layers = layers});
    Load(float32, kDefaultWeights);
    for (const int seed : {0, 1, 3}) float32.Calibrate(Pixels(seed), calibration);
    expected.resize(float32.feature_size());
    float32.Run(Pixels(2), 1, expected);
  }
  const BackboneOptions options{.precision = Precision::kInt8,
                                .feature_layers = layers,
                                .ranges = calibration.Ranges(),
                                .int8_dot_products = GetParam()};
  Backbone int8(pool, options), single(one_thread, options);
  Load(int8, kDefaultWeights);
  Load(single, kDefaultWeights);
  const size_t size = int8.feature_size();
  std::vector<float> features(size), batch(2 * size);
  single.Run(Pixels(2), 1, features);
  for (const size_t begin : {size_t{0}, size_t{768}}) {
    const size_t end = begin == 0 ? 768 : size;
    const double cosine = Cosine(std::span(features).subspan(begin, end - begin),
                                 std::span(expected).subspan(begin, end - begin));
    EXPECT_GT(cosine, GetParam() ? 0.99 : 0.999);
    RecordProperty("cosine", std::to_string(cosine));
  }

  std::vector<float> input = Pixels(1);
  const std::vector<float> second = Pixels(2);
  input.insert(input.end(), second.begin(), second.end());
  int8.Run(input, 2, batch);
  EXPECT_TRUE(std::equal(features.begin(), features.end(), &batch[size]));
}
INSTANTIATE_TEST_SUITE_P(DotProducts, Int8, testing::Bool());

// Without ranges it is float32 that runs; with them what chooses for itself takes int8, unless that
// is far from float32. Ranges that are given count for more than those of the file.
TEST(Backbone, ChoosesThePrecisionByTheFile) {
  std::vector<uint8_t> calibrated = ReadFile(kDefaultWeights);
  calibrated.resize(1 << 16);  // the header, and a little more
  std::string text(calibrated.begin(), calibrated.end());
  const size_t key = text.find("activation_ranges");
  ASSERT_NE(key, std::string::npos);
  text[key] = 'A';
  const std::vector<uint8_t> uncalibrated(text.begin(), text.end());
  ThreadPool pool(1);
  const auto chosen = [&](std::optional<Precision> precision, std::span<const uint8_t> file) {
    Backbone backbone(pool, {.precision = precision});
    backbone.PushWeights(file);
    return backbone.precision();
  };
  EXPECT_EQ(chosen(Precision::kInt8, uncalibrated), Precision::kFloat32);
  EXPECT_EQ(chosen(std::nullopt, uncalibrated), Precision::kFloat32);
  EXPECT_EQ(chosen(std::nullopt, calibrated), Precision::kInt8);
  EXPECT_EQ(chosen(Precision::kFloat32, calibrated), Precision::kFloat32);

  ActivationRanges ranges;
  ranges.fill({.low = -1, .high = 6});
  const auto given = [&](std::optional<Precision> precision, double int8_cosine) {
    Backbone backbone(pool, {.precision = precision, .ranges = ranges, .int8_cosine = int8_cosine});
    backbone.PushWeights(calibrated);
    return backbone.precision();
  };
  EXPECT_EQ(given(std::nullopt, 0.991), Precision::kInt8);
  EXPECT_EQ(given(std::nullopt, 0.989), Precision::kFloat32);
  EXPECT_EQ(given(Precision::kInt8, 0.5), Precision::kInt8);
}

TEST(Backbone, RefusesToRunWithoutWeights) {
  ThreadPool pool(1);
  Backbone backbone(pool);
  std::vector<float> input(kInputFloats), features;
  EXPECT_THROW(backbone.Run(input, 1, features), Error);
}

}  // namespace
}  // namespace tabtrain
