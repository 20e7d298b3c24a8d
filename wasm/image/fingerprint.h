// Which pictures look alike: copies of one photo, and shots of one burst.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "image/image.h"

namespace tabtrain {

// A perceptual hash (pHash, Zauner 2010): the signs, by their median, of the 63 lowest frequencies
// of the picture's luma at 32 x 32 pixels. Few bits change when a photo is scaled, encoded again or
// made a little brighter.
using Fingerprint = uint64_t;

// Of a picture of one pixel at least.
Fingerprint FingerprintOf(const Image& image);

// The group of each picture, from 0 on in the order in which they come: look-alikes share one. At
// most 10 of the 63 bits differ between any two, or 14 between neighbours, which a burst puts side
// by side. Of 398 photos of ants and bees, no two others differ in less than 14; copies that were
// encoded again, halved or made brighter by 15 % differ in at most 6. One without a fingerprint is
// a group of its own.
std::vector<size_t> GroupLookAlikes(std::span<const std::optional<Fingerprint>> fingerprints);

}  // namespace tabtrain
