// Model options from JavaScript, whose names and defaults web/lib checks and fills in; the types
// are CoreFitOptions in web/worker/core.ts.
#pragma once

#include <emscripten/val.h>

#include "session/model.h"

namespace tabtrain {

// Throws kInvalidArgument for a kind of layer, optimizer or schedule that is unknown.
FitOptions ToFitOptions(const emscripten::val& options);

}  // namespace tabtrain
