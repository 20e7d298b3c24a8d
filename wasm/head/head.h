// The classifier on top of the features: what keras.Sequential is.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/parallel.h"
#include "head/layers.h"
#include "head/variable.h"

namespace tabtrain {

class Layer;

// The values of a head's variables, in their order.
using Weights = std::vector<std::vector<float>>;

class Head {
 public:
  // The last layer must be Dense{classes, kSoftmax} with at least two classes. Initial weights come
  // from `seed`. Throws Error{kInvalidArgument}.
  Head(size_t input_size, std::vector<LayerSpec> specs, uint64_t seed);
  ~Head();
  Head(Head&&) noexcept;
  Head& operator=(Head&&) noexcept;

  size_t input_size() const { return input_size_; }
  size_t classes() const;
  const std::vector<LayerSpec>& specs() const { return specs_; }

  // x is [rows, input_size], the result [rows, classes]. Memory: a block of rows at a time.
  void Predict(std::span<const float> x, size_t rows, std::span<float> probabilities,
               Parallel& parallel = SerialParallel()) const;
  // What the last softmax is taken of.
  void Logits(std::span<const float> x, size_t rows, std::span<float> logits,
              Parallel& parallel = SerialParallel()) const;

  // Every variable, in the layers' order. Values may be set, sizes may not be changed.
  std::vector<Variable*> variables();
  std::vector<const Variable*> variables() const;

  // As in Keras: copies of the values, and values of the same sizes put back.
  Weights GetWeights() const;
  // The same into `weights`, whose memory is used again.
  void CopyWeights(Weights& weights) const;
  void SetWeights(const Weights& weights);

  // One class more, after the others, or one less: what was learned of the others stays. A new
  // class begins with weights of zero, so the others' probabilities keep their proportions. A
  // trainer's head is changed by the trainer's functions of the same names.
  void AddClass();
  void RemoveClass(size_t index);

  // The layers at work, without the last softmax, which the loss takes together with the logarithm.
  std::span<const std::unique_ptr<Layer>> layers() const { return layers_; }

 private:
  void LogitsOfBlock(std::span<const float> x, size_t rows, std::span<float> logits,
                     Parallel& parallel) const;

  size_t input_size_;
  std::vector<LayerSpec> specs_;
  std::vector<std::unique_ptr<Layer>> layers_;
};

}  // namespace tabtrain
