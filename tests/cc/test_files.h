// Files that tests read, by their path from the project's root.
#pragma once

#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace tabtrain {

inline std::string ProjectPath(const std::string& path) { return TABTRAIN_SOURCE_DIR "/" + path; }

inline bool Exists(const std::string& path) { return std::filesystem::exists(ProjectPath(path)); }

inline std::vector<uint8_t> ReadFile(const std::string& path) {
  std::ifstream file(ProjectPath(path), std::ios::binary);
  EXPECT_TRUE(file.good()) << path << " cannot be read";
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace tabtrain
