// How the work of our own convolutions is split among threads: into blocks of rows (pixels or
// tiles) that fit into a core's cache, or where there are few rows, into shares of the channels.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>

#include "backbone/thread_pool.h"

namespace tabtrain {

struct WorkSplit {
  // Below so many groups a thread, threads share the rows and split the channels.
  static constexpr size_t kFewGroups = 3;

  size_t rows = 0, panels = 0;
  size_t slots = 1;  // threads at work
  size_t blocks = 1, block_rows = 0;
  size_t shares = 1;

  // `group_rows`: rows that are worked on at once.
  static WorkSplit For(size_t rows, size_t group_rows, size_t largest_block, size_t panels,
                       size_t threads) {
    WorkSplit split{.rows = rows, .panels = panels, .slots = threads};
    const auto ceil_divide = [](size_t a, size_t b) { return (a + b - 1) / b; };
    split.blocks = ceil_divide(rows, std::max(group_rows, largest_block));
    if (rows < kFewGroups * threads * group_rows) {
      split.shares = std::min(threads, panels);
    } else {
      split.blocks = ceil_divide(split.blocks, threads) * threads;
    }
    split.block_rows = ceil_divide(rows, split.blocks);
    return split;
  }

  // Calls task(slot, first row, rows, first panel, end of panels) for every part of the work; calls
  // with the same slot, below `slots`, never overlap.
  template <typename Task>
  void Run(ThreadPool& pool, const Task& task) const {
    std::atomic<size_t> next = 0;
    pool.Run(slots, [&](size_t slot) {
      for (size_t part = next++; part < blocks * shares; part = next++) {
        const size_t first = part / shares * block_rows, share = part % shares;
        if (first >= rows) continue;
        task(slot, first, std::min(block_rows, rows - first), panels * share / shares,
             panels * (share + 1) / shares);
      }
    });
  }
};

}  // namespace tabtrain
