#include "session/row_file.h"

#include "core/error.h"

namespace tabtrain {
namespace {

template <typename To, typename From>
std::span<To> AsBytes(std::span<From> row) {
  return {reinterpret_cast<To*>(row.data()), row.size_bytes()};
}

}  // namespace

std::optional<size_t> RowFile::Add(std::span<const uint16_t> row) {
  CheckInvariant(places_ == 0 || row.size_bytes() == row_bytes_, "a row has another size");
  row_bytes_ = row.size_bytes();
  const size_t place = free_.empty() ? places_ : free_.back();
  if (!bytes_->Write(uint64_t{place} * row_bytes_, AsBytes<const uint8_t>(row))) return {};
  if (free_.empty()) {
    ++places_;
  } else {
    free_.pop_back();
  }
  return place;
}

void RowFile::Read(size_t place, std::span<uint16_t> row) {
  if (bytes_->Read(uint64_t{place} * row_bytes_, AsBytes<uint8_t>(row))) return;
  throw Error(ErrorCode::kStorageFailed,
              "the features that were kept on this device's disk cannot be read any more: remove "
              "the images and add them again");
}

}  // namespace tabtrain
