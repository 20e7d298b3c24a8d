#include "session/pooling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "backbone/graph.h"
#include "core/input.h"
#include "core/rng.h"
#include "session/dataset.h"
#include "test_files.h"

namespace tabtrain {
namespace {

class PoolingTest : public testing::Test {
 protected:
  PoolingTest() {
    Rng rng(3);
    for (float& value : input_) value = rng.Uniform(-1, 1);
  }

  void Load(Backbone& backbone) {
    backbone.PushWeights(ReadFile("build/weights/nsfwjs.safetensors"));
    backbone.FinishWeights();
  }

  ThreadPool pool_{2};
  std::vector<float> input_ = std::vector<float>(kInputFloats);
};

TEST_F(PoolingTest, MaxIsTheLargestOfEachChannel) {
  Backbone backbone(pool_);
  Load(backbone);
  std::vector<float> features(FeatureSizeOf(backbone, Pooling::kMax));
  ExtractFeatures(backbone, Pooling::kMax, input_, features);
  size_t column = 0;
  for (const std::string& layer : backbone.weights().feature_layers) {
    const std::vector<std::string> one{layer};
    const auto channels = static_cast<size_t>(BuildGraph(one).Find(layer).channels);
    const std::vector<float> activations = backbone.Activations(layer);
    for (size_t c = 0; c < channels; ++c, ++column) {
      float largest = -1;
      for (size_t i = c; i < activations.size(); i += channels) {
        largest = std::max(largest, activations[i]);
      }
      EXPECT_EQ(features[column], backbone.weights().feature_sqrt ? std::sqrt(largest) : largest);
    }
  }
  EXPECT_EQ(column, features.size());
}

TEST_F(PoolingTest, NoneKeepsEveryPixelOfTheLastLayer) {
  Backbone backbone(pool_, {.feature_layers = FeatureLayersFor(Pooling::kNone)});
  Load(backbone);
  ASSERT_EQ(FeatureSizeOf(backbone, Pooling::kNone), 8u * 8 * 2048);
  std::vector<float> features(8 * 8 * 2048), averages(2048);
  ExtractFeatures(backbone, Pooling::kNone, input_, features);
  backbone.Run(input_, 1, averages);
  for (size_t c = 0; c < 2048; ++c) {
    double sum = 0;
    for (size_t pixel = 0; pixel < 64; ++pixel) sum += features[pixel * 2048 + c];
    const double average = backbone.weights().feature_sqrt ? std::sqrt(sum / 64) : sum / 64;
    EXPECT_NEAR(averages[c], average, 1e-5 * (1 + average));
  }
}

TEST(FeatureRow, KeepsHalvesWithinOnePartIn2048) {
  Rng rng(1);
  std::vector<float> features(1000), read(1000);
  for (float& value : features) value = std::exp(8 * rng.Uniform(-1, 1));
  const FeatureRow floats(features, FeatureType::kFloat32), halves(features, FeatureType::kFloat16);
  ASSERT_EQ(floats.size(), 1000u);
  ASSERT_EQ(halves.size(), 1000u);
  floats.Read(read);
  EXPECT_EQ(read, features);
  halves.Read(read);
  EXPECT_NE(read, features);
  for (size_t i = 0; i < 1000; ++i) EXPECT_NEAR(read[i], features[i], features[i] / 2048);
}

}  // namespace
}  // namespace tabtrain
