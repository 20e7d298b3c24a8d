// How good a head is on labelled samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "head/head.h"
#include "head/metrics.h"
#include "head/samples.h"

namespace tabtrain {

struct Evaluation {
  double loss = 0;                   // mean categorical cross-entropy, as training measures it
  double accuracy = 0;               // share of right answers
  std::vector<double> top_accuracy;  // [k - 1]: the class is among the k likeliest; up to 5
  double calibration_error = 0;      // expected, of the calibrated probabilities
  std::vector<size_t> confusion;     // [true class, predicted class]
  std::vector<ClassScore> per_class;
};

// The head's logits for all samples, [samples, classes], computed block by block.
std::vector<float> LogitsOf(const Head& head, const Samples& samples, Parallel& parallel);

class Evaluator {
 public:
  // Probabilities are softmax(logits / temperature). The head and `parallel` must outlive it.
  Evaluator(const Head& head, float temperature, Parallel& parallel);

  // One row of features, [input_size], or samples of the head's input size; again and again.
  void Add(std::span<const float> features, int32_t label);
  void Add(const Samples& samples);

  // Throws kInvalidArgument when nothing was added.
  Evaluation Finish() const;

 private:
  const Head& head_;
  float temperature_;
  Parallel& parallel_;
  std::vector<float> logits_;  // [samples, classes]
  std::vector<int32_t> labels_;
};

}  // namespace tabtrain
