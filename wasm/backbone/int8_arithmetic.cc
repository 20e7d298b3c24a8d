#include <algorithm>

#include "backbone/arithmetic.h"
#include "backbone/int8_average_pooling.h"
#include "backbone/xnn_operator.h"

namespace tabtrain {
namespace {

class Int8 final : public Arithmetic {
 public:
  Int8(const Graph& graph, const ActivationRanges& ranges) {
    for (const ActivationRange& range : TensorRanges(graph, ranges)) {
      quantizations_.push_back(QuantizationFor(range));
    }
    quantizations_[0] = kInputQuantization;
  }

  size_t element_size() const override { return sizeof(int8_t); }

  std::unique_ptr<Operator> Convolution(const Operation& operation, const OperatorShape& shape,
                                        std::span<const float> kernel,
                                        std::span<const float> bias) const override {
    std::vector<Quantization> outputs;
    for (const OperationPart& part : operation.parts) {
      outputs.insert(outputs.end(), part.channels, quantizations_[part.tensor]);
    }
    return XnnConvolution(
        shape, QuantizeConvolution(kernel, bias, quantizations_[operation.input], outputs));
  }

  std::unique_ptr<Operator> Pooling(const Operation& operation,
                                    const OperatorShape& shape) const override {
    if (shape.type == LayerType::kMaxPool) return XnnMaxPooling(shape, Precision::kInt8);
    return Int8AveragePooling(shape, quantizations_[operation.input],
                              quantizations_[operation.parts[0].tensor]);
  }

  void StoreInput(std::span<const float> pixels, void* to) const override {
    std::ranges::transform(pixels, static_cast<int8_t*>(to),
                           [](float value) { return Quantize(value, kInputQuantization); });
  }

  void Read(size_t tensor, const void* from, std::span<float> values) const override {
    const Quantization& quantization = quantizations_[tensor];
    const auto* levels = static_cast<const int8_t*>(from);
    for (size_t i = 0; i < values.size(); ++i) {
      values[i] = quantization.scale * (static_cast<float>(levels[i]) - quantization.zero_point);
    }
  }

 private:
  std::vector<Quantization> quantizations_;  // of Graph::tensors
};

}  // namespace

std::unique_ptr<Arithmetic> Int8Arithmetic(const Graph& graph, const ActivationRanges& ranges) {
  return std::make_unique<Int8>(graph, ranges);
}

}  // namespace tabtrain
