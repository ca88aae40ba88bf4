#include "core/data/fortunes.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/data/lines.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMost = 1500, kCharacters = 80;
constexpr uint64_t kSeed = 3;

// A language and the folder or the files that hold its sayings.
struct Language {
  const char* name;
  std::vector<std::string> places;
};
const std::vector<Language> kLanguages = {
    {"Bulgarian", {"bg"}}, {"Chinese", {"chinese", "song100", "tang300"}},
    {"Czech", {"cz"}},     {"English", {"fortunes", "literature", "riddles"}},
    {"Esperanto", {"eo"}}, {"German", {"de"}},
    {"Irish", {"ga"}},     {"Italian", {"it"}},
    {"Polish", {"pl"}},    {"Portuguese", {"brasil"}},
    {"Russian", {"ru"}},   {"Spanish", {"es"}},
};

// Without the colours that a terminal would show.
std::string plain(std::string_view saying) {
  std::string text;
  for (size_t at = 0; at < saying.size(); ++at) {
    if (saying[at] == '\x1b') {
      at = saying.find('m', at);
      if (at == saying.npos) break;
    } else {
      text += saying[at];
    }
  }
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.pop_back();
  return text;
}

std::string in_one_line(std::string text) {
  for (char& c : text)
    if (c == '\n' || c == '\t') c = ' ';
  text.erase(std::unique(text.begin(), text.end(), [](char a, char b) { return a == ' ' && b == ' '; }), text.end());
  if (text.starts_with(' ')) text.erase(0, 1);
  return text;
}

void add_file(std::vector<std::string>& sayings, const std::string& path) {
  const std::string text = read_text(path);
  for (std::string_view saying : parts_of(text, "\n%\n"))
    if (std::string clean = plain(saying); !clean.empty()) sayings.push_back(std::move(clean));
}

// Beside each file of sayings lie an index, .dat, and a link to it, .u8.
bool has_sayings(const fs::directory_entry& entry) {
  const std::string ending = entry.path().extension();
  return entry.is_regular_file() && ending != ".dat" && ending != ".u8" && entry.file_size() > 0;
}

std::vector<std::string> sayings_of(const std::string& folder, const Language& language) {
  std::vector<std::string> sayings;
  for (const std::string& place : language.places) {
    const fs::path path = folder + "/" + place;
    if (!fs::is_directory(path)) {
      add_file(sayings, path);
      continue;
    }
    std::vector<std::string> files;  // of the folder itself: nothing below it, where "off" may be
    for (const fs::directory_entry& entry : fs::directory_iterator(path))
      if (has_sayings(entry)) files.push_back(entry.path());
    std::sort(files.begin(), files.end());
    for (const std::string& file : files) add_file(sayings, file);
  }
  return sayings;
}

std::vector<std::string> some_beginnings(const std::vector<std::string>& sayings, uint64_t stream) {
  std::vector<uint32_t> order(sayings.size());
  Rng(kSeed, stream::kTexts + (stream << 8)).permute(order);
  std::vector<std::string> beginnings;
  std::set<std::string> seen;
  for (uint32_t index : order) {
    std::string text = in_one_line(sayings[index]);
    text = first_characters(text, kCharacters);
    if (beginnings.size() < kMost && !text.empty() && seen.insert(text).second) beginnings.push_back(std::move(text));
  }
  return beginnings;
}

}  // namespace

LabelledTexts read_languages(const std::string& folder) {
  LabelledTexts all;
  for (size_t k = 0; k < kLanguages.size(); ++k) {
    const std::vector<std::string> texts = some_beginnings(sayings_of(folder, kLanguages[k]), k);
    if (texts.empty()) throw Error("{} has no sayings in {}; fetch the fortunes again.", folder, kLanguages[k].name);
    all.classes.push_back(kLanguages[k].name);
    for (const std::string& text : texts) all.add(text, static_cast<int>(k));
  }
  all.shuffle_and_split(5);
  return all;
}

std::string read_tang_poems(const std::string& folder) {
  std::vector<std::string> poems;
  add_file(poems, folder + "/tang300");
  std::string text;
  for (const std::string& poem : poems) text += poem + "\n\n";
  return text;
}

}  // namespace lab
