// Folders of photos, with a folder for each class, as the programs read them that measure on
// photos.
#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/input.h"
#include "image/decode.h"
#include "image/image.h"
#include "image/resize.h"

namespace tabtrain {

inline std::vector<uint8_t> ReadFile(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  CheckArgument(file.good(), path.string() + " cannot be read");
  return {std::istreambuf_iterator<char>(file), {}};
}

// What is in a folder, by name.
inline std::vector<std::filesystem::path> Sorted(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

// At the size of the network's input.
inline Image ReadPhoto(const std::filesystem::path& path) {
  return Resize(DecodeImage(ReadFile(path)), kInputSize, kInputSize);
}

// Calls use(label, path, photo) for each photo, the classes one after the other; leaves out files
// that only a browser can decode.
template <typename Use>
void ForEachPhoto(const std::filesystem::path& folder, const Use& use) {
  for (const auto& of_class : Sorted(folder)) {
    for (const auto& path : Sorted(of_class)) {
      Image photo;
      try {
        photo = ReadPhoto(path);
      } catch (const Error& error) {
        if (error.code() != ErrorCode::kUnsupportedImage) throw;
        continue;
      }
      use(of_class.filename().string(), path, photo);
    }
  }
}

}  // namespace tabtrain
