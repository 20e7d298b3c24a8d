#include "core/error.h"

#include <gtest/gtest.h>

namespace tabtrain {
namespace {

TEST(Error, CarriesCodeAndMessage) {
  try {
    CheckArgument(false, "epochs is 0: train for at least one");
    FAIL() << "no exception";
  } catch (const Error& error) {
    EXPECT_EQ(error.code(), ErrorCode::kInvalidArgument);
    EXPECT_STREQ(error.what(), "epochs is 0: train for at least one");
    EXPECT_EQ(ErrorCodeName(error.code()), "invalid-argument");
  }
  EXPECT_NO_THROW(CheckArgument(true, "unused"));
}

}  // namespace
}  // namespace tabtrain
