// The three matrix products of a dense layer, row-major, float32. The work is cut into blocks that
// depend on the shapes alone, so the result is the same for any number of threads.
#pragma once

#include <cstddef>
#include <functional>
#include <span>

#include "core/parallel.h"

namespace tabtrain {

struct MatMulShape {
  size_t rows;     // the batch
  size_t inputs;   // of the layer
  size_t outputs;  // of the layer
};

// y = x kernel + bias: x is [rows, inputs], kernel [inputs, outputs], bias [outputs],
// y [rows, outputs].
void MatMulForward(const MatMulShape& shape, std::span<const float> x,
                   std::span<const float> kernel, std::span<const float> bias, std::span<float> y,
                   Parallel& parallel);

// dx = dy kernel^T.
void MatMulInputGradient(const MatMulShape& shape, std::span<const float> dy,
                         std::span<const float> kernel, std::span<float> dx, Parallel& parallel);

// dkernel = x^T dy, in pieces of whole rows that fit a cache: calls piece(offset, gradient) once
// for each, with the index of its first value in the kernel, from several threads at once.
using KernelGradientPiece = std::function<void(size_t offset, std::span<const float> gradient)>;
void MatMulKernelGradient(const MatMulShape& shape, std::span<const float> x,
                          std::span<const float> dy, const KernelGradientPiece& piece,
                          Parallel& parallel);

}  // namespace tabtrain
