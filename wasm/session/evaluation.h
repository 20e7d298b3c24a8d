// How good a head is on labelled samples.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "head/head.h"
#include "head/samples.h"

namespace tabtrain {

struct ClassScores {
  double precision = 0, recall = 0, f1 = 0;  // 0 where nothing was predicted or there
  size_t support = 0;                        // samples of the class
};

struct Evaluation {
  double loss = 0, accuracy = 0;               // categorical cross-entropy, share of right answers
  std::vector<std::vector<size_t>> confusion;  // [true class][predicted class]
  std::vector<ClassScores> per_class;
};

class Evaluator {
 public:
  // Both must outlive it.
  Evaluator(const Head& head, Parallel& parallel);

  // Any number of rows [rows, input_size] with their classes, again and again.
  void Add(std::span<const float> features, std::span<const int32_t> labels);
  void Add(const Samples& samples);

  // Throws kInvalidArgument when nothing was added.
  Evaluation Finish() const;

 private:
  const Head& head_;
  Parallel& parallel_;
  double loss_ = 0;
  size_t rows_ = 0;
  std::vector<std::vector<size_t>> confusion_;
};

}  // namespace tabtrain
