// Columns of row-major arrays, for a class that comes or goes.
#pragma once

#include <cstddef>
#include <vector>

namespace tabtrain {

// Appends a column of zeros to `values`, [rows, columns].
void AppendColumn(std::vector<float>& values, size_t columns);

// Takes one out.
void EraseColumn(std::vector<float>& values, size_t columns, size_t column);

}  // namespace tabtrain
