#pragma once
// The interpolated n-gram model of Witten and Bell (1991): what follows a context is counted, and the weight of the
// next shorter context is the number of different tokens that followed:
//
//   p(c | h) = (count(h c) + types(h) · p(c | shorter h)) / (count(h) + types(h)),   p(c | nothing) = 1 / V
//
// What a language model has to beat.

#include <cstdint>
#include <span>
#include <unordered_map>

namespace lab {

class WittenBell {
 public:
  /// Contexts of up to order − 1 tokens, each in 0 … vocabulary−1.
  WittenBell(std::span<const int> tokens, int order, int vocabulary);

  /// The mean of −log p of each token after those before it, in nats.
  double loss(std::span<const int> tokens) const;
  /// Of the last of `tokens` after the others.
  double probability(std::span<const int> tokens) const;

 private:
  struct Context {
    int64_t count = 0;
    int64_t types = 0;
  };

  int order_;
  double uniform_;
  // By 64-bit fingerprints of the tokens: two of the millions there are meet once in some thousand texts.
  std::unordered_map<uint64_t, Context> contexts_;
  std::unordered_map<uint64_t, int64_t> counts_;
};

}  // namespace lab
