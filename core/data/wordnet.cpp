#include "core/data/wordnet.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/data/lines.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr size_t kClasses = 12, kMost = 2000;
constexpr int kFirstFile = 3, kFiles = 26;  // of nouns
constexpr uint64_t kSeed = 2;

// lexnames(5WN): the lexicographer's files 03 … 28.
constexpr std::array<const char*, kFiles> kNames = {
    "thing",      "act",     "animal",   "artifact", "attribute", "body",   "thought",   "communication", "event",
    "feeling",    "food",    "group",    "location", "motive",    "object", "person",    "phenomenon",    "plant",
    "possession", "process", "quantity", "relation", "shape",     "state",  "substance", "time"};

int file_number(std::string_view line) {
  int number = -1;
  if (line.size() > 11) std::from_chars(line.data() + 9, line.data() + 11, number);
  return number - kFirstFile;
}

// Without the examples, which stand in quotation marks.
std::string_view definition(std::string_view line) {
  const size_t bar = line.find(" | ");
  if (bar == line.npos) return "";
  std::string_view gloss = line.substr(bar + 3);
  gloss = gloss.substr(0, gloss.find("; \""));
  while (!gloss.empty() && gloss.back() == ' ') gloss.remove_suffix(1);
  return gloss;
}

// So many at random, in the order in which they stand.
void thin(std::vector<std::string>& texts, size_t most, uint64_t stream) {
  if (texts.size() <= most) return;
  std::vector<uint32_t> order(texts.size());
  Rng(kSeed, stream::kTexts + (stream << 8)).permute(order);
  order.resize(most);
  std::sort(order.begin(), order.end());
  for (size_t i = 0; i < most; ++i) texts[i] = std::move(texts[order[i]]);
  texts.resize(most);
}

}  // namespace

LabelledTexts read_wordnet(const std::string& folder) {
  const std::string path = folder + "/data.noun", text = read_text(path);
  std::array<std::vector<std::string>, kFiles> glosses;
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    if (line.starts_with("  ")) continue;  // the licence
    const int file = file_number(line);
    const std::string_view gloss = definition(line);
    if (file < 0 || file >= kFiles || gloss.empty())
      throw Error("{} has no definition of a noun in line {}; fetch WordNet again.", path, number);
    glosses[file].emplace_back(gloss);
  }
  std::array<int, kFiles> order;
  for (int i = 0; i < kFiles; ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return glosses[a].size() > glosses[b].size(); });
  std::sort(order.begin(), order.begin() + kClasses);
  LabelledTexts all;
  for (size_t k = 0; k < kClasses && !glosses[order[k]].empty(); ++k) {
    thin(glosses[order[k]], kMost, k);
    all.classes.push_back(kNames[order[k]]);
    for (std::string& gloss : glosses[order[k]]) all.add(std::move(gloss), static_cast<int>(k));
  }
  all.shuffle_and_split(5);
  return all;
}

}  // namespace lab
