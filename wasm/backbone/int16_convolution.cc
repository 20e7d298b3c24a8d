#include <algorithm>
#include <cmath>
#include <utility>

#include "backbone/aligned_buffer.h"
#include "backbone/gemm.h"
#include "backbone/int16_operators.h"
#include "backbone/work_split.h"
#include "core/error.h"

namespace tabtrain {
namespace {

constexpr size_t kBlockBytes = size_t{256} << 10;  // of input: stays in a core's cache

// A matrix product of pixels and kernel: row i has the inputs of output pixel i, tap by tap. Where
// a pixel's channels fill no step, a tap is a whole row of the kernel, its pixels side by side.
class Convolution final : public Operator {
 public:
  Convolution(OperatorShape shape, std::span<const float> kernel, std::span<const float> bias,
              const Int16Scales& scales)
      : shape_(std::move(shape)),
        whole_rows_(shape_.in_channels % kGemmStep<int16_t> != 0),
        taps_x_(whole_rows_ ? 1 : shape_.kernel_width),
        taps_(static_cast<size_t>(shape_.kernel_height) * taps_x_),
        depth_(whole_rows_ ? shape_.kernel_width * shape_.input_stride : shape_.in_channels),
        panels_((shape_.out_channels + kGemmColumns - 1) / kGemmColumns),
        weights_(panels_ * kGemmColumns * taps_ * depth_),
        factors_(panels_ * kGemmColumns),
        bias_(panels_ * kGemmColumns),
        zeros_(depth_) {
    CheckInvariant(
        depth_ % kGemmStep<int16_t> == 0 && (!whole_rows_ || shape_.padding == Padding::kValid),
        "an int16 convolution cannot have this number of channels");
    std::fill_n(weights_.data(), weights_.size(), int16_t{0});
    std::fill_n(zeros_.data(), zeros_.size(), int16_t{0});
    for (size_t o = 0; o < bias.size(); ++o) PackChannel(o, kernel, bias[o], scales);
  }

  size_t Reshape(size_t batch, size_t height, size_t width, ThreadPool& pool) override {
    height_ = static_cast<int>(height);
    width_ = static_cast<int>(width);
    out_height_ = (height_ + 2 * shape_.pad_y() - shape_.kernel_height) / shape_.stride + 1;
    out_width_ = (width_ + 2 * shape_.pad_x() - shape_.kernel_width) / shape_.stride + 1;
    const size_t largest = kBlockBytes / (depth_ * sizeof(int16_t));
    split_ = WorkSplit::For(batch * out_height_ * out_width_, kGemmRows<int16_t>, largest, panels_,
                            pool.threads());
    return split_.slots * slot_size() * sizeof(const int16_t*);
  }

  void Setup(const void* input, void* output, void* workspace) override {
    input_ = static_cast<const int16_t*>(input);
    output_ = static_cast<int16_t*>(output);
    pointers_ = static_cast<const int16_t**>(workspace);
  }

  void Run(ThreadPool& pool) const override {
    split_.Run(pool,
               [this](size_t slot, size_t first, size_t pixels, size_t panel, size_t end_panel) {
                 const int16_t** pointers = pointers_ + slot * slot_size();
                 FindInputs(first, pixels, pointers);
                 for (; panel < end_panel; ++panel) Multiply(first, pixels, panel, pointers);
               });
  }

 private:
  size_t slot_size() const { return split_.block_rows * taps_; }

  void PackChannel(size_t channel, std::span<const float> kernel, float bias,
                   const Int16Scales& scales) {
    const size_t size = shape_.kernel_size() / shape_.out_channels;
    const std::span<const float> own = kernel.subspan(channel * size, size);
    const std::vector<double> weights(own.begin(), own.end());
    const double scale = FinestWeightScale(weights, kLargestLevel);
    const size_t column = channel % kGemmColumns;
    int16_t* panel = weights_.data() + channel / kGemmColumns * kGemmColumns * taps_ * depth_;
    for (size_t i = 0; i < size; ++i) {
      // Pixels of a whole row lie further apart in the input than in the kernel.
      const size_t k =
          whole_rows_ ? i / shape_.in_channels * shape_.input_stride + i % shape_.in_channels : i;
      panel[PanelIndex<int16_t>(k, column)] =
          static_cast<int16_t>(std::nearbyint(weights[i] / scale));
    }
    factors_[channel] = static_cast<float>(scale * scales.input / scales.outputs[channel]);
    bias_[channel] = bias / scales.outputs[channel];
  }

