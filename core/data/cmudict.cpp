#include "core/data/cmudict.h"

#include <algorithm>
#include <unordered_map>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/data/lines.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr uint32_t kHeadwordsATest = 20;
constexpr uint64_t kSeed = 4;
constexpr size_t kMostLetters = 16;

bool is_spelling(std::string_view word) {
  return !word.empty() && word.size() <= kMostLetters &&
         std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
}

}  // namespace

TextPairs read_cmudict(const std::string& folder) {
  const std::string path = folder + "/cmudict-en-us.dict", text = read_text(path);
  TextPairs train, test;
  std::unordered_map<std::string, bool> tested;  // by headword: the other ways to say it follow the first
  Rng rng(kSeed, stream::kTexts);
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    const size_t space = line.find(' ');
    if (space == line.npos || space == 0 || space + 1 == line.size())
      throw Error("{} has no word with its sounds in line {}; fetch it again.", path, number);
    std::string_view word = line.substr(0, space);
    word = word.substr(0, word.find('('));
    if (!is_spelling(word)) continue;
    const auto [headword, fresh] = tested.try_emplace(std::string(word), false);
    if (fresh) headword->second = rng.below(kHeadwordsATest) == 0;
    (headword->second ? test : train).add(std::string(word), std::string(line.substr(space + 1)));
  }
  train.first_test = train.texts.size();
  for (size_t i = 0; i < test.texts.size(); ++i) train.add(std::move(test.texts[i]), std::move(test.answers[i]));
  return train;
}

}  // namespace lab
