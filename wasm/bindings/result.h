// What crosses the boundary: { ok: true, value } or { ok: false, code, message }, and copies of
// arrays.
#pragma once

#include <emscripten/val.h>

#include <cstdint>
#include <new>
#include <span>
#include <string>
#include <vector>

#include "core/error.h"

namespace tabtrain {

inline emscripten::val Failure(std::string_view code, const std::string& message) {
  emscripten::val result = emscripten::val::object();
  result.set("ok", false);
  result.set("code", std::string(code));
  result.set("message", message);
  return result;
}

// Runs `body`, which returns the value of the result. Nothing is thrown across the boundary.
template <typename Body>
emscripten::val Call(Body&& body) {
  try {
    emscripten::val result = emscripten::val::object();
    result.set("value", body());
    result.set("ok", true);
    return result;
  } catch (const Error& error) {
    return Failure(ErrorCodeName(error.code()), error.what());
  } catch (const std::bad_alloc&) {
    return Failure(ErrorCodeName(ErrorCode::kOutOfMemory), "there is not enough memory for this");
  } catch (const std::exception& error) {
    return Failure(ErrorCodeName(ErrorCode::kInternal), error.what());
  }
}

inline std::vector<uint8_t> ToBytes(const emscripten::val& typed_array) {
  return emscripten::convertJSArrayToNumberVector<uint8_t>(typed_array);
}

// A new array made from a view of the heap copies, and is not shared even where the memory is.
template <typename T>
emscripten::val ToTypedArray(const char* type, std::span<const T> values) {
  return emscripten::val::global(type).new_(
      emscripten::val(emscripten::typed_memory_view(values.size(), values.data())));
}

}  // namespace tabtrain
