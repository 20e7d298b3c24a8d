// EXIF, of which only the orientation matters here.
#pragma once

#include "image/bytes.h"

namespace tabtrain {

// How the stored rows and columns lie on the upright picture, as EXIF 2.3 numbers it: 1 is upright,
// 2-4 mirror or turn by half, 5-8 swap rows and columns as well.
using Orientation = int;
inline constexpr Orientation kUpright = 1;

// The orientation of a TIFF structure, i.e. of what follows "Exif\0\0" in a JPEG's APP1 segment, or
// of a PNG's eXIf chunk. kUpright where there is none, or where the structure is broken.
Orientation ExifOrientation(Bytes tiff);

}  // namespace tabtrain
