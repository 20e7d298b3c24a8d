// Softmax and categorical cross-entropy, taken together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tabtrain {

// The loss of `rows` samples, as keras.losses.CategoricalCrossentropy computes it behind a softmax,
// that is from the logits: -sum_j target_j log softmax(logits)_j, in a form that cannot overflow.
// `targets` is [rows, classes]; a row sums to the weight of its sample. Overwrites `logits`,
// [rows, classes], with the gradient of the mean over the rows, and returns the sum over the rows.
double SoftmaxCrossEntropy(std::span<float> logits, std::span<const float> targets, size_t rows);

// Where the largest value of a row is; the first of equals.
size_t ArgMax(std::span<const float> row);

// How many rows of `logits`, [labels, classes], have their largest value at the label.
size_t CountCorrect(std::span<const float> logits, std::span<const int32_t> labels);

}  // namespace tabtrain
