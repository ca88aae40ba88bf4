#pragma once
// PairMask: which pairs of a few tokens exist, one by one, as painted by hand: the settings of the painted pattern.
// A value; written as text, row by row, the tokens counted from 0:
//
//   "0-2/0.2/-"   three tokens: the first sees all, the second the first and the last, the third none

#include <string>
#include <string_view>
#include <vector>

namespace lab {

class PairMask {
 public:
  static constexpr int kMostTokens = 256;  // a picture of all pairs that can still be painted

  /// No tokens.
  PairMask() = default;
  /// All pairs of `tokens` exist, or none. Throws Error above kMostTokens.
  explicit PairMask(int tokens, bool exists = false);
  /// Throws Error on text that is no mask; empty text is one of no tokens.
  static PairMask parse(std::string_view text);
  std::string text() const;

  int tokens() const { return tokens_; }
  bool exists(int query, int key) const { return pairs_[index(query, key)]; }
  void set(int query, int key, bool exists) { pairs_[index(query, key)] = exists; }
  bool operator==(const PairMask&) const = default;

 private:
  size_t index(int query, int key) const { return static_cast<size_t>(query) * tokens_ + key; }

  int tokens_ = 0;
  std::vector<bool> pairs_;  // [N·N]
};

}  // namespace lab
