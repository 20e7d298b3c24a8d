#include "image/jpeg_header.h"

#include <cstring>

namespace tabtrain {
namespace {

using std::string_view_literals::operator""sv;

enum Marker : int {
  kStuffedZero = 0x00,
  kTem = 0x01,
  kSof0 = 0xC0,
  kDht = 0xC4,
  kJpg = 0xC8,
  kDac = 0xCC,
  kSof15 = 0xCF,
  kRst0 = 0xD0,
  kSoi = 0xD8,
  kEoi = 0xD9,
  kSos = 0xDA,
  kApp1 = 0xE1,
  kApp14 = 0xEE,
};

bool StandsAlone(int marker) {
  return marker == kStuffedZero || marker == kTem || (marker >= kRst0 && marker <= kSoi);
}

bool IsFrame(int marker) {
  return marker >= kSof0 && marker <= kSof15 && marker != kDht && marker != kJpg && marker != kDac;
}

// The offset of the next marker's code, i.e. of the byte behind its 0xFF; file.size() if none is
// left.
size_t FindMarker(Bytes file, size_t offset) {
  if (offset >= file.size()) return file.size();
  const void* found = std::memchr(&file[offset], 0xFF, file.size() - offset);
  if (found == nullptr) return file.size();
  offset = static_cast<const uint8_t*>(found) - file.data();
  while (offset < file.size() && file[offset] == 0xFF) ++offset;  // fill bytes
  return offset;
}

void ReadSegment(int marker, Bytes segment, JpegHeader& header) {
  if (marker == kSos) {
    ++header.scans;
  } else if (IsFrame(marker) && header.frame_marker == 0 && segment.size() >= 6) {
    header.frame_marker = marker;
    header.precision = static_cast<int>(BigEndian(segment, 0, 1));
    header.height = static_cast<int>(BigEndian(segment, 1, 2));
    header.width = static_cast<int>(BigEndian(segment, 3, 2));
    header.components = static_cast<int>(BigEndian(segment, 5, 1));
  } else if (marker == kApp1 && HasText(segment, 0, "Exif\0\0"sv)) {
    header.orientation = ExifOrientation(Slice(segment, 6));
  } else if (marker == kApp14 && segment.size() >= 12 && HasText(segment, 0, "Adobe"sv)) {
    header.has_adobe_marker = true;
  }
}

}  // namespace

JpegHeader WalkJpeg(Bytes file) {
  JpegHeader header;
  // Compressed data holds 0xFF only before a zero or a restart number, so that the search for the
  // next marker also skips what follows a scan's header.
  size_t offset = 0;
  while ((offset = FindMarker(file, offset)) < file.size()) {
    const int marker = file[offset++];
    if (StandsAlone(marker)) continue;
    if (marker == kEoi) {
      header.complete = true;
      break;
    }
    const size_t length = BigEndian(file, offset, 2);  // counts itself
    if (length < 2) break;
    ReadSegment(marker, Slice(file, offset + 2, length - 2), header);
    offset += length;
  }
  return header;
}

}  // namespace tabtrain
