#include <algorithm>

#include "backbone/arithmetic.h"
#include "backbone/winograd.h"
#include "backbone/xnn_operator.h"

namespace tabtrain {
namespace {

class Float32 final : public Arithmetic {
 public:
  size_t element_size() const override { return sizeof(float); }

  std::unique_ptr<Operator> Convolution(const Operation& /*operation*/, const OperatorShape& shape,
                                        std::span<const float> kernel,
                                        std::span<const float> bias) const override {
    return HasWinograd(shape) ? WinogradConvolution(shape, kernel, bias)
                              : XnnConvolution(shape, kernel, bias);
  }

  std::unique_ptr<Operator> Pooling(const Operation& /*operation*/,
                                    const OperatorShape& shape) const override {
    return shape.type == LayerType::kMaxPool ? XnnMaxPooling(shape, Precision::kFloat32)
                                             : XnnAveragePooling(shape);
  }

  void StoreInput(std::span<const float> pixels, void* to) const override {
    std::ranges::copy(pixels, static_cast<float*>(to));
  }

  void Read(size_t /*tensor*/, const void* from, std::span<float> values) const override {
    std::copy_n(static_cast<const float*>(from), values.size(), values.begin());
  }
};

}  // namespace

std::unique_ptr<Arithmetic> Float32Arithmetic() { return std::make_unique<Float32>(); }

}  // namespace tabtrain
