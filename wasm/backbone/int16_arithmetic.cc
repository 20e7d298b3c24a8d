#include <algorithm>
#include <cmath>

#include "backbone/arithmetic.h"
#include "backbone/int16_operators.h"
#include "backbone/winograd.h"

namespace tabtrain {
namespace {

// The ranges were cut where 8 bits err least; 12 have room for what lies above. 7 bits cover them.
constexpr float kHeadroom = 2;
static_assert(kHeadroom * kLargestByte * kLevelsOfByte < kLargestLevel &&
              kHeadroom * (kLargestByte + 1) * kLevelsOfByte > kLargestLevel);
constexpr float kInputSteps = 255;  // x = level / 127.5 - 1 = (2 level - 255) / 255: exact

class Int16 final : public Arithmetic {
 public:
  Int16(const Graph& graph, const ActivationRanges& ranges) {
    for (const ActivationRange& range : TensorRanges(graph, ranges)) {
      // A layer that gives nothing but zeros has to have some scale.
      const float largest = std::max({range.high, -range.low, 1e-6f});
      scales_.push_back(kHeadroom * largest / kLargestLevel);
    }
    scales_[0] = 1 / kInputSteps;
  }

  size_t element_size() const override { return sizeof(int16_t); }
  int input_channels() const override { return kStoredChannels; }

  std::unique_ptr<Operator> Convolution(const Operation& operation, const OperatorShape& shape,
                                        std::span<const float> kernel,
                                        std::span<const float> bias) const override {
    Int16Scales scales{.input = scales_[operation.input], .outputs = {}};
    for (const OperationPart& part : operation.parts) {
      scales.outputs.insert(scales.outputs.end(), part.channels, scales_[part.tensor]);
    }
    if (HasWinograd(shape)) return WinogradConvolution(shape, kernel, bias, scales);
    // The network's input has levels of both signs.
    const bool bytes = operation.input != 0;
    return (bytes ? Int8Convolution : Int16Convolution)(shape, kernel, bias, scales);
  }

  std::unique_ptr<Operator> Pooling(const Operation& operation,
                                    const OperatorShape& shape) const override {
    if (shape.type == LayerType::kMaxPool) return Int16MaxPooling(shape);
    return Int16AveragePooling(shape,
                               scales_[operation.input] / scales_[operation.parts[0].tensor]);
  }

  void StoreInput(std::span<const float> pixels, void* to) const override {
    auto* levels = static_cast<int16_t*>(to);
    for (size_t i = 0; i < pixels.size(); i += kInputChannels, levels += kStoredChannels) {
      for (size_t c = 0; c < kInputChannels; ++c) {
        levels[c] = static_cast<int16_t>(std::nearbyint(pixels[i + c] * kInputSteps));
      }
    }
  }

  void Read(size_t tensor, const void* from, std::span<float> values) const override {
    const auto* levels = static_cast<const int16_t*>(from);
    for (size_t i = 0; i < values.size(); ++i) values[i] = scales_[tensor] * levels[i];
  }

 private:
  static constexpr int kStoredChannels = 4;  // the fourth is 0

  std::vector<float> scales_;  // of Graph::tensors
};

}  // namespace

std::unique_ptr<Arithmetic> Int16Arithmetic(const Graph& graph, const ActivationRanges& ranges) {
  return std::make_unique<Int16>(graph, ranges);
}

}  // namespace tabtrain
