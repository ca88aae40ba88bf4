#include "core/attention/pair_mask.h"

#include <algorithm>
#include <charconv>

#include "core/base/error.h"
#include "core/base/parts.h"

namespace lab {

namespace {

// "7" or "2-5", within 0 … tokens−1; false on anything else.
bool parse_run(std::string_view text, int tokens, int& first, int& last) {
  const auto number = [&](std::string_view digits, int& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size() && value >= 0 && value < tokens;
  };
  const size_t dash = text.find('-');
  if (!number(text.substr(0, dash), first)) return false;
  last = first;
  return dash == std::string_view::npos || (number(text.substr(dash + 1), last) && last >= first);
}

}  // namespace

PairMask::PairMask(int tokens, bool exists) : tokens_(tokens) {
  if (tokens < 0 || tokens > kMostTokens)
    throw Error("Pairs can be painted for up to {} tokens; there are {}. Choose larger patches.", kMostTokens, tokens);
  pairs_.assign(static_cast<size_t>(tokens) * tokens, exists);
}

PairMask PairMask::parse(std::string_view text) {
  if (text.empty()) return {};
  const auto rows = std::count(text.begin(), text.end(), '/') + 1;
  PairMask mask(static_cast<int>(std::min<std::ptrdiff_t>(rows, kMostTokens + 1)));
  int query = 0;
  each_part(text, '/', [&](std::string_view row) {
    if (row != "-")
      each_part(row, '.', [&](std::string_view run) {
        int first = 0, last = 0;
        if (!parse_run(run, mask.tokens_, first, last))
          throw Error("Row {} of the painted mask has \"{}\"; its keys are written as 0.2-5, from 0 to {}.", query + 1,
                      run, mask.tokens_ - 1);
        for (int key = first; key <= last; ++key) mask.set(query, key, true);
      });
    ++query;
  });
  return mask;
}

std::string PairMask::text() const {
  std::string text;
  for (int query = 0; query < tokens_; ++query) {
    if (query > 0) text += '/';
    const size_t start = text.size();
    for (int key = 0; key < tokens_; ++key) {
      if (!exists(query, key)) continue;
      const int first = key;
      while (key + 1 < tokens_ && exists(query, key + 1)) ++key;
      if (text.size() > start) text += '.';
      text += key > first ? fmt::format("{}-{}", first, key) : std::to_string(first);
    }
    if (text.size() == start) text += '-';
  }
  return text;
}

}  // namespace lab
