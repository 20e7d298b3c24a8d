// Products by the method of Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008): the right factor is packed, a block that fits the cache at a time, into
// panels of eight columns, and a kernel that keeps 4 x 8 sums in registers runs along them.
#include "head/matmul.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "head/simd.h"

namespace tabtrain {
namespace {

constexpr size_t kTileRows = 4;
constexpr size_t kTileColumns = 8;
constexpr size_t kBlockColumns = 64;  // of the result in one task
constexpr size_t kBlockDepth = 256;   // 64 KB with the columns
constexpr size_t kPieceValues = 16384;

size_t Blocks(size_t size, size_t block) { return (size + block - 1) / block; }

// A row-major matrix inside of a larger one.
template <typename T>
struct View {
  T* data;
  size_t stride;  // from row to row

  T* Row(size_t row) const { return data + row * stride; }
  View At(size_t row, size_t column) const { return {Row(row) + column, stride}; }
};

// c += a panel: a is [4, depth], panel [depth, 8], c [4, 8].
void AddTile(View<const float> a, size_t depth, const float* panel, View<float> c) {
  Float4 sums[kTileRows][2];
  for (size_t row = 0; row < kTileRows; ++row) {
    sums[row][0] = Load4(c.Row(row));
    sums[row][1] = Load4(c.Row(row) + 4);
  }
  for (size_t k = 0; k < depth; ++k) {
    const Float4 left = Load4(panel + k * kTileColumns);
    const Float4 right = Load4(panel + k * kTileColumns + 4);
    for (size_t row = 0; row < kTileRows; ++row) {
      const Float4 factor = Splat4(a.Row(row)[k]);
      sums[row][0] = MulAdd(factor, left, sums[row][0]);
      sums[row][1] = MulAdd(factor, right, sums[row][1]);
    }
  }
  for (size_t row = 0; row < kTileRows; ++row) {
    Store4(c.Row(row), sums[row][0]);
    Store4(c.Row(row) + 4, sums[row][1]);
  }
}

// The same at an edge, where fewer rows and columns are left: by way of whole tiles.
void AddEdge(View<const float> a, size_t depth, const float* panel, View<float> c, size_t rows,
             size_t columns) {
  float tile[kTileRows * kTileColumns] = {};
  const View<float> whole{tile, kTileColumns};
  if (rows == kTileRows) {
    AddTile(a, depth, panel, whole);
  } else {
    // A row at a time, repeated: the other sums of the tile go unused.
    for (size_t row = 0; row < rows; ++row) {
      float copies[kTileRows * kTileColumns] = {};
      AddTile({a.Row(row), 0}, depth, panel, {copies, kTileColumns});
      std::copy_n(copies, kTileColumns, whole.Row(row));
    }
  }
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; ++column) {
      c.Row(row)[column] += whole.Row(row)[column];
    }
  }
}

// c += a panels: a is [rows, depth], c [rows, columns]; each panel is [depth, 8], the last one
// filled up.
void AddProduct(View<const float> a, size_t depth, const float* panels, View<float> c, size_t rows,
                size_t columns) {
  for (size_t column = 0; column < columns; column += kTileColumns) {
    const float* panel = panels + column * depth;
    for (size_t row = 0; row < rows; row += kTileRows) {
      const size_t tile_rows = std::min(kTileRows, rows - row);
      const size_t tile_columns = std::min(kTileColumns, columns - column);
      if (tile_rows == kTileRows && tile_columns == kTileColumns) {
        AddTile(a.At(row, 0), depth, panel, c.At(row, column));
      } else {
        AddEdge(a.At(row, 0), depth, panel, c.At(row, column), tile_rows, tile_columns);
      }
    }
  }
}

// Panels of b, [depth, columns].
void Pack(View<const float> b, size_t depth, size_t columns, std::vector<float>& panels) {
  panels.resize(Blocks(columns, kTileColumns) * kTileColumns * depth);
  for (size_t column = 0; column < columns; column += kTileColumns) {
    float* panel = &panels[column * depth];
    const size_t count = std::min(kTileColumns, columns - column);
    for (size_t k = 0; k < depth; ++k, panel += kTileColumns) {
      const float* from = b.Row(k) + column;
      for (size_t i = 0; i < kTileColumns; ++i) panel[i] = i < count ? from[i] : 0;
    }
  }
}

