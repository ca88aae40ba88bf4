#include "core/attention/key_blocks.h"

#include <algorithm>
#include <cmath>

namespace lab {

namespace {

int usual_block(const Geometry& g) {
  const double tokens = std::sqrt(static_cast<double>(g.keys - g.prefix));
  return std::max(1, static_cast<int>(std::lround(g.is_grid() ? std::sqrt(tokens) : tokens)));
}

// The tokens before the patches are block 0 where there are any.
int block_number(const Geometry& g, int block, int token) {
  if (!g.is_grid()) return token / block;
  if (token < g.prefix) return 0;
  const int patch = token - g.prefix, across = (g.columns + block - 1) / block;
  return (g.prefix > 0) + patch / g.columns / block * across + patch % g.columns / block;
}

}  // namespace

KeyBlocks::KeyBlocks(const Geometry& g, int block) : keys_(g.keys), block_of_(g.keys), seen_by_all_(g.prefix > 0) {
  if (block == 0) block = usual_block(g);
  for (int token = 0; token < g.keys; ++token) block_of_[token] = block_number(g, block, token);
  first_.assign(block_of_.back() + 2, 0);
  for (const int number : block_of_) ++first_[number + 1];
  largest_ = *std::max_element(first_.begin(), first_.end());
  for (int number = 0; number < count(); ++number) first_[number + 1] += first_[number];
  std::vector<int> next = first_;
  for (int token = 0; token < g.keys; ++token) keys_[next[block_of_[token]]++] = token;
}

}  // namespace lab
