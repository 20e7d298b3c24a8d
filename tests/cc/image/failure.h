// What a call throws, for tests of bad input.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "core/error.h"

namespace tabtrain {

struct Failure {
  std::optional<ErrorCode> code;  // nullopt: nothing was thrown
  std::string message;
};

inline Failure FailureOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const Error& error) {
    return {error.code(), error.what()};
  }
  return {};
}

}  // namespace tabtrain
