#include "image/exif.h"

namespace tabtrain {
namespace {

constexpr uint32_t kOrientationTag = 0x0112;
constexpr uint32_t kTypeShort = 3;
constexpr size_t kEntryBytes = 12;  // tag (2), type (2), count (4), value (4)

}  // namespace

Orientation ExifOrientation(Bytes tiff) {
  const bool little = HasText(tiff, 0, "II");
  if (!little && !HasText(tiff, 0, "MM")) return kUpright;
  const auto read = little ? LittleEndian : BigEndian;

  const uint32_t directory = read(tiff, 4, 4);
  if (directory >= tiff.size()) return kUpright;
  const uint32_t count = read(tiff, directory, 2);
  const Bytes entries = Slice(tiff, directory + 2, count * kEntryBytes);
  for (size_t entry = 0; entry + kEntryBytes <= entries.size(); entry += kEntryBytes) {
    if (read(entries, entry, 2) != kOrientationTag) continue;
    const uint32_t value = read(entries, entry + 8, 2);
    const bool valid = read(entries, entry + 2, 2) == kTypeShort && value >= 1 && value <= 8;
    return valid ? static_cast<Orientation>(value) : kUpright;
  }
  return kUpright;
}

}  // namespace tabtrain
