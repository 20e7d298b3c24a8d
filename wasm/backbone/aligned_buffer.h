// Memory aligned to a cache line, as XNNPACK's operators want it; not initialised.
#pragma once

#include <cstddef>
#include <memory>
#include <new>
#include <span>

namespace tabtrain {

template <typename T>
class AlignedBuffer {
 public:
  AlignedBuffer() = default;
  explicit AlignedBuffer(size_t size)
      : size_(size), data_(static_cast<T*>(::operator new(size * sizeof(T), kAlignment))) {}

  T* data() const { return data_.get(); }
  size_t size() const { return size_; }
  std::span<T> span() const { return {data(), size_}; }

 private:
  static constexpr std::align_val_t kAlignment{64};
  struct Deleter {
    void operator()(T* data) const { ::operator delete(data, kAlignment); }
  };
  size_t size_ = 0;
  std::unique_ptr<T, Deleter> data_;
};

}  // namespace tabtrain
