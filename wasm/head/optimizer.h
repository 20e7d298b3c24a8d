// Optimizers with the formulas and the defaults of Keras 3 (keras.optimizers).
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <variant>
#include <vector>

#include "head/layer.h"
#include "head/variable.h"

namespace tabtrain {

// Adam (Kingma and Ba 2014), with the bias correction folded into the step size. With a weight
// decay it is AdamW (Loshchilov and Hutter 2017): each step also takes learning_rate * weight_decay
// off every trainable value. The learning rate is this project's default for a head; Keras' is
// 1e-3.
struct Adam {
  float learning_rate = 1e-4f;
  float beta_1 = 0.9f;
  float beta_2 = 0.999f;
  float epsilon = 1e-7f;
  float weight_decay = 0;
};

// keras.optimizers.AdamW's defaults, but for the learning rate.
inline Adam AdamW(float learning_rate = 1e-3f, float weight_decay = 0.004f) {
  return {.learning_rate = learning_rate, .weight_decay = weight_decay};
}

// Gradient descent, with momentum if that is not 0, after Nesterov if asked.
struct Sgd {
  float learning_rate = 0.01f;
  float momentum = 0;
  bool nesterov = false;
};

using OptimizerSpec = std::variant<Adam, Sgd>;

class Optimizer : public GradientSink {
 public:
  // Throws Error{kInvalidArgument}.
  explicit Optimizer(const OptimizerSpec& spec);

  // Other rates from the next step on. The state is kept unless the kind of optimizer changes.
  void Configure(const OptimizerSpec& spec);

  float learning_rate() const { return learning_rate_; }
  void SetLearningRate(float learning_rate);
  // Steps taken.
  int64_t iterations() const { return iterations_; }

  // Forgets all state.
  void Reset();
  // The variable, [rows, columns], has got a column more or one less.
  void AppendColumnOf(const Variable& variable);
  void EraseColumnOf(const Variable& variable, size_t column);

  // A step: BeginStep with the variables that will change, then the gradient of every value once.
  void BeginStep(std::span<Variable* const> variables);
  void Accept(Variable& variable, size_t offset, std::span<const float> gradient) override;

 private:
  // What is remembered of each value of a variable.
  struct State {
    std::vector<float> m;  // Adam: mean of the gradients; Sgd: the momentum
    std::vector<float> v;  // Adam: mean of the squared gradients
  };

  OptimizerSpec spec_;
  float learning_rate_ = 0;
  float alpha_ = 0;  // Adam: the learning rate of this step with the bias correction
  int64_t iterations_ = 0;
  std::map<const Variable*, State> states_;
};

}  // namespace tabtrain
