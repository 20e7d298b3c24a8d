#include "backbone/safetensors.h"

#include <gtest/gtest.h>

#include "core/error.h"

namespace tabtrain {
namespace {

std::string Refusal(std::string_view json) {
  try {
    ParseSafetensorsHeader(json);
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidWeights);
    return error.what();
  }
  return "";
}

TEST(Safetensors, ReadsTensorsInTheOrderOfTheirBytes) {
  const SafetensorsHeader header = ParseSafetensorsHeader(
      R"({"__metadata__":{"name":"x"},"b":{"dtype":"F16","shape":[2,3],"data_offsets":[4,16]},
          "a":{"dtype":"F32","shape":[],"data_offsets":[0,4]}})");
  ASSERT_EQ(header.tensors.size(), 2u);
  EXPECT_EQ(header.tensors[0].name, "a");
  EXPECT_EQ(header.tensors[1].name, "b");
  EXPECT_EQ(header.tensors[1].dtype, DType::kF16);
  EXPECT_EQ(header.tensors[1].shape, (std::vector<uint64_t>{2, 3}));
  EXPECT_EQ(header.metadata.at("name"), "x");
  EXPECT_EQ(header.data_size(), 16u);
}

TEST(Safetensors, RefusesWhatTheReferenceRefuses) {
  EXPECT_NE(Refusal("<!doctype html>").find("not JSON"), std::string::npos);
  EXPECT_NE(Refusal("[]"), "");
  EXPECT_NE(Refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},
                        "a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})")
                .find("twice"),
            std::string::npos);
  // a hole, an overlap, a wrong size, an end before the begin, an overflowing shape
  EXPECT_NE(Refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"), "");
  EXPECT_NE(Refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},
                        "b":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}})"),
            "");
  EXPECT_NE(Refusal(R"({"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}})"), "");
  EXPECT_NE(Refusal(R"({"a":{"dtype":"F32","shape":[1],"data_offsets":[8,4]}})"), "");
  EXPECT_NE(Refusal(R"({"a":{"dtype":"F32","shape":[4294967296,4294967296],
                             "data_offsets":[0,0]}})"),
            "");
  // malformed entries
  for (const char* entry : {"1", "{}", R"({"dtype":"F32","shape":[1],"data_offsets":[0]})",
                            R"({"dtype":"F32","shape":[-1],"data_offsets":[0,4]})",
                            R"({"dtype":"F32","shape":[1.5],"data_offsets":[0,4]})",
                            R"({"dtype":"F32","shape":1,"data_offsets":[0,4]})",
                            R"({"dtype":"F64","shape":[1],"data_offsets":[0,8]})",
                            R"({"dtype":"F32","shape":[1],"data_offsets":[0,4],"extra":1})",
                            R"({"dtype":"F32","shape":[[1]],"data_offsets":[0,4]})"}) {
    EXPECT_NE(Refusal("{\"a\":" + std::string(entry) + "}"), "") << entry;
  }
  EXPECT_NE(Refusal(R"({"__metadata__":{"name":1}})"), "");
  EXPECT_NE(Refusal(R"({"__metadata__":1})"), "");
  std::string deep(1000, '[');
  EXPECT_NE(Refusal("{\"a\":" + deep), "");
}

}  // namespace
}  // namespace tabtrain
