#pragma once
// Attention whose heads are not all alike: a kernel each for runs of neighbouring heads, side by side as one.

#include <memory>
#include <vector>

#include "core/attention/attention.h"

namespace lab {

/// Heads first … first + count − 1 of the whole, and their kernel: one of `count` heads.
struct HeadKernel {
  int first = 0, count = 0;
  std::unique_ptr<AttentionKernel> kernel;
};

/// `parts` hold every head once, in order.
std::unique_ptr<AttentionKernel> join_heads(std::vector<HeadKernel> parts);

}  // namespace lab
