#include "image/header.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <string>

#include "core/error.h"
#include "image/jpeg_header.h"

namespace tabtrain {
namespace {

constexpr int64_t kJpegPixelsPerByte = 512;  // a block of 8x8 takes a bit or more
constexpr int64_t kPngPixelsPerByte = 8256;  // 8 in a byte, deflated 1032 times

[[noreturn]] void ThrowUnsupported(std::string_view description) {
  throw Error(ErrorCode::kUnsupportedImage,
              "This is " + std::string(description) + ": use a JPEG, PNG or BMP image instead.");
}

[[noreturn]] void ThrowCutOff() {
  ThrowCorrupt("The file ends before its picture does, as after a broken download");
}

void CheckSize(int64_t width, int64_t height) {
  if (width < 1 || height < 1) ThrowCorrupt("The file is broken: its picture has no pixels");
  CheckPixelCount(width, height);
}

// No format packs more than `pixels_per_byte` pixels into a byte: a file of fewer bytes is cut off,
// and nothing is allocated for the pixels that it promises.
void CheckLength(Bytes file, const ImageHeader& header, int64_t pixels_per_byte) {
  const int64_t pixels = int64_t{header.width} * header.height;
  if (static_cast<int64_t>(file.size()) < pixels / pixels_per_byte) ThrowCutOff();
}

ImageHeader ReadJpeg(Bytes file) {
  const JpegHeader jpeg = WalkJpeg(file);
  if (jpeg.frame_marker == 0) ThrowCutOff();
  if (jpeg.frame_marker > 0xC2 || jpeg.precision != 8) {
    ThrowUnsupported("a JPEG of a rare kind (lossless, arithmetic coding or 12 bit)");
  }
  if (jpeg.components == 4 && !jpeg.has_adobe_marker) {
    ThrowUnsupported("a JPEG with four colours that does not say which");
  }
  CheckSize(jpeg.width, jpeg.height);
  if (jpeg.scans > kMaxScans) {
    throw Error(ErrorCode::kImageTooLarge, "The JPEG has " + std::to_string(jpeg.scans) +
                                               " scans, and at most " + std::to_string(kMaxScans) +
                                               " are read: open and save it with another program.");
  }
  if (!jpeg.complete || jpeg.scans == 0) ThrowCutOff();
  const ImageHeader header{Format::kJpeg, jpeg.width, jpeg.height, jpeg.orientation};
  CheckLength(file, header, kJpegPixelsPerByte);
  return header;
}

// A chunk is a length (4), a type (4), data of that length and a checksum (4); the first one is
// IHDR. See https://www.w3.org/TR/png/.
ImageHeader ReadPng(Bytes file) {
  if (!HasText(file, 12, "IHDR")) ThrowCorrupt("The PNG file is broken: it has no header");
  const uint32_t width = BigEndian(file, 16, 4);
  const uint32_t height = BigEndian(file, 20, 4);
  CheckSize(width, height);
  ImageHeader header{Format::kPng, static_cast<int>(width), static_cast<int>(height)};
  CheckLength(file, header, kPngPixelsPerByte);
  bool complete = false;
  for (uint64_t offset = 8; offset + 8 <= file.size() && !complete;) {
    const Bytes chunk = Slice(file, offset);
    const uint32_t length = BigEndian(chunk, 0, 4);
    if (HasText(chunk, 4, "eXIf")) header.orientation = ExifOrientation(Slice(chunk, 8, length));
    complete = HasText(chunk, 4, "IEND");
    offset += uint64_t{12} + length;
  }
  if (!complete) ThrowCutOff();
  return header;
}

// See BITMAPFILEHEADER, BITMAPCOREHEADER and BITMAPINFOHEADER in Microsoft's GDI reference.
ImageHeader ReadBmp(Bytes file) {
  const uint32_t pixels = LittleEndian(file, 10, 4);
  const uint32_t header_bytes = LittleEndian(file, 14, 4);
  const bool core = header_bytes == 12;
  const int64_t width =
      core ? LittleEndian(file, 18, 2) : int64_t{static_cast<int32_t>(LittleEndian(file, 18, 4))};
  const int64_t height =
      core ? LittleEndian(file, 20, 2) : int64_t{static_cast<int32_t>(LittleEndian(file, 22, 4))};
  const int64_t bits = LittleEndian(file, core ? 24 : 28, 2);
  const uint32_t compression = core ? 0 : LittleEndian(file, 30, 4);
  if (file.size() < 14 + std::max(uint64_t{12}, uint64_t{header_bytes})) ThrowCutOff();
  constexpr std::array<uint32_t, 5> kHeaderBytes = {12, 40, 56, 108, 124};
  if (std::ranges::find(kHeaderBytes, header_bytes) == kHeaderBytes.end() ||
      (compression != 0 && compression != 3)) {
    ThrowUnsupported("a BMP image of a rare kind");
  }
  CheckSize(width, std::abs(height));  // a negative height means that the top row comes first
  const int64_t row_bytes = (width * bits + 31) / 32 * 4;
  const int64_t last_row_bytes = (width * bits + 7) / 8;  // some programs leave its padding out
  const int64_t end = pixels + row_bytes * (std::abs(height) - 1) + last_row_bytes;
  if (static_cast<int64_t>(file.size()) < end) ThrowCutOff();
  return {Format::kBmp, static_cast<int>(width), static_cast<int>(std::abs(height))};
}

}  // namespace

void ThrowCorrupt(std::string_view what) {
  throw Error(
      ErrorCode::kCorruptImage,
      std::string(what) + ": get a new copy of it, or open and save it with another program.");
}

void CheckPixelCount(int64_t width, int64_t height) {
  if (width <= kMaxSide && height <= kMaxSide && width * height <= kMaxPixels) return;
  throw Error(ErrorCode::kImageTooLarge, "The image is " + std::to_string(width) + " x " +
                                             std::to_string(height) + " pixels, and at most " +
                                             std::to_string(kMaxSide) + " a side and " +
                                             std::to_string(kMaxPixels / 1'000'000) +
                                             " million in all are read: make it smaller.");
}

ImageHeader ReadHeader(Bytes file) {
  if (file.empty()) throw Error(ErrorCode::kCorruptImage, "The file is empty: choose another one.");
  const Format format = DetectFormat(file);
  if (format == Format::kOther) ThrowUnsupported(DescribeOtherFormat(file));
  if (file.size() > kMaxFileBytes) {
    throw Error(ErrorCode::kImageTooLarge,
                "The file has " + std::to_string(file.size() >> 20) + " MB, and at most " +
                    std::to_string(kMaxFileBytes >> 20) + " are read: save a smaller copy of it.");
  }
  if (format == Format::kJpeg) return ReadJpeg(file);
  return format == Format::kPng ? ReadPng(file) : ReadBmp(file);
}

}  // namespace tabtrain
