// The forward pass, whole and by the shapes of its convolutions, beside the peak of the machine.
//   backbone_bench --benchmark_filter=Convolutions
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backbone/aligned_buffer.h"
#include "backbone/graph.h"
#include "backbone/quantization.h"
#include "backbone/xnn_operator.h"
#include "core/rng.h"
#include "peak.h"

namespace tabtrain {
namespace {

constexpr size_t kPastEnd = 256;  // bytes that XNNPACK may read behind the last

// One operation of the graph on random weights and activations of its sizes.
class Layer {
 public:
  Layer(const Graph& graph, const Operation& op, Precision precision, ThreadPool& pool)
      : pool_(pool),
        height_(graph.BufferOf(graph.tensors[op.input]).height),
        width_(graph.BufferOf(graph.tensors[op.input]).width) {
    const Buffer& out = graph.BufferOf(graph.tensors[op.parts[0].tensor]);
    shape_ = {.name = std::string(op.name()),
              .type = op.type,
              .kernel_height = op.kernel_height,
              .kernel_width = op.kernel_width,
              .stride = op.stride,
              .padding = op.padding,
              .in_channels = op.in_channels,
              .out_channels = op.out_channels,
              .input_stride = static_cast<size_t>(op.in_channels),
              .output_stride = static_cast<size_t>(op.out_channels),
              .relu = op.relu};
    multiplications_ =
        static_cast<double>(shape_.kernel_size()) * out.height * static_cast<double>(out.width);
    Rng rng(1);
    std::vector<float> kernel(shape_.kernel_size()), bias(op.out_channels);
    for (float& w : kernel) w = rng.Uniform(-1, 1);
    const size_t element = precision == Precision::kInt8 ? 1 : 4;
    input_ = AlignedBuffer<uint8_t>(element * height_ * width_ * op.in_channels + kPastEnd);
    output_ = AlignedBuffer<uint8_t>(element * out.height * out.width * op.out_channels + kPastEnd);
    std::fill_n(input_.data(), input_.size(), uint8_t{0});
    if (precision == Precision::kInt8) {
      const std::vector<Quantization> levels(op.out_channels, QuantizationFor({0, 6}));
      operator_ = XnnConvolution(shape_, QuantizeConvolution(kernel, bias, levels[0], levels));
    } else {
      operator_ = XnnConvolution(shape_, kernel, bias);
    }
    workspace_ = AlignedBuffer<uint8_t>(operator_->Reshape(1, height_, width_, pool));
    operator_->Setup(input_.data(), output_.data(), workspace_.data());
  }
  void Run() { operator_->Run(pool_); }
  double multiplications() const { return multiplications_; }

 private:
  ThreadPool& pool_;
  int height_, width_;
  OperatorShape shape_;
  double multiplications_ = 0;
  std::unique_ptr<Operator> operator_;
  AlignedBuffer<uint8_t> input_, output_, workspace_;
};

// What was reached, and beside it what the threads could reach at most.
void SetRate(benchmark::State& state, double multiplications, Precision precision, double threads) {
  state.counters["GFLOPS"] =
      benchmark::Counter(2e-9 * multiplications * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
  const double peak = precision == Precision::kInt8 ? PeakInt8Gflops() : PeakFloat32Gflops();
  if (peak > 0) state.counters["peak"] = peak * threads;
}

// All convolutions one after the other: the forward pass without its poolings.
void Convolutions(benchmark::State& state, Precision precision) {
  ThreadPool pool(static_cast<size_t>(state.range(0)));
  const Graph graph = BuildGraph(std::vector<std::string>{"mixed10"});
  std::vector<std::unique_ptr<Layer>> layers;
  double multiplications = 0;
  for (const Operation& op : graph.operations) {
    if (op.type != LayerType::kConv) continue;
    layers.push_back(std::make_unique<Layer>(graph, op, precision, pool));
    multiplications += layers.back()->multiplications();
  }
  while (state.KeepRunning()) {
    for (const auto& layer : layers) layer->Run();
  }
  SetRate(state, multiplications, precision, static_cast<double>(state.range(0)));
}
BENCHMARK_CAPTURE(Convolutions, float32, Precision::kFloat32)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(Convolutions, int8, Precision::kInt8)
    ->Arg(1)
    ->Arg(2)
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

void OneLayer(benchmark::State& state, const Graph& graph, const Operation& op,
              Precision precision) {
  ThreadPool pool(1);
  Layer layer(graph, op, precision, pool);
  while (state.KeepRunning()) layer.Run();
  SetRate(state, layer.multiplications(), precision, 1);
}

// Each shape once, on one thread.
void RegisterLayers() {
  static const Graph graph = BuildGraph(std::vector<std::string>{"mixed10"});
  std::map<std::string, const Operation*> shapes;
  for (const Operation& op : graph.operations) {
    if (op.type != LayerType::kConv) continue;
    const Buffer& in = graph.BufferOf(graph.tensors[op.input]);
    shapes.emplace(std::to_string(op.kernel_height) + "x" + std::to_string(op.kernel_width) + "/" +
                       std::to_string(op.stride) + " " + std::to_string(in.height) + "x" +
                       std::to_string(in.width) + "x" + std::to_string(op.in_channels) + " -> " +
                       std::to_string(op.out_channels),
                   &op);
  }
  for (const auto& [name, operation] : shapes) {
    for (const Precision precision : {Precision::kFloat32, Precision::kInt8}) {
      const std::string prefix = precision == Precision::kInt8 ? "int8 " : "float32 ";
      benchmark::RegisterBenchmark(prefix + name,
                                   [&op = *operation, precision](benchmark::State& state) {
                                     OneLayer(state, graph, op, precision);
                                   });
    }
  }
}
const int kRegistered = (RegisterLayers(), 0);

}  // namespace
}  // namespace tabtrain
