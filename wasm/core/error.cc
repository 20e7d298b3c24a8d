#include "core/error.h"

namespace tabtrain {

std::string_view ErrorCodeName(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid-argument";
    case ErrorCode::kInvalidState:
      return "invalid-state";
    case ErrorCode::kUnsupportedImage:
      return "unsupported-image";
    case ErrorCode::kCorruptImage:
      return "corrupt-image";
    case ErrorCode::kImageTooLarge:
      return "image-too-large";
    case ErrorCode::kInvalidWeights:
      return "invalid-weights";
    case ErrorCode::kDiverged:
      return "diverged";
    case ErrorCode::kOutOfMemory:
      return "out-of-memory";
    case ErrorCode::kStorageFailed:
      return "storage-failed";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

void CheckArgument(bool condition, std::string_view message) {
  if (!condition) throw Error(ErrorCode::kInvalidArgument, std::string(message));
}

void CheckInvariant(bool condition, std::string_view message) {
  if (!condition) throw Error(ErrorCode::kInternal, std::string(message));
}

}  // namespace tabtrain
