// Standardised features: learned once, and folded away where a file needs no layer for it.
#pragma once

#include "head/head.h"
#include "head/samples.h"

namespace tabtrain {

// Sets mean and variance of the head's normalization from the training samples, reading each once;
// does nothing for a head without one. A feature that never changes gets the variance 1, so that it
// stays quiet when it does change. To be called once, before the training: what was learned after
// belongs to these numbers.
void Adapt(Head& head, const Samples& training);

// The same classifier without a normalization, if a dense layer follows that can take it over.
Head Folded(const Head& head);

}  // namespace tabtrain
