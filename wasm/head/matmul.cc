// Products by the method of Goto and van de Geijn, "Anatomy of High-Performance Matrix
// Multiplication" (2008): the right factor is packed, a block that fits the cache at a time, into
// panels of eight columns, and a kernel that keeps 5 x 8 sums in registers runs along them.
#include "head/matmul.h"

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/simd.h"

namespace tabtrain {
namespace {

constexpr size_t kTileRows = 5;  // more spill out of x86's 16 registers
constexpr size_t kTileColumns = 8;
constexpr size_t kBlockColumns = 64;  // of the result in one task
constexpr size_t kBlockDepth = 256;   // 64 KB with the columns
constexpr size_t kPieceValues = 16384;
constexpr uint64_t kSerialProducts = 1 << 21;  // some 0.1 ms: waking threads for less does not pay

size_t Blocks(size_t size, size_t block) { return (size + block - 1) / block; }

// A row-major matrix inside of a larger one.
template <typename T>
struct View {
  T* data;
  size_t stride;  // from row to row

  T* Row(size_t row) const { return data + row * stride; }
  View At(size_t row, size_t column) const { return {Row(row) + column, stride}; }
};

// c += a panel: a is [kRows, depth], panel [depth, 8], of which the first kVectors * 4 columns
// count, c [kRows, kVectors * 4].
template <size_t kRows, size_t kVectors>
void AddTile(View<const float> a, size_t depth, const float* panel, View<float> c) {
  Float4 sums[kRows][kVectors];
  for (size_t row = 0; row < kRows; ++row) {
    for (size_t i = 0; i < kVectors; ++i) sums[row][i] = Load4(c.Row(row) + 4 * i);
  }
  for (size_t k = 0; k < depth; ++k, panel += kTileColumns) {
    Float4 values[kVectors];
    for (size_t i = 0; i < kVectors; ++i) values[i] = Load4(panel + 4 * i);
    for (size_t row = 0; row < kRows; ++row) {
      const Float4 factor = Splat4(a.Row(row)[k]);
      for (size_t i = 0; i < kVectors; ++i) sums[row][i] = MulAdd(factor, values[i], sums[row][i]);
    }
  }
  for (size_t row = 0; row < kRows; ++row) {
    for (size_t i = 0; i < kVectors; ++i) Store4(c.Row(row) + 4 * i, sums[row][i]);
  }
}

using Tile = void (*)(View<const float>, size_t, const float*, View<float>);
constexpr Tile kTiles[kTileRows][2] = {{AddTile<1, 1>, AddTile<1, 2>},
                                       {AddTile<2, 1>, AddTile<2, 2>},
                                       {AddTile<3, 1>, AddTile<3, 2>},
                                       {AddTile<4, 1>, AddTile<4, 2>},
                                       {AddTile<5, 1>, AddTile<5, 2>}};

// The same at the right edge, where c has less columns than the tile: by way of a whole one.
void AddEdge(Tile tile, View<const float> a, size_t depth, const float* panel, View<float> c,
             size_t rows, size_t columns) {
  float values[kTileRows * kTileColumns] = {};
  tile(a, depth, panel, {values, kTileColumns});
  for (size_t row = 0; row < rows; ++row) {
    for (size_t column = 0; column < columns; ++column) {
      c.Row(row)[column] += values[row * kTileColumns + column];
    }
  }
}

// c += a panels: a is [rows, depth], c [rows, columns]; each panel is [depth, 8], the last one
// filled up. The rows are cut evenly: a tile of few rows leaves the processor waiting.
void AddProduct(View<const float> a, size_t depth, const float* panels, View<float> c, size_t rows,
                size_t columns) {
  const size_t tiles = Blocks(rows, kTileRows);
  for (size_t column = 0; column < columns; column += kTileColumns) {
    const float* panel = panels + column * depth;
    const size_t tile_columns = std::min(kTileColumns, columns - column);
    for (size_t i = 0; i < tiles; ++i) {
      const size_t row = i * rows / tiles;
      const size_t tile_rows = (i + 1) * rows / tiles - row;
      const Tile tile = kTiles[tile_rows - 1][tile_columns > 4];
      if (tile_columns % 4 == 0) {
        tile(a.At(row, 0), depth, panel, c.At(row, column));
      } else {
        AddEdge(tile, a.At(row, 0), depth, panel, c.At(row, column), tile_rows, tile_columns);
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
    if (count < kTileColumns) std::fill_n(panel, depth * kTileColumns, 0.0f);
    for (size_t k = 0; k < depth; ++k, panel += kTileColumns) {
      const float* from = b.Row(k) + column;
      if (count == kTileColumns) {
        Store4(panel, Load4(from));
        Store4(panel + 4, Load4(from + 4));
      } else {
        std::copy_n(from, count, panel);
      }
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

// Small products run on the caller's thread; the result is the same.
Parallel& For(const MatMulShape& shape, Parallel& parallel) {
  const uint64_t products = uint64_t{shape.rows} * shape.inputs * shape.outputs;
  return products < kSerialProducts ? SerialParallel() : parallel;
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
  For(shape, parallel).Run(Blocks(outputs, kBlockColumns), [&](size_t task) {
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
  For(shape, parallel).Run(Blocks(inputs, kBlockColumns), [&](size_t task) {
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
  For(shape, parallel).Run(Blocks(inputs, piece_rows), [&](size_t task) {
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
