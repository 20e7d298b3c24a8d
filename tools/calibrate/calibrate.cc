// calibrate WEIGHTS IMAGE...: finds the ranges of activations that int8 needs, on the given images,
// and how close int8 then comes to float32 on them, on processors with 8-bit dot products or
// without, whichever is further away. Prints JSON:
//   {"activation_ranges": "low,high,...", "cosine": {"mean": 0.998, "lowest": 0.99}}
// With --features PREFIX before WEIGHTS it also writes PREFIX.float32, PREFIX.int8 and PREFIX.int16
// (int8 without dot products): the features of every image, [images, feature_size] float32.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "backbone/backbone.h"
#include "core/error.h"
#include "core/input.h"
#include "image/decode.h"
#include "image/preprocess.h"

namespace tabtrain {
namespace {

std::vector<uint8_t> ReadFile(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  CheckArgument(file.good(), path + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

void Load(Backbone& backbone, const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  CheckArgument(file.good(), path + " cannot be read");
  std::vector<char> chunk(1 << 20);
  while (file.read(chunk.data(), static_cast<std::streamsize>(chunk.size())) || file.gcount() > 0) {
    backbone.PushWeights(
        {reinterpret_cast<const uint8_t*>(chunk.data()), static_cast<size_t>(file.gcount())});
  }
  backbone.FinishWeights();
}

std::vector<float> Input(const std::string& path) {
  std::vector<float> tensor(kInputFloats);
  Preprocess(DecodeImage(ReadFile(path)), tensor);
  return tensor;
}

void WriteFloats(const std::string& path, std::span<const float> values) {
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(values.data()),
             static_cast<std::streamsize>(values.size_bytes()));
}

// Features of every image, [images, feature_size].
std::vector<float> Features(Backbone& backbone, std::span<const std::string> images) {
  const size_t size = backbone.feature_size();
  std::vector<float> features(images.size() * size);
  for (size_t i = 0; i < images.size(); ++i) {
    backbone.Run(Input(images[i]), 1, std::span(features).subspan(i * size, size));
    std::fprintf(stderr, "features %zu/%zu\n", i + 1, images.size());
  }
  return features;
}

// Of every layer, also of those that these weights' features do not need.
ActivationRanges FindRanges(ThreadPool& pool, const std::string& weights,
                            std::span<const std::string> images) {
  Backbone backbone(pool, {.feature_layers = {"mixed10"}});
  Load(backbone, weights);
  Calibration calibration;
  for (size_t i = 0; i < images.size(); ++i) {
    backbone.Calibrate(Input(images[i]), calibration);
    std::fprintf(stderr, "ranges %zu/%zu\n", i + 1, images.size());
  }
  return calibration.Ranges();
}

std::vector<float> FeaturesWith(BackboneOptions options, ThreadPool& pool,
                                const std::string& weights, std::span<const std::string> images) {
  Backbone backbone(pool, std::move(options));
  Load(backbone, weights);
  return Features(backbone, images);
}

struct Closeness {
  double mean = 1, lowest = 1;  // cosine
};

// Of features [images, feature_size].
Closeness Compare(std::span<const float> exact, std::span<const float> quantized, size_t images) {
  const size_t size = exact.size() / images;
  double sum = 0, lowest = 1;
  for (size_t i = 0; i < images; ++i) {
    const double cosine = Cosine(exact.subspan(i * size, size), quantized.subspan(i * size, size));
    sum += cosine;
    lowest = std::min(lowest, cosine);
  }
  return {sum / static_cast<double>(images), lowest};
}

void Calibrate(const std::string& weights, std::span<const std::string> images,
               const std::string& prefix) {
  ThreadPool pool(2);
  const ActivationRanges ranges = FindRanges(pool, weights, images);
  const std::vector<float> exact =
      FeaturesWith({.precision = Precision::kFloat32}, pool, weights, images);
  if (!prefix.empty()) WriteFloats(prefix + ".float32", exact);
  Closeness worst;
  for (const bool dot_products : {true, false}) {
    const std::vector<float> quantized = FeaturesWith(
        {.precision = Precision::kInt8, .ranges = ranges, .int8_dot_products = dot_products}, pool,
        weights, images);
    if (!prefix.empty()) WriteFloats(prefix + (dot_products ? ".int8" : ".int16"), quantized);
    const Closeness own = Compare(exact, quantized, images.size());
    std::fprintf(stderr, "cosine %s dot products: mean %.6f, lowest %.6f\n",
                 dot_products ? "with" : "without", own.mean, own.lowest);
    worst = {std::min(worst.mean, own.mean), std::min(worst.lowest, own.lowest)};
  }
  std::printf("{\"activation_ranges\": \"%s\", \"cosine\": {\"mean\": %.6f, \"lowest\": %.6f}}\n",
              RangesText(ranges).c_str(), worst.mean, worst.lowest);
}

}  // namespace
}  // namespace tabtrain

int main(int argc, char** argv) {
  std::vector<std::string> args(argv + 1, argv + argc);
  std::string prefix;
  if (args.size() > 2 && args[0] == "--features") {
    prefix = args[1];
    args.erase(args.begin(), args.begin() + 2);
  }
  if (args.size() < 2) {
    std::fputs("usage: calibrate [--features PREFIX] WEIGHTS IMAGE...\n", stderr);
    return 2;
  }
  try {
    tabtrain::Calibrate(args[0], std::span(args).subspan(1), prefix);
  } catch (const tabtrain::Error& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
