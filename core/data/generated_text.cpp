#include "core/data/generated_text.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/base/rng.h"

namespace lab {

namespace {

constexpr uint64_t kSeed = 5;
constexpr size_t kTrain = 20000, kTest = 1000;

// What each generator draws from.
enum Stream : uint64_t { kRewritings, kDates, kNeedles, kInductions };

Rng rng_for(Stream what) { return Rng(kSeed, stream::kTexts + (static_cast<uint64_t>(what) << 8)); }

char letter(uint32_t number) { return static_cast<char>('a' + number); }

// draw() gives (text, answer) until there are enough different texts: none is tested that was trained.
template <class Draw>
TextPairs draw_pairs(const Draw& draw) {
  TextPairs pairs;
  std::set<std::string> seen;
  while (pairs.texts.size() < kTrain + kTest)
    if (auto [text, answer] = draw(); seen.insert(text).second) pairs.add(std::move(text), std::move(answer));
  pairs.first_test = kTrain;
  return pairs;
}

std::string rewritten(std::string text, Rewriting how) {
  if (how == Rewriting::kReverse) std::reverse(text.begin(), text.end());
  if (how == Rewriting::kSort) std::sort(text.begin(), text.end());
  return text;
}

constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};
constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

std::string written_date(int form, int year, int month, int day) {
  const std::string name = kMonths[month - 1], shorter = name.substr(0, 3);
  switch (form) {
    case 0:
      return fmt::format("{} {} {}", day, name, year);
    case 1:
      return fmt::format("{} {}, {}", name, day, year);
    case 2:
      return fmt::format("{} {} {}", day, shorter, year);
    case 3:
      return fmt::format("{} {}, {}", shorter, day, year);
    default:
      return fmt::format("{}/{}/{}", day, month, year);
  }
}

}  // namespace

TextPairs make_rewriting(Rewriting how) {
  Rng rng = rng_for(kRewritings);
  return draw_pairs([&] {
    std::string text;
    for (uint32_t left = 4 + rng.below(5); left > 0; --left) text += letter(rng.below(26));
    return std::pair(text, rewritten(text, how));
  });
}

TextPairs make_dates() {
  Rng rng = rng_for(kDates);
  return draw_pairs([&] {
    const int year = 1900 + static_cast<int>(rng.below(200)), month = 1 + static_cast<int>(rng.below(12));
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int days = kDays[month - 1] + (month == 2 && leap);
    const int day = 1 + static_cast<int>(rng.below(static_cast<uint32_t>(days)));
    return std::pair(written_date(static_cast<int>(rng.below(5)), year, month, day),
                     fmt::format("{:04}-{:02}-{:02}", year, month, day));
  });
}

LabelledTexts make_needles() {
  constexpr uint32_t kLetters = 40, kNearest = 8;
  Rng rng = rng_for(kNeedles);
  LabelledTexts all;
  for (int digit = 0; digit < 10; ++digit) all.classes.push_back(std::to_string(digit));
  for (size_t i = 0; i < kTrain + kTest; ++i) {
    std::string text;
    for (uint32_t at = 0; at < kLetters; ++at) text += letter(rng.below(26));
    const uint32_t digit = rng.below(10);
    text[kNearest + rng.below(kLetters - kNearest)] = static_cast<char>('0' + digit);
    all.add(text, static_cast<int>(digit));
  }
  all.first_test = kTrain;
  return all;
}

LabelledTexts make_inductions() {
  constexpr uint32_t kLetters = 8, kLength = 8;
  Rng rng = rng_for(kInductions);
  LabelledTexts all;
  for (uint32_t i = 0; i < kLetters; ++i) all.classes.push_back(std::string(1, letter(i)));
  std::vector<uint32_t> order(kLetters);
  for (size_t i = 0; i < kTrain + kTest; ++i) {
    rng.permute(order);
    std::string text;
    for (uint32_t at = 0; at < kLength; ++at) text += letter(order[at]);
    const uint32_t asked = rng.below(kLength - 1);
    all.add(text + " " + letter(order[asked]), static_cast<int>(order[asked + 1]));
  }
  all.first_test = kTrain;
  return all;
}

LabelledTexts make_sentences() {
  constexpr const char* kSentences[] = {"我是一个程序员", "我喜欢读书", "我爱看电影", "我去旅游"};
  constexpr int kTimes = 64;  // so that a batch has each of them many times
  LabelledTexts all;
  all.classes = {"work", "books", "films", "travel"};
  for (int time = 0; time <= kTimes; ++time)
    for (int k = 0; k < 4; ++k) all.add(kSentences[k], k);
  all.first_test = 4 * kTimes;
  return all;
}

}  // namespace lab
