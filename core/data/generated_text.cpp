#include "core/data/generated_text.h"

#include <algorithm>
#include <map>
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

struct AlignedPair {
  std::string text, answer;
  std::vector<KeyRun> alignment;  // see TextPairs
};

// draw() gives pairs until there are enough different texts: none is tested that was trained.
template <class Draw>
TextPairs draw_pairs(const Draw& draw) {
  TextPairs pairs;
  std::set<std::string> seen;
  while (pairs.texts.size() < kTrain + kTest)
    if (AlignedPair one = draw(); seen.insert(one.text).second) {
      pairs.add(std::move(one.text), std::move(one.answer));
      pairs.alignments.push_back(std::move(one.alignment));
    }
  pairs.first_test = kTrain;
  return pairs;
}

// An answer ends where reading ends: copied, at the text's end, reversed, at its beginning; sorted, nowhere.
AlignedPair rewritten(const std::string& text, Rewriting how) {
  const int count = static_cast<int>(text.size());
  std::vector<int> order(text.size());
  std::iota(order.begin(), order.end(), 0);
  if (how == Rewriting::kReverse) std::reverse(order.begin(), order.end());
  if (how == Rewriting::kSort)
    std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return text[a] < text[b]; });
  AlignedPair pair{text, "", {}};
  for (const int place : order) {
    pair.answer += text[place];
    pair.alignment.push_back({place, place + 1});
  }
  const KeyRun ends[] = {{count, count + 1}, {-1, 0}, {}};  // in the order of Rewriting
  pair.alignment.push_back(ends[static_cast<int>(how)]);
  return pair;
}

constexpr const char* kMonths[] = {"January", "February", "March",     "April",   "May",      "June",
                                   "July",    "August",   "September", "October", "November", "December"};
constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

// d: the day, M: the month's name, m: its first letters, n: its number, y: the year.
constexpr const char* kForms[] = {"d M y", "M d, y", "d m y", "m d, y", "d/n/y"};

AlignedPair written_date(const std::string& form, int year, int month, int day) {
  const std::string name = kMonths[month - 1];
  const std::map<char, std::string> parts = {{'d', std::to_string(day)},
                                             {'M', name},
                                             {'m', name.substr(0, 3)},
                                             {'n', std::to_string(month)},
                                             {'y', std::to_string(year)}};
  AlignedPair pair{"", fmt::format("{:04}-{:02}-{:02}", year, month, day), std::vector<KeyRun>(11)};
  for (const char letter : form) {
    const auto part = parts.find(letter);
    const int begin = static_cast<int>(pair.text.size());
    pair.text += part == parts.end() ? std::string(1, letter) : part->second;
    const KeyRun all = {begin, static_cast<int>(pair.text.size())};
    if (letter == 'y')
      for (int digit = 0; digit < 4; ++digit) pair.alignment[digit] = {begin + digit, begin + digit + 1};
    else if (letter == 'd')
      pair.alignment[8] = pair.alignment[9] = all;
    else if (part != parts.end())
      pair.alignment[5] = pair.alignment[6] = all;
  }
  return pair;
}

}  // namespace

TextPairs make_rewriting(Rewriting how) {
  Rng rng = rng_for(kRewritings);
  return draw_pairs([&] {
    std::string text;
    for (uint32_t left = 4 + rng.below(5); left > 0; --left) text += letter(rng.below(26));
    return rewritten(text, how);
  });
}

TextPairs make_dates() {
  Rng rng = rng_for(kDates);
  return draw_pairs([&] {
    const int year = 1900 + static_cast<int>(rng.below(200)), month = 1 + static_cast<int>(rng.below(12));
    const bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    const int days = kDays[month - 1] + (month == 2 && leap);
    const int day = 1 + static_cast<int>(rng.below(static_cast<uint32_t>(days)));
    return written_date(kForms[rng.below(5)], year, month, day);
  });
}

LabelledTexts make_needles() {
  Rng rng = rng_for(kNeedles);
  LabelledTexts all;
  for (int digit = 0; digit < 10; ++digit) all.classes.push_back(std::to_string(digit));
  for (size_t i = 0; i < kTrain + kTest; ++i) {
    std::string text;
    for (int at = 0; at < kNeedleLetters; ++at) text += letter(rng.below(26));
    const uint32_t digit = rng.below(10);
    text[kNearestNeedle + rng.below(kNeedleLetters - kNearestNeedle)] = static_cast<char>('0' + digit);
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
  all.unseen = {"我喜欢看电影", "我是一个学生", "我爱旅游"};
  return all;
}

}  // namespace lab
