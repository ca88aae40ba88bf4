#pragma once
// The CMU pronouncing dictionary, as pocketsphinx has it: a line a word, "word PH PH …", other ways to say it as
// "word(2) PH PH …".

#include <string>

#include "core/data/text_samples.h"

namespace lab {

/// Every spelling of letters only, with how it is pronounced, the sounds with spaces between them; the other ways to
/// say a word stand on the side of the split where the word is. One headword in twenty is for the test. Throws Error,
/// naming the line, where the file is none.
TextPairs read_cmudict(const std::string& folder);

}  // namespace lab
