#include "head/matmul.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "head/test_util.h"

namespace tabtrain {
namespace {

std::vector<float> Random(size_t size, Rng& rng) {
  std::vector<float> values(size);
  for (float& value : values) value = rng.Normal();
  return values;
}

// A layer of each shape that ends inside of a tile, a panel or a block, or right at its end.
class MatMul : public testing::TestWithParam<MatMulShape> {
 protected:
  const MatMulShape shape_ = GetParam();
  Rng rng_{shape_.rows + shape_.inputs + shape_.outputs};
  const std::vector<float> x_ = Random(shape_.rows * shape_.inputs, rng_);
  const std::vector<float> kernel_ = Random(shape_.inputs * shape_.outputs, rng_);
  const std::vector<float> bias_ = Random(shape_.outputs, rng_);
  const std::vector<float> dy_ = Random(shape_.rows * shape_.outputs, rng_);

  // Of a sum of `terms` products of normal values.
  static double Tolerance(size_t terms) { return 5e-6 * std::sqrt(static_cast<double>(terms)); }
};

TEST_P(MatMul, Forward) {
  std::vector<float> y(shape_.rows * shape_.outputs, NAN);
  MatMulForward(shape_, x_, kernel_, bias_, y, SerialParallel());
  for (size_t row = 0; row < shape_.rows; ++row) {
    for (size_t j = 0; j < shape_.outputs; ++j) {
      double sum = bias_[j];
      for (size_t i = 0; i < shape_.inputs; ++i) {
        sum += static_cast<double>(x_[row * shape_.inputs + i]) * kernel_[i * shape_.outputs + j];
      }
      ASSERT_NEAR(y[row * shape_.outputs + j], sum, Tolerance(shape_.inputs)) << row << " " << j;
    }
  }
}

TEST_P(MatMul, InputGradient) {
  std::vector<float> dx(shape_.rows * shape_.inputs, NAN);
  MatMulInputGradient(shape_, dy_, kernel_, dx, SerialParallel());
  for (size_t row = 0; row < shape_.rows; ++row) {
    for (size_t i = 0; i < shape_.inputs; ++i) {
      double sum = 0;
      for (size_t j = 0; j < shape_.outputs; ++j) {
        sum += static_cast<double>(dy_[row * shape_.outputs + j]) * kernel_[i * shape_.outputs + j];
      }
      ASSERT_NEAR(dx[row * shape_.inputs + i], sum, Tolerance(shape_.outputs)) << row << " " << i;
    }
  }
}

TEST_P(MatMul, KernelGradient) {
  std::vector<float> gradient(kernel_.size(), NAN);
  MatMulKernelGradient(
      shape_, x_, dy_,
      [&](size_t offset, std::span<const float> piece) {
        for (size_t i = 0; i < piece.size(); ++i) {
          ASSERT_TRUE(std::isnan(gradient[offset + i])) << "twice: " << offset + i;
          gradient[offset + i] = piece[i];
        }
      },
      SerialParallel());
  for (size_t i = 0; i < shape_.inputs; ++i) {
    for (size_t j = 0; j < shape_.outputs; ++j) {
      double sum = 0;
      for (size_t row = 0; row < shape_.rows; ++row) {
        sum += static_cast<double>(x_[row * shape_.inputs + i]) * dy_[row * shape_.outputs + j];
      }
      ASSERT_NEAR(gradient[i * shape_.outputs + j], sum, Tolerance(shape_.rows)) << i << " " << j;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Shapes, MatMul,
                         testing::Values(MatMulShape{1, 1, 1}, MatMulShape{3, 5, 7},
                                         MatMulShape{4, 8, 8}, MatMulShape{6, 300, 10},
                                         MatMulShape{32, 256, 64}, MatMulShape{5, 513, 65},
                                         MatMulShape{33, 67, 300}, MatMulShape{2, 3, 5000}));

}  // namespace
}  // namespace tabtrain
