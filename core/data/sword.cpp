#include "core/data/sword.h"

#include <zlib.h>

#include <cstdint>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr size_t kMostBytes = size_t{64} << 20, kMostBlock = size_t{16} << 20;
constexpr size_t kBlockRow = 12, kVerseRow = 10;
constexpr int kBooksATest = 9;

uint32_t number(const std::string& bytes, size_t at, int size) {
  uint32_t value = 0;
  for (int i = 0; i < size; ++i) value |= uint32_t{static_cast<uint8_t>(bytes[at + i])} << (8 * i);
  return value;
}

[[noreturn]] void damaged(const std::string& path) { throw Error("{} is damaged; fetch it again.", path); }

// The blocks of one testament, unpacked.
std::vector<std::string> read_blocks(const std::string& path) {
  const std::string rows = read_file(path + ".bzs", kMostBytes), packed = read_file(path + ".bzz", kMostBytes);
  if (rows.size() % kBlockRow != 0) damaged(path + ".bzs");
  std::vector<std::string> blocks;
  for (size_t at = 0; at < rows.size(); at += kBlockRow) {
    const size_t begin = number(rows, at, 4), size = number(rows, at + 4, 4), raw = number(rows, at + 8, 4);
    if (begin > packed.size() || size > packed.size() - begin || raw > kMostBlock) damaged(path + ".bzs");
    std::string block(raw, '\0');
    uLongf length = raw;
    if (uncompress(reinterpret_cast<Bytef*>(block.data()), &length,
                   reinterpret_cast<const Bytef*>(packed.data()) + begin, size) != Z_OK ||
        length != raw)
      damaged(path + ".bzz");
    blocks.push_back(std::move(block));
  }
  return blocks;
}

// Without <tags>, and without what stands in <note> … </note> or a <title>.
std::string without_markup(std::string_view osis) {
  std::string text;
  int hidden = 0;
  while (!osis.empty()) {
    if (osis[0] != '<') {
      const size_t end = std::min(osis.find('<'), osis.size());
      if (hidden == 0) text += osis.substr(0, end);
      osis.remove_prefix(end);
      continue;
    }
    const size_t end = osis.find('>');
    if (end == osis.npos) break;
    const std::string_view tag = osis.substr(1, end - 1);
    for (const std::string_view name : {"note", "title"}) {
      if (tag.starts_with(name) && !tag.ends_with('/')) ++hidden;
      if (tag.starts_with('/') && tag.substr(1).starts_with(name)) hidden -= hidden > 0;
    }
    osis.remove_prefix(end + 1);
  }
  return text;
}

// One space between words, none around them; what is no UTF-8 is refused.
std::string tidy(std::string_view text, const std::string& path) {
  std::string tidied;
  for (char c : text)
    if (const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r'; !space)
      tidied += c;
    else if (!tidied.empty() && tidied.back() != ' ')
      tidied += ' ';
  if (tidied.ends_with(' ')) tidied.pop_back();
  if (!tidied.empty()) check_text(tidied, path);
  return tidied;
}

void add_testament(std::vector<Verse>& verses, const std::string& path, int first_book) {
  const std::vector<std::string> blocks = read_blocks(path);
  const std::string rows = read_file(path + ".bzv", kMostBytes);
  if (rows.size() % kVerseRow != 0) damaged(path + ".bzv");
  for (size_t at = 0; at < rows.size(); at += kVerseRow) {
    const size_t block = number(rows, at, 4), begin = number(rows, at + 4, 4), size = number(rows, at + 8, 2);
    if (size > 0 && (block >= blocks.size() || begin > blocks[block].size() || size > blocks[block].size() - begin))
      damaged(path + ".bzv");
    Verse verse{first_book + static_cast<int>(block), ""};
    if (size > 0) verse.text = tidy(without_markup(std::string_view(blocks[block]).substr(begin, size)), path + ".bzz");
    verses.push_back(std::move(verse));
  }
}

}  // namespace

std::vector<Verse> read_sword(const std::string& folder) {
  constexpr int kBooksOfTheFirst = 40;  // and the heading before them
  std::vector<Verse> verses;
  add_testament(verses, folder + "/ot", 0);
  add_testament(verses, folder + "/nt", kBooksOfTheFirst);
  return verses;
}

std::string verses_as_text(const std::vector<Verse>& verses) {
  std::string text;
  for (const Verse& verse : verses)
    if (!verse.text.empty()) text += verse.text + "\n";
  return text;
}

TextPairs verse_pairs(const std::vector<Verse>& from, const std::vector<Verse>& to, size_t most_words) {
  if (from.size() != to.size())
    throw Error("The two Bibles have {} and {} records; they count verses in different ways.", from.size(), to.size());
  TextPairs train, test;
  for (size_t i = 0; i < from.size(); ++i) {
    if (from[i].text.empty() || to[i].text.empty()) continue;
    if (words_of(from[i].text).size() > most_words || words_of(to[i].text).size() > most_words) continue;
    (from[i].book % kBooksATest == 0 ? test : train).add(from[i].text, to[i].text);
  }
  train.first_test = train.texts.size();
  for (size_t i = 0; i < test.texts.size(); ++i) train.add(std::move(test.texts[i]), std::move(test.answers[i]));
  return train;
}

}  // namespace lab
