#pragma once
// Glossary: what the standard terms mean, in one table, and sentences in which they can be pointed at.

#include <span>
#include <string_view>

namespace lab {

struct GlossaryTerm {
  std::string_view term;  // in lower case; its plural is found too
  std::string_view meaning;
};
std::span<const GlossaryTerm> glossary();

/// The term that `word` stands for, whatever its case and punctuation; null: it is none.
const GlossaryTerm* find_term(std::string_view word);

/// A sentence at the cursor, wrapped at `width` real pixels, in the title's size; its terms are underlined, and say
/// what they mean under the mouse.
void draw_explained(std::string_view sentence, float width);

}  // namespace lab
