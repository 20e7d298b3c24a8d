#include "backbone/weights_reader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

#include "core/error.h"
#include "core/rng.h"

namespace tabtrain {
namespace {

struct FileTensor {
  std::string name;
  std::vector<uint64_t> shape;
  std::vector<float> values;
  bool int8 = false;
};

std::vector<FileTensor> RandomWeights() {
  Rng rng(1);
  std::vector<FileTensor> tensors;
  for (const InceptionLayer& layer : kInceptionV3) {
    if (layer.type != LayerType::kConv) continue;
    const std::string number(layer.name.substr(7));
    const auto out = static_cast<uint64_t>(layer.out_channels);
    const auto add = [&](const std::string& name, const std::vector<uint64_t>& shape, float low) {
      uint64_t size = 1;
      for (const uint64_t dimension : shape) size *= dimension;
      std::vector<float> values(size);
      for (float& value : values) value = rng.Uniform(low, 1);
      tensors.push_back({name, shape, std::move(values)});
    };
    add("batch_normalization_" + number + "/beta", {out}, -1);
    add("batch_normalization_" + number + "/moving_mean", {out}, -1);
    add("batch_normalization_" + number + "/moving_variance", {out}, 0.5f);
    add("conv2d_" + number + "/kernel",
        {static_cast<uint64_t>(layer.kernel_height), static_cast<uint64_t>(layer.kernel_width),
         static_cast<uint64_t>(layer.in_channels), out},
        -1);
  }
  return tensors;
}

uint16_t ToHalf(float value) {  // truncates; magnitudes below 2
  if (std::abs(value) < 0x1p-14f) return 0;
  const auto bits = std::bit_cast<uint32_t>(value);
  const uint32_t exponent = ((bits >> 23) & 0xff) - 112;
  return static_cast<uint16_t>((bits >> 16 & 0x8000) | exponent << 10 | (bits >> 13 & 0x3ff));
}

constexpr const char* kMetadata =
    R"("__metadata__":{"format":"tabtrain-inceptionv3","version":"1","name":"random",)"
    R"("source":"a test","licence":"none","source_sha256":"","feature_layers":"mixed4,mixed10"})";

std::string ShapeJson(const std::vector<uint64_t>& shape) {
  std::string text;
  for (const uint64_t dimension : shape) {
    text += (text.empty() ? "" : ",") + std::to_string(dimension);
  }
  return text;
}

std::vector<uint8_t> Write(const std::vector<FileTensor>& tensors, bool half = false,
                           const std::string& metadata = kMetadata) {
  std::string header = "{" + metadata;
  std::vector<uint8_t> body;
  for (const FileTensor& tensor : tensors) {
    const size_t begin = body.size();
    if (tensor.int8) {
      for (const float value : tensor.values)
        body.push_back(static_cast<uint8_t>(static_cast<int8_t>(value)));
      header += ",\"" + tensor.name + R"(":{"dtype":"I8","shape":[)" + ShapeJson(tensor.shape) +
                R"(],"data_offsets":[)" + std::to_string(begin) + "," +
                std::to_string(body.size()) + "]}";
      continue;
    }
    for (const float value : tensor.values) {
      uint8_t bytes[4];
      if (half) {
        const uint16_t bits = ToHalf(value);
        std::memcpy(bytes, &bits, 2);
      } else {
        std::memcpy(bytes, &value, 4);
      }
      body.insert(body.end(), bytes, bytes + (half ? 2 : 4));
    }
    header += ",\"" + tensor.name + R"(":{"dtype":")" + (half ? "F16" : "F32") + R"(","shape":[)" +
              ShapeJson(tensor.shape) + R"(],"data_offsets":[)" + std::to_string(begin) + "," +
              std::to_string(body.size()) + "]}";
  }
  header += "}";
  std::vector<uint8_t> file(8);
  const uint64_t length = header.size();
  std::memcpy(file.data(), &length, 8);
  file.insert(file.end(), header.begin(), header.end());
  file.insert(file.end(), body.begin(), body.end());
  return file;
}

struct Convolution {
  std::vector<float> kernel, bias;
};

struct Result {
  WeightsInfo info;
  std::map<std::string_view, Convolution> convolutions;
};

Result Read(std::span<const uint8_t> file, size_t chunk = 100000) {
  Result result;
  WeightsReader reader(
      [&](const WeightsInfo& info) { result.info = info; },
      [&](const InceptionLayer& layer, std::span<const float> kernel, std::span<const float> bias) {
        result.convolutions[layer.name] = {{kernel.begin(), kernel.end()},
                                           {bias.begin(), bias.end()}};
      });
  for (size_t begin = 0; begin < file.size(); begin += chunk) {
    reader.Push(file.subspan(begin, std::min(chunk, file.size() - begin)));
  }
  reader.Finish();
  return result;
}

std::string Refusal(std::span<const uint8_t> file) {
  try {
    Read(file);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidWeights);
    return error.what();
  }
  return "";
}

// Built once: 22 million random numbers.
const std::vector<FileTensor>& Weights() {
  static const std::vector<FileTensor> weights = RandomWeights();
  return weights;
}
const std::vector<uint8_t>& File() {
  static const std::vector<uint8_t> file = Write(Weights());
  return file;
}

const FileTensor& Find(const std::string& name) {
  return *std::find_if(Weights().begin(), Weights().end(),
                       [&](const FileTensor& tensor) { return tensor.name == name; });
}

// The oracle: the formula of batch normalization in double precision, per element.
void ExpectFolded(const Result& result, const std::string& number, double tolerance) {
  const FileTensor& kernel = Find("conv2d_" + number + "/kernel");
  const std::string norm = "batch_normalization_" + number;
  const auto height = kernel.shape[0], width = kernel.shape[1], in = kernel.shape[2],
             out = kernel.shape[3];
  const Convolution& folded = result.convolutions.at("conv2d_" + number);
  for (uint64_t o = 0; o < out; ++o) {
    const double scale =
        1 / std::sqrt(static_cast<double>(Find(norm + "/moving_variance").values[o]) + 1e-3);
    EXPECT_NEAR(folded.bias[o],
                Find(norm + "/beta").values[o] - Find(norm + "/moving_mean").values[o] * scale,
                tolerance);
    for (uint64_t y = 0; y < height; ++y) {
      for (uint64_t x = 0; x < width; ++x) {
        for (uint64_t i = 0; i < in; ++i) {
          ASSERT_NEAR(folded.kernel[((o * height + y) * width + x) * in + i],
                      kernel.values[((y * width + x) * in + i) * out + o] * scale, tolerance);
        }
      }
    }
  }
}

TEST(WeightsReader, FoldsBatchNormWhateverThePieces) {
  for (const size_t chunk : {size_t{997}, File().size()}) {
    const Result result = Read(File(), chunk);
    EXPECT_EQ(result.convolutions.size(), static_cast<size_t>(kConvolutions));
    EXPECT_EQ(result.info.name, "random");
    EXPECT_EQ(result.info.dtype, "float32");
    EXPECT_EQ(result.info.feature_layers, (std::vector<std::string>{"mixed4", "mixed10"}));
    for (const char* number : {"1", "8", "36", "94"}) ExpectFolded(result, number, 1e-6);
  }
}

TEST(WeightsReader, TakesAnyOrderOfTensors) {
  std::vector<FileTensor> shuffled = Weights();
  Rng(5).Shuffle(std::span<FileTensor>(shuffled));
  const Result result = Read(Write(shuffled));
  for (const char* number : {"1", "94"}) ExpectFolded(result, number, 1e-6);
}

TEST(WeightsReader, ReadsHalfPrecision) {
  const Result result = Read(Write(Weights(), /*half=*/true));
  EXPECT_EQ(result.info.dtype, "float16");
  for (const char* number : {"1", "94"}) ExpectFolded(result, number, 4e-3);
}

TEST(WeightsReader, NamesTheFirstThingWrong) {
  const auto changed = [](auto&& change) {
    std::vector<FileTensor> tensors = Weights();
    change(tensors);
    return Refusal(Write(tensors));
  };
  EXPECT_EQ(changed([](auto& t) { t.erase(t.begin() + 7); }),
            "conv2d_2/kernel is missing: this is not a whole InceptionV3");
  EXPECT_EQ(changed([](auto& t) { std::swap(t[3].shape[2], t[3].shape[3]); }),
            "conv2d_1/kernel has the shape [3, 3, 32, 3], InceptionV3 has [3, 3, 3, 32]");
  EXPECT_EQ(changed([](auto& t) { t[3].values[5] = std::numeric_limits<float>::quiet_NaN(); }),
            "conv2d_1/kernel holds a value that is not a number");
  EXPECT_EQ(changed([](auto& t) { t[2].values[5] = -0.5f; }),
            "batch_normalization_1/moving_variance holds a negative value");
  EXPECT_EQ(changed([](auto& t) { t.push_back({"dense/kernel", {1}, {0}}); }),
            "dense/kernel is not a tensor of InceptionV3 without top");
}

TEST(WeightsReader, RefusesBrokenFiles) {
  const std::span<const uint8_t> file(File());
  EXPECT_NE(Refusal(file.first(file.size() - 1)).find("cut off"), std::string::npos);
  EXPECT_NE(Refusal(file.first(100)).find("inside its header"), std::string::npos);
  EXPECT_NE(Refusal(file.first(0)), "");
  std::vector<uint8_t> longer = File();
  longer.push_back(0);
  EXPECT_NE(Refusal(longer).find("goes on"), std::string::npos);
  const std::string html = "<!doctype html><title>Not found</title>";
  EXPECT_NE(Refusal({reinterpret_cast<const uint8_t*>(html.data()), html.size()})
                .find("not a safetensors file"),
            std::string::npos);
  EXPECT_NE(Refusal(Write(Weights(), false, R"("__metadata__":{"format":"pt"})")), "");
  std::string newer = kMetadata;
  newer.replace(newer.find("feature_layers"), 0, R"(feature_transform":"cube",")");
  EXPECT_NE(Refusal(Write(Weights(), false, newer)).find("cube"), std::string::npos);
}

// An int8 kernel is its levels times the scales of its channels, and each needs the other.
TEST(WeightsReader, ReadsInt8Kernels) {
  std::vector<FileTensor> tensors = Weights(), unscaled;
  const auto kernel = std::find_if(tensors.begin(), tensors.end(), [](const FileTensor& tensor) {
    return tensor.name == "conv2d_1/kernel";
  });
  FileTensor scale{"conv2d_1/kernel_scale", {kernel->shape[3]}, {}};
  for (uint64_t o = 0; o < kernel->shape[3]; ++o) {
    scale.values.push_back(0.001f * static_cast<float>(o + 1));
  }
  FileTensor expected = *kernel;
  kernel->int8 = true;
  for (size_t i = 0; i < kernel->values.size(); ++i) {
    kernel->values[i] = std::round(127 * kernel->values[i]);
    expected.values[i] = kernel->values[i] * scale.values[i % scale.values.size()];
  }
  unscaled = tensors;
  tensors.insert(kernel, scale);
  std::vector<FileTensor> floats = Weights();
  *std::find_if(floats.begin(), floats.end(),
                [&](const FileTensor& tensor) { return tensor.name == expected.name; }) = expected;
  const Convolution from_int8 = Read(Write(tensors)).convolutions.at("conv2d_1");
  const Convolution from_floats = Read(Write(floats)).convolutions.at("conv2d_1");
  for (size_t i = 0; i < from_int8.kernel.size(); ++i) {
    ASSERT_NEAR(from_int8.kernel[i], from_floats.kernel[i], 1e-6f) << i;
  }
  EXPECT_EQ(Refusal(Write(unscaled)), "conv2d_1/kernel_scale is missing: an int8 kernel needs it");
}

TEST(WeightsReader, ReadsRangesOfActivations) {
  const auto with = [](const std::string& ranges) {
    std::string metadata = kMetadata;
    metadata.insert(metadata.size() - 1, R"(,"activation_ranges":")" + ranges + "\"");
    return Write(Weights(), /*half=*/true, metadata);
  };
  std::string ranges;
  for (size_t i = 0; i < kInceptionV3.size(); ++i) {
    ranges += (i > 0 ? "," : "") + std::to_string(-static_cast<double>(i)) + "," +
              std::to_string(i + 0.5);
  }
  const WeightsInfo info = Read(with(ranges)).info;
  ASSERT_TRUE(info.activation_ranges.has_value());
  EXPECT_EQ((*info.activation_ranges)[7].low, -7);
  EXPECT_EQ((*info.activation_ranges)[7].high, 7.5f);
  EXPECT_FALSE(Read(File()).info.activation_ranges.has_value());
  EXPECT_EQ(Refusal(with("1,2,3")),
            "activation_ranges has 3 numbers, not " + std::to_string(2 * kInceptionV3.size()));
  EXPECT_EQ(Refusal(with("1,much")), "activation_ranges holds \"much\", which is no number");
}

}  // namespace
}  // namespace tabtrain
