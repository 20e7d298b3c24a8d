#include "core/parallel.h"

namespace tabtrain {
namespace {

class Serial : public Parallel {
 public:
  size_t threads() const override { return 1; }
  void Run(size_t count, const std::function<void(size_t)>& task) override {
    for (size_t i = 0; i < count; ++i) task(i);
  }
};

}  // namespace

Parallel& SerialParallel() {
  static Serial serial;
  return serial;
}

}  // namespace tabtrain
