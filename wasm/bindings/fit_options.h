// Model options from JavaScript, whose names and defaults web/lib checks and fills in; the types
// are CoreFitOptions in web/worker/core.ts.
#pragma once

#include <emscripten/val.h>

#include "session/model.h"

namespace tabtrain {

// Both throw kInvalidArgument for a kind of layer, optimizer, schedule or fill that is unknown.

// From a CoreAugment; null is for no views.
ViewOptions ToViewOptions(const emscripten::val& augment);

FitOptions ToFitOptions(const emscripten::val& options);

}  // namespace tabtrain
