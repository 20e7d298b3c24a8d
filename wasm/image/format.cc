#include "image/format.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <string>

namespace tabtrain {
namespace {

using std::string_view_literals::operator""sv;

struct Signature {
  size_t offset;
  std::string_view text;
  std::string_view description;
};

constexpr std::array kSignatures = {
    Signature{0, "GIF8"sv, "a GIF image"sv},
    Signature{8, "WEBP"sv, "a WebP image"sv},
    Signature{4, "ftypavi"sv, "an AVIF image"sv},
    Signature{4, "ftyphei"sv, "a HEIC image"sv},
    Signature{4, "ftyphev"sv, "a HEIC image"sv},
    Signature{4, "ftypmif1"sv, "a HEIC or AVIF image"sv},
    Signature{4, "ftypmsf1"sv, "a HEIC or AVIF image"sv},
    Signature{4, "ftyp"sv, "a video"sv},
    Signature{0, "II*\0"sv, "a TIFF or camera raw image"sv},
    Signature{0, "MM\0*"sv, "a TIFF or camera raw image"sv},
    Signature{0, "\xff\x0a"sv, "a JPEG XL image"sv},
    Signature{4, "JXL "sv, "a JPEG XL image"sv},
    Signature{4, "jP  "sv, "a JPEG 2000 image"sv},
    Signature{0, "8BPS"sv, "a Photoshop document"sv},
    Signature{0, "\0\0\1\0"sv, "an icon"sv},
    Signature{0, "%PDF"sv, "a PDF document"sv},
    Signature{0, "PK\3\4"sv, "a zip archive"sv},
};

std::string LowerCaseStart(Bytes file) {
  std::string text;
  for (const uint8_t byte : Slice(file, 0, 1024)) {
    text += static_cast<char>(std::tolower(byte));
  }
  return text;
}

}  // namespace

Format DetectFormat(Bytes file) {
  if (HasText(file, 0, "\xff\xd8\xff")) return Format::kJpeg;
  if (HasText(file, 0, "\x89PNG\r\n\x1a\n")) return Format::kPng;
  if (HasText(file, 0, "BM")) return Format::kBmp;
  return Format::kOther;
}

std::string_view DescribeOtherFormat(Bytes file) {
  const auto signature = std::ranges::find_if(kSignatures, [file](const Signature& candidate) {
    return HasText(file, candidate.offset, candidate.text);
  });
  if (signature != kSignatures.end()) return signature->description;

  const std::string text = LowerCaseStart(file);
  if (text.find("<html") != text.npos || text.find("<!doctype html") != text.npos) {
    return "a web page, not an image";
  }
  if (text.find("<svg") != text.npos) return "an SVG drawing";
  return "not an image";
}

}  // namespace tabtrain
