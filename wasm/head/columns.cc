#include "head/columns.h"

#include <algorithm>

namespace tabtrain {

void AppendColumn(std::vector<float>& values, size_t columns) {
  const size_t rows = values.size() / columns;
  std::vector<float> wider(rows * (columns + 1));
  for (size_t row = 0; row < rows; ++row) {
    std::copy_n(&values[row * columns], columns, &wider[row * (columns + 1)]);
  }
  values = std::move(wider);
}

void EraseColumn(std::vector<float>& values, size_t columns, size_t column) {
  size_t kept = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    if (i % columns != column) values[kept++] = values[i];
  }
  values.resize(kept);
}

}  // namespace tabtrain
