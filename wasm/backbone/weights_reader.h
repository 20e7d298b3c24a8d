// Reads a weights file while it streams in: each convolution is checked, its batch norm folded in,
// and handed on as soon as its tensors have arrived, so that the weights are never held twice.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "backbone/inception_v3.h"
#include "backbone/quantization.h"
#include "backbone/safetensors.h"

namespace tabtrain {

struct WeightsInfo {
  std::string name, source, licence;
  std::string source_sha256;
  std::string dtype;  // of the kernels: "float32", "float16", "int8"
  // What the features of these weights are: the layers that are pooled and joined, whether each
  // value goes through a square root, and whether a head learns better from standardised ones.
  std::vector<std::string> feature_layers;
  bool feature_sqrt = false;
  bool standardize = false;
  // What int8 needs, from a calibration on images.
  std::optional<ActivationRanges> activation_ranges;
  // Mean cosine between the features of int8 and of float32 on those images; 0: not known.
  double int8_cosine = 0;
};

class WeightsReader {
 public:
  // Called once, when the header has been read.
  using OnInfo = std::function<void(const WeightsInfo&)>;
  // Called for every convolution, in the order in which the file completes them: the kernel
  // [out, height, width, in] with batch norm folded in, and the bias [out].
  using OnConvolution = std::function<void(const InceptionLayer&, std::span<const float> kernel,
                                           std::span<const float> bias)>;

  WeightsReader(OnInfo on_info, OnConvolution on_convolution);

  // The next bytes of the file, any number of them. Throws kInvalidWeights with the name of the
  // first thing wrong; the reader is of no use after that.
  void Push(std::span<const uint8_t> bytes);

  // Throws kInvalidWeights when the file ended early or a tensor is missing.
  void Finish() const;

 private:
  // Values of a tensor that has arrived but whose convolution is not complete yet.
  using Tensors = std::map<std::string, std::vector<float>>;

  void ReadHeader();
  void CheckTensors() const;
  void FinishTensor();
  void FoldAndEmit(const InceptionLayer& layer, const std::string& kernel, const std::string& norm);

  OnInfo on_info_;
  OnConvolution on_convolution_;
  std::vector<uint8_t> buffer_;  // of the part being read: length, header, or one tensor
  uint64_t buffer_target_ = 8;
  bool header_read_ = false;
  SafetensorsHeader header_;
  size_t next_tensor_ = 0;
  Tensors pending_;
  size_t convolutions_read_ = 0;
};

}  // namespace tabtrain
