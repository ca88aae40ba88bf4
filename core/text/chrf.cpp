#include "core/text/chrf.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr size_t kLongest = 6;
constexpr double kBeta = 3;  // a recall counts so much more than precision

// How many runs of one length there are.
struct Runs {
  int64_t ours = 0, true_ones = 0, common = 0;
};

// Where its characters begin, spaces left out, and their text.
struct Characters {
  std::string text;
  std::vector<size_t> begins;

  explicit Characters(std::string_view from) {
    each_character(from, [&](std::string_view character) {
      if (kind_of(character) == CharacterKind::kSpace || character == "\n" || character == "\t") return;
      begins.push_back(text.size());
      text += character;
    });
    begins.push_back(text.size());
  }
  size_t count() const { return begins.size() - 1; }
  std::map<std::string_view, int64_t> runs(size_t length) const {
    std::map<std::string_view, int64_t> found;
    for (size_t at = 0; at + length <= count(); ++at)
      ++found[std::string_view(text).substr(begins[at], begins[at + length] - begins[at])];
    return found;
  }
};

void count(std::array<Runs, kLongest>& all, const Characters& ours, const Characters& truth) {
  for (size_t length = 1; length <= kLongest; ++length) {
    Runs& runs = all[length - 1];
    const auto true_runs = truth.runs(length);
    for (const auto& [run, times] : true_runs) runs.true_ones += times;
    for (const auto& [run, times] : ours.runs(length)) {
      runs.ours += times;
      if (const auto found = true_runs.find(run); found != true_runs.end())
        runs.common += std::min(times, found->second);
    }
  }
}

}  // namespace

double chrf(std::span<const std::string> texts, std::span<const std::string> truths) {
  if (texts.size() != truths.size())
    throw Error("{} texts cannot be compared with {} true ones.", texts.size(), truths.size());
  std::array<Runs, kLongest> all;
  for (size_t i = 0; i < texts.size(); ++i) count(all, Characters(texts[i]), Characters(truths[i]));
  double precision = 0, recall = 0, lengths = 0;
  for (const Runs& runs : all) {
    if (runs.ours == 0 || runs.true_ones == 0) continue;
    precision += static_cast<double>(runs.common) / static_cast<double>(runs.ours);
    recall += static_cast<double>(runs.common) / static_cast<double>(runs.true_ones);
    ++lengths;
  }
  if (precision + recall == 0) return 0;
  precision /= lengths, recall /= lengths;
  return (1 + kBeta * kBeta) * precision * recall / (kBeta * kBeta * precision + recall);
}

}  // namespace lab
