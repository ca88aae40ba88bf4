#pragma once
// KeyBlocks: the keys of a sequence or a picture cut into blocks, for attention that chooses among blocks. Runs of
// tokens on a sequence, squares of patches on a grid; at the ends and edges they are smaller.

#include <span>
#include <vector>

#include "core/attention/pattern.h"

namespace lab {

class KeyBlocks {
 public:
  /// `block` tokens, of patches so many a side; 0: so many that there are about as many blocks as keys in each.
  KeyBlocks(const Geometry& geometry, int block);

  int count() const { return static_cast<int>(first_.size()) - 1; }
  /// In ascending order.
  std::span<const int> keys(int block) const {
    return {keys_.data() + first_[block], keys_.data() + first_[block + 1]};
  }
  int size(int block) const { return first_[block + 1] - first_[block]; }
  int largest() const { return largest_; }
  /// The block where that token is, as a key; −1: there is no such key.
  int of(int token) const { return token < static_cast<int>(block_of_.size()) ? block_of_[token] : -1; }
  /// 1 where block 0 is the tokens before the patches (the class token), which every query sees; else 0.
  int seen_by_all() const { return seen_by_all_; }

 private:
  std::vector<int> keys_;      // block by block
  std::vector<int> first_;     // [blocks + 1]
  std::vector<int> block_of_;  // [M]
  int seen_by_all_ = 0, largest_ = 0;
};

}  // namespace lab
