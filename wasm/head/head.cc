#include "head/head.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/rng.h"
#include "head/activation.h"
#include "head/batch_normalization.h"
#include "head/dense.h"
#include "head/dropout.h"
#include "head/layer.h"
#include "head/normalization.h"

namespace tabtrain {
namespace {

constexpr size_t kBlockRows = 256;  // of a prediction at a time

// Keras' names: dense, dense_1, dense_2 ...
class Names {
 public:
  std::string Next(const std::string& kind) {
    const int count = counts_[kind]++;
    return count == 0 ? kind : kind + "_" + std::to_string(count);
  }

 private:
  std::map<std::string, int> counts_;
};

// Makes the layer that a specification names.
struct Builder {
  size_t inputs;
  Names& names;
  Rng& rng;

  std::unique_ptr<Layer> operator()(const Dense& spec) const {
    return std::make_unique<DenseLayer>(names.Next("dense"), inputs, spec, rng);
  }
  std::unique_ptr<Layer> operator()(const Dropout& spec) const {
    return std::make_unique<DropoutLayer>(inputs, spec);
  }
  std::unique_ptr<Layer> operator()(const BatchNormalization& spec) const {
    return std::make_unique<BatchNormalizationLayer>(names.Next("batch_normalization"), inputs,
                                                     spec);
  }
  std::unique_ptr<Layer> operator()(const Normalization&) const {
    return std::make_unique<NormalizationLayer>(names.Next("normalization"), inputs);
  }
};

const Dense& LastLayer(const std::vector<LayerSpec>& specs) {
  CheckArgument(!specs.empty(), "The head has no layers: end it with a softmax over the classes.");
  const Dense* last = std::get_if<Dense>(&specs.back());
  CheckArgument(last != nullptr && last->activation == Activation::kSoftmax,
                "The last layer must be Dense with softmax, one unit for each class.");
  CheckArgument(last->units > 0, "There are no classes: add two or more.");
  CheckArgument(last->units > 1, "There is one class only: add a second one to tell it from.");
  return *last;
}

}  // namespace

Head::Head(size_t input_size, std::vector<LayerSpec> specs, uint64_t seed)
    : input_size_(input_size), specs_(std::move(specs)) {
  CheckArgument(input_size_ > 0, "The head has no inputs: give the number of features.");
  Dense logits = LastLayer(specs_);
  logits.activation = Activation::kLinear;

  Rng rng(seed);
  Names names;
  size_t inputs = input_size_;
  for (size_t i = 0; i < specs_.size(); ++i) {
    const bool last = i + 1 == specs_.size();
    CheckArgument(i == 0 || !std::holds_alternative<Normalization>(specs_[i]),
                  "A normalization must be the first layer: move it there.");
    layers_.push_back(
        std::visit(Builder{inputs, names, rng}, last ? LayerSpec(logits) : specs_[i]));
    inputs = layers_.back()->outputs();
  }
}

Head::~Head() = default;
Head::Head(Head&&) noexcept = default;
Head& Head::operator=(Head&&) noexcept = default;

size_t Head::classes() const { return layers_.back()->outputs(); }

void Head::Predict(std::span<const float> x, size_t rows, std::span<float> probabilities,
                   Parallel& parallel) const {
  Logits(x, rows, probabilities, parallel);
  Activate(Activation::kSoftmax, classes(), probabilities);
}

void Head::Logits(std::span<const float> x, size_t rows, std::span<float> logits,
                  Parallel& parallel) const {
  CheckArgument(x.size() == rows * input_size_, "The features do not fit the head's input size.");
  CheckArgument(logits.size() == rows * classes(), "The result does not fit rows and classes.");
  for (size_t first = 0; first < rows; first += kBlockRows) {
    const size_t count = std::min(kBlockRows, rows - first);
    LogitsOfBlock(x.subspan(first * input_size_, count * input_size_), count,
                  logits.subspan(first * classes(), count * classes()), parallel);
  }
}

void Head::LogitsOfBlock(std::span<const float> x, size_t rows, std::span<float> logits,
                         Parallel& parallel) const {
  std::vector<float> input, output;
  for (const auto& layer : layers_) {
    const bool last = layer == layers_.back();
    if (!last) output.resize(rows * layer->outputs());
    layer->Forward(x, rows, last ? logits : output, parallel);
    std::swap(input, output);
    x = input;
  }
}

std::vector<Variable*> Head::variables() {
  std::vector<Variable*> all;
  for (const auto& layer : layers_) {
    for (Variable& variable : layer->variables()) all.push_back(&variable);
  }
  return all;
}

std::vector<const Variable*> Head::variables() const {
  std::vector<const Variable*> all;
  for (const auto& layer : layers_) {
    for (const Variable& variable : std::as_const(*layer).variables()) all.push_back(&variable);
  }
  return all;
}

Weights Head::GetWeights() const {
  Weights weights;
  CopyWeights(weights);
  return weights;
}

void Head::CopyWeights(Weights& weights) const {
  const auto all = variables();
  weights.resize(all.size());
  for (size_t i = 0; i < all.size(); ++i) weights[i] = all[i]->values;
}

void Head::SetWeights(const Weights& weights) {
  const auto all = variables();
  CheckArgument(weights.size() == all.size(), "These weights belong to other layers.");
  for (size_t i = 0; i < all.size(); ++i) {
    CheckArgument(weights[i].size() == all[i]->values.size(),
                  "The weights of " + all[i]->name + " have another size.");
  }
  for (size_t i = 0; i < all.size(); ++i) all[i]->values = weights[i];
}

void Head::AddClass() {
  static_cast<DenseLayer&>(*layers_.back()).AddUnit();
  ++std::get<Dense>(specs_.back()).units;
}

void Head::RemoveClass(size_t index) {
  CheckArgument(index < classes(), "There is no such class to remove.");
  CheckArgument(classes() > 2, "Two classes are the least: add one before you remove one.");
  static_cast<DenseLayer&>(*layers_.back()).RemoveUnit(index);
  --std::get<Dense>(specs_.back()).units;
}

}  // namespace tabtrain
