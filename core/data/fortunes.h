#pragma once
// Fortune files: sayings, one after the other with a line "%" between them, a folder a language.

#include <string>

#include "core/data/text_samples.h"

namespace lab {

/// Up to 1500 sayings of twelve languages, the first 80 characters of each, none twice; a fifth for the test. Folders
/// named "off" hold what offends and are never opened. Throws Error where a language has none.
LabelledTexts read_languages(const std::string& folder);

/// The poems of the Tang dynasty as one text, title, poet and lines, with an empty line between them.
std::string read_tang_poems(const std::string& folder);

}  // namespace lab
