// What kind of file a row of bytes is, by its first bytes; names and endings are never looked at.
#pragma once

#include <string_view>

#include "image/bytes.h"

namespace tabtrain {

enum class Format { kJpeg, kPng, kBmp, kOther };

Format DetectFormat(Bytes file);

// What a file that is not decoded here is, to fill "This is ...": "a WebP image", "a web page".
std::string_view DescribeOtherFormat(Bytes file);

}  // namespace tabtrain
