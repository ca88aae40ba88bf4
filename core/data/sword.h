#pragma once
// Bibles as SWORD's zText modules hold them: of each testament .bzs, a row a block of compressed text (a book), .bzv, a
// row a verse, and .bzz, the blocks. All whole numbers are little-endian.

#include <string>
#include <vector>

#include "core/data/text_samples.h"

namespace lab {

struct Verse {
  int book = 0;      // counted over both testaments
  std::string text;  // without markup and notes; empty where the record is a heading
};

/// Every record of both testaments in order: of two modules of one versification, the same number is the same verse.
/// Throws Error, naming the file, where one is damaged.
std::vector<Verse> read_sword(const std::string& folder);

/// The verses as one text, a line each.
std::string verses_as_text(const std::vector<Verse>& verses);

/// Verses of up to so many words on both sides; every ninth book is for the test, since the gospels and the chronicles
/// tell the same more than once. Throws Error where the two have not as many verses.
TextPairs verse_pairs(const std::vector<Verse>& from, const std::vector<Verse>& to, size_t most_words);

}  // namespace lab
