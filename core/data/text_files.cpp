#include "core/data/text_files.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/lines.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

// Calls take(before, after) for the two sides of every line's first tab.
template <class Take>
void each_line(const std::string& text, const std::string& path, const Take& take) {
  int number = 0;
  for (std::string_view line : lines_of(text)) {
    ++number;
    if (line.empty()) continue;
    const size_t tab = line.find('\t');
    if (tab == line.npos || tab == 0 || tab + 1 == line.size())
      throw Error("{} has no text, tab and answer in line {}.", path, number);
    take(line.substr(0, tab), line.substr(tab + 1));
  }
}

}  // namespace

LabelledTexts read_labelled_file(const std::string& path) {
  constexpr size_t kMostClasses = 64;
  const std::string text = read_text(path);
  LabelledTexts all;
  each_line(text, path, [&](std::string_view sample, std::string_view name) {
    const auto found = std::find(all.classes.begin(), all.classes.end(), name);
    const auto label = static_cast<size_t>(found - all.classes.begin());
    if (label >= kMostClasses)
      throw Error("{} has more than {} classes, the most that can be shown.", path, kMostClasses);
    if (found == all.classes.end()) all.classes.emplace_back(name);
    all.add(std::string(sample), static_cast<int>(label));
  });
  all.shuffle_and_split(5);
  return all;
}

TextPairs read_paired_file(const std::string& path) {
  const std::string text = read_text(path);
  TextPairs all;
  each_line(text, path, [&](std::string_view sample, std::string_view answer) {
    all.add(std::string(sample), std::string(answer));
  });
  all.first_test = all.texts.size() - all.texts.size() / 20;
  return all;
}

}  // namespace lab
