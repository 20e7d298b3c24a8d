#include "backbone/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "core/error.h"

namespace tabtrain {
namespace {

Graph BuildGraph(std::initializer_list<std::string> layers) {
  return tabtrain::BuildGraph(std::vector<std::string>(layers));
}

TEST(InceptionV3, HasTheSizesOfThePaper) {
  int64_t weights = 0, multiplications = 0;
  const Graph graph = BuildGraph({"mixed10"});
  int convolutions = 0;
  for (const Operation& op : graph.operations) {
    if (op.type != LayerType::kConv) continue;
    convolutions += static_cast<int>(op.parts.size());
    const int64_t kernel =
        static_cast<int64_t>(op.kernel_height) * op.kernel_width * op.in_channels * op.out_channels;
    const Buffer& out = graph.BufferOf(graph.tensors[op.parts[0].tensor]);
    weights += kernel;
    multiplications += kernel * out.height * out.width;
  }
  EXPECT_EQ(convolutions, kConvolutions);
  // keras.applications.InceptionV3(include_top=False): 21,802,784 parameters, of which 3 * 17,216
  // belong to the batch norms (beta, moving mean, moving variance).
  EXPECT_EQ(weights, 21802784 - 3 * 17216);
  EXPECT_NEAR(static_cast<double>(multiplications), 5.711e9, 0.001e9);
}

TEST(InceptionV3, EveryOperationReadsTheChannelsThatItsInputHas) {
  const Graph graph = BuildGraph({"mixed10"});
  for (const Operation& op : graph.operations) {
    EXPECT_EQ(graph.tensors[op.input].channels, op.in_channels) << op.name();
  }
  const Tensor& last = graph.Find("mixed10");
  EXPECT_EQ(graph.BufferOf(last).height, 8);
  EXPECT_EQ(graph.BufferOf(last).width, 8);
  EXPECT_EQ(last.channels, 2048);
}

// Every channel of every buffer belongs to one tensor and is written once; what an operation writes
// lies side by side.
TEST(Graph, WritesEveryChannelOnce) {
  const Graph graph = BuildGraph({"mixed10"});
  std::vector<std::vector<int>> writes;
  for (const Buffer& buffer : graph.buffers) writes.emplace_back(buffer.channels);
  for (const Operation& op : graph.operations) {
    const size_t buffer = graph.tensors[op.parts[0].tensor].buffer;
    int channel = graph.ChannelOf(op.parts[0]);
    for (const OperationPart& part : op.parts) {
      EXPECT_EQ(graph.tensors[part.tensor].buffer, buffer) << op.name();
      EXPECT_EQ(graph.ChannelOf(part), channel) << op.name();
      for (int c = 0; c < part.channels; ++c) ++writes[buffer][channel++];
    }
    EXPECT_EQ(channel - graph.ChannelOf(op.parts[0]), op.out_channels) << op.name();
  }
  for (size_t buffer = 1; buffer < writes.size(); ++buffer) {
    for (const int count : writes[buffer]) EXPECT_EQ(count, 1);
  }
}

TEST(Graph, JoinsSiblings) {
  const Graph graph = BuildGraph({"mixed10"});
  const auto joined = std::find_if(graph.operations.begin(), graph.operations.end(),
                                   [](const Operation& op) { return op.name() == "conv2d_32"; });
  ASSERT_NE(joined, graph.operations.end());
  std::vector<std::string_view> names;
  for (const OperationPart& part : joined->parts) names.push_back(part.layer->name);
  // The block's own tensor comes last: conv2d_31 writes the first channels of mixed4.
  EXPECT_EQ(names, (std::vector<std::string_view>{"conv2d_32", "conv2d_35", "conv2d_31"}));
  EXPECT_EQ(joined->out_channels, 128 + 128 + 192);
}

TEST(Graph, PoolsBehindTheConvolution) {
  const Graph graph = BuildGraph({"mixed10"});
  int poolings = 0;
  for (size_t i = 0; i < graph.operations.size(); ++i) {
    const Operation& op = graph.operations[i];
    if (op.type != LayerType::kAveragePool) continue;
    ++poolings;
    const Operation& before = graph.operations[i - 1];
    EXPECT_EQ(before.parts[0].tensor, op.input);
    EXPECT_FALSE(before.relu);
    EXPECT_TRUE(op.relu);
    EXPECT_LT(op.in_channels, before.in_channels);
  }
  EXPECT_EQ(poolings, 9);
}

TEST(Arena, BuffersThatLiveTogetherDoNotOverlap) {
  const Graph graph = BuildGraph({"mixed4", "mixed10"});
  for (const size_t batch : {1, 3}) {
    for (const size_t element : {1, 4}) {
      const Arena arena = PlanArena(graph, batch, element);
      const auto end = [&](size_t i) {
        return arena.offsets[i] + graph.buffers[i].elements() * batch * element;
      };
      for (size_t a = 0; a < graph.buffers.size(); ++a) {
        EXPECT_LE(end(a), arena.size);
        for (size_t b = 0; b < a; ++b) {
          if (graph.buffers[a].first_use > graph.buffers[b].last_use ||
              graph.buffers[b].first_use > graph.buffers[a].last_use) {
            continue;
          }
          EXPECT_TRUE(end(a) <= arena.offsets[b] || end(b) <= arena.offsets[a]) << a << ", " << b;
        }
      }
    }
  }
}

TEST(Arena, SharesMemory) {
  const Graph graph = BuildGraph({"mixed10"});
  size_t all = 0;
  for (const Buffer& buffer : graph.buffers) all += buffer.elements();
  EXPECT_LT(PlanArena(graph, 1, 1).size, all / 4);
  EXPECT_THROW(PlanArena(graph, 0, 1), Error);
}

TEST(Graph, LeavesOutWhatNoFeatureNeeds) {
  const Graph graph = BuildGraph({"mixed5", "mixed4"});
  std::set<std::string_view> outputs;
  for (const Operation& op : graph.operations) {
    for (const OperationPart& part : op.parts) outputs.insert(part.layer->output);
  }
  EXPECT_TRUE(outputs.contains("mixed5"));
  EXPECT_FALSE(outputs.contains("mixed6"));
  EXPECT_EQ(graph.feature_size(), 2 * 768);
  EXPECT_EQ(graph.tensors[graph.features[0]].name, "mixed5");
}

TEST(Graph, RefusesUnknownLayers) {
  for (const char* name : {"mixed11", "input", "average_pooling2d_1", "conv2d_12"}) {
    EXPECT_THROW(BuildGraph({name}), Error) << name;
  }
  EXPECT_THROW(BuildGraph({}), Error);
}

}  // namespace
}  // namespace tabtrain
