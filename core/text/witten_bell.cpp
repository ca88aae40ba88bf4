#include "core/text/witten_bell.h"

#include <algorithm>
#include <cmath>

namespace lab {

namespace {

// SplitMix64's finalizer (Steele, Lea and Flood, 2014).
uint64_t mixed(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

uint64_t with(uint64_t fingerprint, int token) {
  return mixed(fingerprint + 0x9e3779b97f4a7c15u * (static_cast<uint64_t>(token) + 1));
}

}  // namespace

WittenBell::WittenBell(std::span<const int> tokens, int order, int vocabulary)
    : order_(order), uniform_(1.0 / vocabulary) {
  for (size_t at = 0; at < tokens.size(); ++at) {
    uint64_t context = 0;  // grows backwards from the token before
    for (int length = 0; length < order_; ++length) {
      Context& c = contexts_[context];
      ++c.count;
      c.types += ++counts_[with(~context, tokens[at])] == 1;
      if (at < static_cast<size_t>(length) + 1) break;
      context = with(context, tokens[at - length - 1]);
    }
  }
}

double WittenBell::probability(std::span<const int> tokens) const {
  const int token = tokens.back();
  double p = uniform_;
  uint64_t context = 0;
  for (int length = 0; length < order_; ++length) {
    const auto found = contexts_.find(context);
    if (found == contexts_.end()) break;
    const auto seen = counts_.find(with(~context, token));
    const double count = seen == counts_.end() ? 0 : static_cast<double>(seen->second);
    const Context& c = found->second;
    p = (count + static_cast<double>(c.types) * p) / static_cast<double>(c.count + c.types);
    if (tokens.size() < static_cast<size_t>(length) + 2) break;
    context = with(context, tokens[tokens.size() - length - 2]);
  }
  return p;
}

double WittenBell::loss(std::span<const int> tokens) const {
  double total = 0;
  for (size_t end = 1; end <= tokens.size(); ++end) {
    const size_t begin = end - std::min<size_t>(end, order_);
    total -= std::log(probability(tokens.subspan(begin, end - begin)));
  }
  return tokens.empty() ? 0 : total / static_cast<double>(tokens.size());
}

}  // namespace lab
