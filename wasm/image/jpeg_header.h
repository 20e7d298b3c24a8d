// The markers of a JPEG file, walked in the order in which the decoder meets them.
#pragma once

#include "image/bytes.h"
#include "image/exif.h"

namespace tabtrain {

struct JpegHeader {
  int frame_marker = 0;  // 0xC0 baseline, 0xC1 extended, 0xC2 progressive, others are not decoded
  int precision = 0;     // bits a sample
  int width = 0;
  int height = 0;
  int components = 0;
  bool has_adobe_marker = false;  // which says how to read four components
  Orientation orientation = kUpright;
  int scans = 0;          // SOS markers up to the end
  bool complete = false;  // whether the end-of-image marker was met
};

// Fields stay 0 where the file does not say. See ITU-T T.81, annex B.
JpegHeader WalkJpeg(Bytes file);

}  // namespace tabtrain
