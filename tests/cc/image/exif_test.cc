#include "image/exif.h"

#include <gtest/gtest.h>

#include <vector>

namespace tabtrain {
namespace {

// One directory with one entry: byte order, 42, offset 8; one entry; tag, SHORT, count 1, value.
std::vector<uint8_t> BigEndianExif(uint8_t value) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, value, 0, 0};
}
std::vector<uint8_t> LittleEndianExif(uint8_t value) {
  return {'I', 'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, value, 0, 0, 0};
}

TEST(Exif, ReadsBothByteOrders) {
  for (int orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(ExifOrientation(BigEndianExif(orientation)), orientation);
    EXPECT_EQ(ExifOrientation(LittleEndianExif(orientation)), orientation);
  }
}

TEST(Exif, IgnoresValuesThatDoNotExist) {
  EXPECT_EQ(ExifOrientation(BigEndianExif(0)), kUpright);
  EXPECT_EQ(ExifOrientation(LittleEndianExif(9)), kUpright);
}

TEST(Exif, IgnoresCutOffData) {
  const std::vector<uint8_t> exif = LittleEndianExif(6);
  for (size_t length = 0; length < exif.size(); ++length) {
    EXPECT_EQ(ExifOrientation(Bytes(exif).first(length)), kUpright) << length;
  }
}

TEST(Exif, IgnoresWrongTypesAndOffsets) {
  std::vector<uint8_t> exif = LittleEndianExif(6);
  exif[12] = 2;  // a string
  EXPECT_EQ(ExifOrientation(exif), kUpright);
  exif = LittleEndianExif(6);
  exif[4] = exif[5] = exif[6] = exif[7] = 0xFF;  // a directory at 4 GB
  EXPECT_EQ(ExifOrientation(exif), kUpright);
  exif = LittleEndianExif(6);
  exif[8] = exif[9] = 0xFF;  // 65535 entries, of which one is there
  EXPECT_EQ(ExifOrientation(exif), 6);
}

}  // namespace
}  // namespace tabtrain
