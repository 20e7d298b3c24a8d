#include "image/header.h"

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "image/failure.h"
#include "image/golden.h"

namespace tabtrain {
namespace {

using File = std::vector<uint8_t>;
using std::string_literals::operator""s;

File FromText(const std::string& text) { return {text.begin(), text.end()}; }

void Append(File& file, std::initializer_list<int> bytes) {
  for (const int byte : bytes) file.push_back(static_cast<uint8_t>(byte));
}

// A JPEG without pixels: SOI, one frame header, `scans` empty scans, EOI.
File JpegSkeleton(int width, int height, int scans, int frame_marker = 0xC2, int precision = 8,
                  int components = 1) {
  File file;
  Append(file, {0xFF, 0xD8, 0xFF, frame_marker, 0, 8 + 3 * components, precision});
  Append(file, {height >> 8, height & 255, width >> 8, width & 255, components});
  for (int i = 0; i < components; ++i) Append(file, {i + 1, 0x11, 0});
  for (int i = 0; i < scans; ++i) {
    Append(file, {0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0});
    Append(file, {0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56});  // a stuffed zero, a restart
  }
  Append(file, {0xFF, 0xD9});
  return file;
}

// A PNG without pixels: IHDR and IEND.
File PngSkeleton(uint32_t width, uint32_t height) {
  File file = FromText("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"s);
  for (const uint32_t side : {width, height}) {
    for (int shift = 24; shift >= 0; shift -= 8) file.push_back(side >> shift);
  }
  Append(file, {8, 2, 0, 0, 0, 0, 0, 0, 0});
  Append(file, {0, 0, 0, 0, 'I', 'E', 'N', 'D'});
  return file;
}

Failure HeaderFailure(const File& file) {
  return FailureOf([&] { ReadHeader(file); });
}

TEST(Header, ReadsSizeAndOrientation) {
  const ImageHeader jpeg = ReadHeader(ReadGolden("decode/orientation6.jpg"));
  EXPECT_EQ(jpeg.format, Format::kJpeg);
  EXPECT_EQ(jpeg.width, 24);
  EXPECT_EQ(jpeg.height, 16);
  EXPECT_EQ(jpeg.orientation, 6);
  const ImageHeader png = ReadHeader(ReadGolden("decode/rgb.png"));
  EXPECT_EQ(png.format, Format::kPng);
  EXPECT_EQ(png.width, 40);
  EXPECT_EQ(png.height, 27);
  const ImageHeader bmp = ReadHeader(ReadGolden("decode/rgb.bmp"));
  EXPECT_EQ(bmp.format, Format::kBmp);
  EXPECT_EQ(bmp.width, 41);
  EXPECT_EQ(bmp.height, 27);
}

TEST(Header, NamesFormatsThatItDoesNotDecode) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"GIF89a", "a GIF image"},
      {"RIFF\x10\0\0\0WEBPVP8 "s, "a WebP image"},
      {"\0\0\0\x20"
       "ftypavif"s,
       "an AVIF image"},
      {"\0\0\0\x20"
       "ftypheic"s,
       "a HEIC image"},
      {"\0\0\0\x20"
       "ftypmp42"s,
       "a video"},
      {"II*\0\x08\0\0\0"s, "a TIFF or camera raw image"},
      {"MM\0*\0\0\0\x08"s, "a TIFF or camera raw image"},
      {"<?xml version=\"1.0\"?>\n<svg xmlns=", "an SVG drawing"},
      {"\n<!DOCTYPE html><title>404</title>", "a web page, not an image"},
      {"weights and labels", "not an image"},
      {"\xff", "not an image"},
  };
  for (const auto& [text, name] : cases) {
    const Failure failure = HeaderFailure(FromText(text));
    EXPECT_EQ(failure.code, ErrorCode::kUnsupportedImage) << name;
    EXPECT_EQ(failure.message, "This is " + name + ": use a JPEG, PNG or BMP image instead.");
  }
}

TEST(Header, RefusesRareJpegs) {
  EXPECT_EQ(HeaderFailure(JpegSkeleton(8, 8, 1, 0xC3)).code, ErrorCode::kUnsupportedImage);
  EXPECT_EQ(HeaderFailure(JpegSkeleton(8, 8, 1, 0xC9)).code, ErrorCode::kUnsupportedImage);
  EXPECT_EQ(HeaderFailure(JpegSkeleton(8, 8, 1, 0xC1, 12)).code, ErrorCode::kUnsupportedImage);
  EXPECT_EQ(HeaderFailure(JpegSkeleton(8, 8, 1, 0xC0, 8, 4)).code, ErrorCode::kUnsupportedImage);
}

