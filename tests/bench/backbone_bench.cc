// The forward pass, whole and by the shapes of its operations, beside the peak of the machine.
//   backbone_bench --benchmark_filter=Forward
#include <benchmark/benchmark.h>

#include <algorithm>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backbone/aligned_buffer.h"
#include "backbone/arithmetic.h"
#include "backbone/graph.h"
#include "core/rng.h"
#include "peak.h"

namespace tabtrain {
namespace {

constexpr size_t kPastEnd = 256;  // bytes that XNNPACK may read behind the last

const Graph& WholeGraph() {
  static const Graph graph = BuildGraph(std::vector<std::string>{"mixed10"});
  return graph;
}

// What the operators compute in. int16 is what int8 runs on where a processor has no dot products
// of 8 bits.
enum class Numbers { kFloat32, kInt8, kInt16 };

std::unique_ptr<Arithmetic> ArithmeticOf(Numbers numbers) {
  ActivationRanges ranges;
  ranges.fill({0, 6});
  if (numbers == Numbers::kFloat32) return Float32Arithmetic();
  return (numbers == Numbers::kInt8 ? Int8Arithmetic : Int16Arithmetic)(WholeGraph(), ranges);
}

// One operation of the graph on random weights and activations of its sizes.
class Layer {
 public:
  Layer(const Operation& op, const Arithmetic& arithmetic, ThreadPool& pool) : pool_(pool) {
    const Graph& graph = WholeGraph();
    const Buffer& in = graph.BufferOf(graph.tensors[op.input]);
    const Buffer& out = graph.BufferOf(graph.tensors[op.parts[0].tensor]);
    const int in_channels =
        op.in_channels == kInputChannels ? arithmetic.input_channels() : op.in_channels;
    const OperatorShape shape{.name = std::string(op.name()),
                              .type = op.type,
                              .kernel_height = op.kernel_height,
                              .kernel_width = op.kernel_width,
                              .stride = op.stride,
                              .padding = op.padding,
                              .in_channels = op.in_channels,
                              .out_channels = op.out_channels,
                              .input_stride = static_cast<size_t>(in_channels),
                              .output_stride = static_cast<size_t>(op.out_channels),
                              .relu = op.relu};
    const size_t element = arithmetic.element_size();
    input_ = AlignedBuffer<uint8_t>(element * in.height * in.width * in_channels + kPastEnd);
    output_ = AlignedBuffer<uint8_t>(element * out.height * out.width * op.out_channels + kPastEnd);
    std::fill_n(input_.data(), input_.size(), uint8_t{0});
    if (op.type == LayerType::kConv) {
      Rng rng(1);
      std::vector<float> kernel(shape.kernel_size()), bias(op.out_channels);
      for (float& w : kernel) w = rng.Uniform(-1, 1);
      operator_ = arithmetic.Convolution(op, shape, kernel, bias);
      multiplications_ =
          static_cast<double>(shape.kernel_size()) * out.height * static_cast<double>(out.width);
    } else {
      operator_ = arithmetic.Pooling(op, shape);
    }
    workspace_ = AlignedBuffer<uint8_t>(operator_->Reshape(1, in.height, in.width, pool));
    operator_->Setup(input_.data(), output_.data(), workspace_.data());
  }
  void Run() { operator_->Run(pool_); }
  double multiplications() const { return multiplications_; }  // of the direct convolution

 private:
  ThreadPool& pool_;
  double multiplications_ = 0;
  std::unique_ptr<Operator> operator_;
  AlignedBuffer<uint8_t> input_, output_, workspace_;
};

// What was reached, in operations of the direct convolution, and beside it what the threads could
// reach at most without Winograd's transforms.
void SetRate(benchmark::State& state, double multiplications, Numbers numbers, double threads) {
  state.counters["GFLOPS"] =
      benchmark::Counter(2e-9 * multiplications * static_cast<double>(state.iterations()),
                         benchmark::Counter::kIsRate);
  const double peak = numbers == Numbers::kInt8 ? PeakInt8Gflops() : PeakFloat32Gflops();
  if (peak > 0) state.counters["peak"] = peak * threads * (numbers == Numbers::kInt16 ? 2 : 1);
}

// All operations one after the other.
void Forward(benchmark::State& state, Numbers numbers) {
  ThreadPool pool(static_cast<size_t>(state.range(0)));
  const std::unique_ptr<Arithmetic> arithmetic = ArithmeticOf(numbers);
  std::vector<std::unique_ptr<Layer>> layers;
  double multiplications = 0;
  for (const Operation& op : WholeGraph().operations) {
    layers.push_back(std::make_unique<Layer>(op, *arithmetic, pool));
    multiplications += layers.back()->multiplications();
  }
  while (state.KeepRunning()) {
    for (const auto& layer : layers) layer->Run();
  }
  SetRate(state, multiplications, numbers, static_cast<double>(state.range(0)));
}

void OneLayer(benchmark::State& state, const Operation& op, Numbers numbers) {
  ThreadPool pool(1);
  const std::unique_ptr<Arithmetic> arithmetic = ArithmeticOf(numbers);
  Layer layer(op, *arithmetic, pool);
  while (state.KeepRunning()) layer.Run();
  if (layer.multiplications() > 0) SetRate(state, layer.multiplications(), numbers, 1);
}

std::string NameOf(const Operation& op) {
  const Buffer& in = WholeGraph().BufferOf(WholeGraph().tensors[op.input]);
  const std::string kind = op.type == LayerType::kConv      ? ""
                           : op.type == LayerType::kMaxPool ? "max "
                                                            : "average ";
  return kind + std::to_string(op.kernel_height) + "x" + std::to_string(op.kernel_width) + "/" +
         std::to_string(op.stride) + " " + std::to_string(in.height) + "x" +
         std::to_string(in.width) + "x" + std::to_string(op.in_channels) + " -> " +
         std::to_string(op.out_channels);
}

// The whole, then each shape once on one thread.
int Register() {
  std::map<std::string, const Operation*> shapes;
  for (const Operation& op : WholeGraph().operations) shapes.emplace(NameOf(op), &op);
  const std::map<std::string, Numbers> all = {
      {"float32", Numbers::kFloat32}, {"int8", Numbers::kInt8}, {"int16", Numbers::kInt16}};
  for (const auto& [name, numbers] : all) {
    benchmark::RegisterBenchmark(
        "Forward " + name, [which = numbers](benchmark::State& state) { Forward(state, which); })
        ->Arg(1)
        ->Arg(2)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  }
  for (const auto& [shape, op] : shapes) {
    for (const auto& [name, numbers] : all) {
      benchmark::RegisterBenchmark(name + " " + shape,
                                   [&operation = *op, which = numbers](benchmark::State& state) {
                                     OneLayer(state, operation, which);
                                   });
    }
  }
  return 0;
}
const int kRegistered = Register();

}  // namespace
}  // namespace tabtrain
