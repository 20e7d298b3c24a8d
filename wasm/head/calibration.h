// Probabilities that mean what they say.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace tabtrain {

// Temperature scaling (Guo et al. 2017): the temperature whose softmax(logits / temperature) has
// the least cross-entropy on samples that were not trained on. `logits` is [labels, classes]. The
// targets are softened by the rule of succession, as Platt (1999) does, so that a few samples that
// are all right do not make the answers surer than so few can. The result is in [0.05, 20].
float FitTemperature(std::span<const float> logits, std::span<const int32_t> labels,
                     size_t classes);

// softmax(logits / temperature) of each row, in place.
void Calibrate(std::span<float> logits, size_t classes, float temperature);

}  // namespace tabtrain