TEST(Header, RefusesRareBmps) {
  File file = ReadGolden("decode/gray.bmp");
  file[30] = 1;  // run lengths
  EXPECT_EQ(HeaderFailure(file).code, ErrorCode::kUnsupportedImage);
  file = ReadGolden("decode/gray.bmp");
  file[14] = 64;  // the header of OS/2 2.0
  EXPECT_EQ(HeaderFailure(file).code, ErrorCode::kUnsupportedImage);
}

TEST(Header, SaysThatAnEmptyFileIsEmpty) {
  const Failure failure = HeaderFailure({});
  EXPECT_EQ(failure.code, ErrorCode::kCorruptImage);
  EXPECT_EQ(failure.message, "The file is empty: choose another one.");
}

// Whatever is missing at the end is noticed, but for the padding of a BMP's last row and the
// checksum of a PNG's last chunk.
TEST(Header, RefusesEveryCutOffFile) {
  for (const std::string name :
       {"420.jpg", "progressive.jpg", "orientation6.jpg", "rgb.png", "one_bit.bmp"}) {
    const File whole = ReadGolden("decode/" + name);
    EXPECT_NO_THROW(ReadHeader(whole)) << name;
    for (size_t length = 0; length + 4 < whole.size(); ++length) {
      const Failure failure =
          HeaderFailure({whole.begin(), whole.begin() + static_cast<ptrdiff_t>(length)});
      EXPECT_TRUE(failure.code == ErrorCode::kCorruptImage ||
                  (length < 8 && failure.code == ErrorCode::kUnsupportedImage))
          << name << " cut to " << length << " bytes: " << failure.message;
    }
  }
}

TEST(Header, RefusesTooManyPixels) {
  const std::vector<File> files = {JpegSkeleton(16385, 1, 1), JpegSkeleton(10000, 10000, 1),
                                   PngSkeleton(1, 16385), PngSkeleton(8001, 8001),
                                   PngSkeleton(0xFFFFFFFF, 0xFFFFFFFF)};
  for (const File& file : files) {
    EXPECT_EQ(HeaderFailure(file).code, ErrorCode::kImageTooLarge);
  }
  EXPECT_EQ(HeaderFailure(PngSkeleton(16385, 20)).message,
            "The image is 16385 x 20 pixels, and at most 16384 a side and 64 million in all are "
            "read: make it smaller.");
}

TEST(Header, RefusesPicturesWithoutPixels) {
  EXPECT_EQ(HeaderFailure(JpegSkeleton(8, 0, 1)).code, ErrorCode::kCorruptImage);
  EXPECT_EQ(HeaderFailure(PngSkeleton(0, 8)).code, ErrorCode::kCorruptImage);
}

// A file much shorter than its pixels can be packed would cost memory before the decoder notices.
TEST(Header, RefusesPixelsThatTheFileIsTooShortFor) {
  EXPECT_EQ(HeaderFailure(JpegSkeleton(8000, 8000, 1)).code, ErrorCode::kCorruptImage);
  EXPECT_EQ(HeaderFailure(PngSkeleton(8000, 8000)).code, ErrorCode::kCorruptImage);
}

TEST(Header, CountsScans) {
  EXPECT_NO_THROW(ReadHeader(JpegSkeleton(8, 8, kMaxScans)));
  const Failure failure = HeaderFailure(JpegSkeleton(8, 8, kMaxScans + 1));
  EXPECT_EQ(failure.code, ErrorCode::kImageTooLarge);
  EXPECT_EQ(failure.message,
            "The JPEG has 65 scans, and at most 64 are read: open and save it with another "
            "program.");
}

TEST(Header, RefusesLongFiles) {
  File file = PngSkeleton(8, 8);
  file.resize(kMaxFileBytes + 1);
  EXPECT_EQ(HeaderFailure(file).code, ErrorCode::kImageTooLarge);
}

// 64 MB of empty scans: the largest file that the walk can meet, at its slowest.
TEST(Header, RefusesAScanBombInNoTime) {
  const File bomb = JpegSkeleton(8000, 8000, 3'900'000);
  ASSERT_LT(bomb.size(), kMaxFileBytes);
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(HeaderFailure(bomb).code, ErrorCode::kImageTooLarge);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
}

}  // namespace
}  // namespace tabtrain