  // pointers: for each group of rows, [tap][row].
  void FindInputs(size_t first, size_t pixels, const int16_t** pointers) const {
    ForRowGroups<int16_t>(pixels, [&]<size_t kRows>(size_t group) {
      for (size_t r = 0; r < kRows; ++r) {
        const size_t pixel = first + group + r;
        const size_t image = pixel / (static_cast<size_t>(out_height_) * out_width_);
        const int y = static_cast<int>(pixel / out_width_ % out_height_);
        const int x = static_cast<int>(pixel % out_width_);
        const int16_t* origin = input_ + image * height_ * width_ * shape_.input_stride;
        for (size_t tap = 0; tap < taps_; ++tap) {
          const int iy = y * shape_.stride - shape_.pad_y() + static_cast<int>(tap) / taps_x_;
          const int ix = x * shape_.stride - shape_.pad_x() + static_cast<int>(tap) % taps_x_;
          const bool inside = iy >= 0 && ix >= 0 && iy < height_ && ix < width_;
          pointers[group * taps_ + tap * kRows + r] =
              inside ? origin + (static_cast<size_t>(iy) * width_ + ix) * shape_.input_stride
                     : zeros_.data();
        }
      }
    });
  }

  void Multiply(size_t first, size_t pixels, size_t panel, const int16_t** pointers) const {
    const int16_t* weights = weights_.data() + panel * kGemmColumns * taps_ * depth_;
    const size_t channel = panel * kGemmColumns;
    ForRowGroups<int16_t>(pixels, [&]<size_t kRows>(size_t group) {
      const auto sums =
          MultiplyPanel<int16_t, kRows>(pointers + group * taps_, taps_, depth_, weights);
      int16_t* to = output_ + (first + group) * shape_.output_stride + channel;
      for (size_t r = 0; r < kRows; ++r, to += shape_.output_stride) {
        Store(sums[r][0], channel, to);
        if (channel + 4 < static_cast<size_t>(shape_.out_channels)) {
          Store(sums[r][1], channel + 4, to + 4);
        }
      }
    });
  }

  void Store(Int4 sums, size_t channel, int16_t* to) const {
    const Float4 value = MulAdd(__builtin_convertvector(sums, Float4),
                                Load4(factors_.data() + channel), Load4(bias_.data() + channel));
    const Float4 lowest = Splat4(shape_.relu ? 0 : -kLargestLevel);
    StoreRounded4(to, Min4(Max4(value, lowest), Splat4(kLargestLevel)));
  }

  OperatorShape shape_;
  bool whole_rows_;
  int taps_x_;
  size_t taps_, depth_, panels_;
  AlignedBuffer<int16_t> weights_;  // [panel] panels of taps * depth
  std::vector<float> factors_;      // by channel: from sums to levels
  std::vector<float> bias_;         // in levels
  AlignedBuffer<int16_t> zeros_;    // what padding reads

  int height_ = 0, width_ = 0, out_height_ = 0, out_width_ = 0;
  WorkSplit split_;
  const int16_t* input_ = nullptr;
  int16_t* output_ = nullptr;
  const int16_t** pointers_ = nullptr;  // [slot][slot_size]
};

}  // namespace

std::unique_ptr<Operator> Int16Convolution(const OperatorShape& shape,
                                           std::span<const float> kernel,
                                           std::span<const float> bias, const Int16Scales& scales) {
  CheckInvariant(kernel.size() == shape.kernel_size() && shape.out_channels % 4 == 0 &&
                     bias.size() == static_cast<size_t>(shape.out_channels) &&
                     scales.outputs.size() == bias.size(),
                 "a convolution's weights have the wrong size");
  return std::make_unique<Convolution>(shape, kernel, bias, scales);
}

}  // namespace tabtrain