// Panels of the transpose of b, [columns, depth].
void PackTransposed(View<const float> b, size_t depth, size_t columns, std::vector<float>& panels) {
  panels.resize(Blocks(columns, kTileColumns) * kTileColumns * depth);
  for (size_t column = 0; column < columns; column += kTileColumns) {
    float* panel = &panels[column * depth];
    const size_t count = std::min(kTileColumns, columns - column);
    for (size_t k = 0; k < depth; ++k, panel += kTileColumns) {
      for (size_t i = 0; i < kTileColumns; ++i) panel[i] = i < count ? b.Row(column + i)[k] : 0;
    }
  }
}

// Each thread's room for packed values, kept from task to task.
std::vector<float>& Scratch() {
  thread_local std::vector<float> scratch;
  return scratch;
}

}  // namespace

void MatMulForward(const MatMulShape& shape, std::span<const float> x,
                   std::span<const float> kernel, std::span<const float> bias, std::span<float> y,
                   Parallel& parallel) {
  const auto [rows, inputs, outputs] = shape;
  const View<const float> x_view{x.data(), inputs};
  const View<const float> kernel_view{kernel.data(), outputs};
  const View<float> y_view{y.data(), outputs};
  parallel.Run(Blocks(outputs, kBlockColumns), [&](size_t task) {
    const size_t column = task * kBlockColumns;
    const size_t columns = std::min(kBlockColumns, outputs - column);
    for (size_t row = 0; row < rows; ++row) {
      std::copy_n(&bias[column], columns, y_view.Row(row) + column);
    }
    for (size_t k = 0; k < inputs; k += kBlockDepth) {
      const size_t depth = std::min(kBlockDepth, inputs - k);
      Pack(kernel_view.At(k, column), depth, columns, Scratch());
      AddProduct(x_view.At(0, k), depth, Scratch().data(), y_view.At(0, column), rows, columns);
    }
  });
}

void MatMulInputGradient(const MatMulShape& shape, std::span<const float> dy,
                         std::span<const float> kernel, std::span<float> dx, Parallel& parallel) {
  const auto [rows, inputs, outputs] = shape;
  const View<const float> dy_view{dy.data(), outputs};
  const View<const float> kernel_view{kernel.data(), outputs};
  const View<float> dx_view{dx.data(), inputs};
  parallel.Run(Blocks(inputs, kBlockColumns), [&](size_t task) {
    const size_t column = task * kBlockColumns;
    const size_t columns = std::min(kBlockColumns, inputs - column);
    for (size_t row = 0; row < rows; ++row) {
      std::fill_n(dx_view.Row(row) + column, columns, 0.0f);
    }
    for (size_t k = 0; k < outputs; k += kBlockDepth) {
      const size_t depth = std::min(kBlockDepth, outputs - k);
      PackTransposed(kernel_view.At(column, k), depth, columns, Scratch());
      AddProduct(dy_view.At(0, k), depth, Scratch().data(), dx_view.At(0, column), rows, columns);
    }
  });
}

void MatMulKernelGradient(const MatMulShape& shape, std::span<const float> x,
                          std::span<const float> dy, const KernelGradientPiece& piece,
                          Parallel& parallel) {
  const auto [rows, inputs, outputs] = shape;
  std::vector<float> panels;
  Pack({dy.data(), outputs}, rows, outputs, panels);
  const size_t piece_rows =
      std::clamp<size_t>(kPieceValues / outputs, kTileRows, kBlockColumns) / kTileRows * kTileRows;
  parallel.Run(Blocks(inputs, piece_rows), [&](size_t task) {
    const size_t first = task * piece_rows;
    const size_t count = std::min(piece_rows, inputs - first);
    std::vector<float>& scratch = Scratch();
    scratch.assign(count * (outputs + rows), 0);
    float* gradient = scratch.data();
    float* transposed = gradient + count * outputs;  // of x: [count, rows]
    for (size_t row = 0; row < rows; ++row) {
      for (size_t i = 0; i < count; ++i) transposed[i * rows + row] = x[row * inputs + first + i];
    }
    AddProduct({transposed, rows}, rows, panels.data(), {gradient, outputs}, count, outputs);
    piece(first * outputs, {gradient, count * outputs});
  });
}

}  // namespace tabtrain
