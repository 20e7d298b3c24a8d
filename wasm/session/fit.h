// One training of a head on a dataset, cut into mini-batches: what Keras' fit does.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/parallel.h"
#include "head/epoch.h"
#include "head/head.h"
#include "head/trainer.h"
#include "session/dataset.h"

namespace tabtrain {

struct FitOptions {
  int epochs = 20;
  int batch_size = 32;
  float learning_rate = 1e-4f;  // of Adam
  float validation_split = 0.2f;
  uint64_t seed = 0;
  std::vector<int> units = {
      1024};  // of the hidden Dense layers, each with relu; empty: softmax alone
};

struct EpochLogs {
  int epoch = 0;  // from 0
  double loss = 0, accuracy = 0;
  // Absent without validation samples.
  std::optional<double> validation_loss, validation_accuracy;
};

class Fit {
 public:
  // `dataset` and `parallel` must outlive it; the dataset must not change while it trains. Throws
  // kInvalidArgument, with a sentence that says what to change, for options that make no sense and
  // for a dataset of fewer than two classes or with an empty one.
  Fit(Dataset& dataset, const FitOptions& options, Parallel& parallel);

  size_t training_size() const { return training_.size(); }
  size_t validation_size() const { return validation_.size(); }
  size_t steps_per_epoch() const { return order_->batches(); }
  size_t step() const { return step_; }  // mini-batches done, over all epochs
  bool done() const { return epoch_ == options_.epochs; }

  // Trains on the next mini-batch; returns the logs when that ended an epoch. Loss and accuracy of
  // training are means over the epoch, as in Keras. Throws kDiverged.
  std::optional<EpochLogs> Step();

  const Head& head() const { return *head_; }
  const std::vector<std::string>& labels() const { return labels_; }
  const Samples& training() const { return training_; }
  // The samples that were held out.
  const Samples& validation() const { return validation_; }

 private:
  EpochLogs FinishEpoch();

  FitOptions options_;
  Parallel& parallel_;
  std::vector<std::string> labels_;
  Samples training_, validation_;
  std::unique_ptr<Head> head_;
  std::unique_ptr<Trainer> trainer_;
  std::optional<EpochOrder> order_;
  std::vector<float> rows_;
  std::vector<int32_t> row_labels_;
  BatchResult epoch_result_;
  int epoch_ = 0;
  size_t batch_ = 0, step_ = 0;
};

}  // namespace tabtrain
