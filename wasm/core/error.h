// The one exception of the core. Every failure that a caller may meet is an Error with a code that
// programs test and a message that people read; bindings/ turns it into a value.
#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <utility>

namespace tabtrain {

enum class ErrorCode {
  kInvalidArgument,   // an option or a size that makes no sense; the message says what to change
  kInvalidState,      // a call out of order, such as predict before fit
  kUnsupportedImage,  // not a format that the core decodes; the browser's own decoder may
  kCorruptImage,      // a known format, but its bytes are broken
  kImageTooLarge,     // more pixels, scans or bytes than the limits allow
  kInvalidWeights,    // a weight file that is broken or belongs to another network
  kDiverged,          // the loss is no longer a number
  kOutOfMemory,
  kStorageFailed,  // what was kept on the disk cannot be read any more
  kInternal,       // a broken invariant: our bug
};

// The code as JavaScript sees it, e.g. "corrupt-image".
std::string_view ErrorCodeName(ErrorCode code);

class Error : public std::exception {
 public:
  Error(ErrorCode code, std::string message) : code_(code), message_(std::move(message)) {}
  ErrorCode code() const { return code_; }
  const char* what() const noexcept override { return message_.c_str(); }

 private:
  ErrorCode code_;
  std::string message_;
};

// Throws Error{kInvalidArgument} unless `condition` holds.
void CheckArgument(bool condition, std::string_view message);

// Throws Error{kInternal} unless `condition` holds.
void CheckInvariant(bool condition, std::string_view message);

}  // namespace tabtrain
