// Mixup (Zhang et al. 2017): training on mixtures of two samples, here of their features.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/rng.h"

namespace tabtrain {

// How a batch is mixed: the row i with `share`, the row partners[i] with 1 - share.
struct Mix {
  float share = 1;
  std::vector<size_t> partners;
};

// Draws a share of Beta(alpha, alpha), alpha > 0, and a partner for each row.
Mix DrawMix(float alpha, size_t rows, Rng& rng);

// Mixes the rows of an array [partners, columns] into another of that size.
void MixRows(const Mix& mix, std::span<const float> from, std::span<float> to);

}  // namespace tabtrain
