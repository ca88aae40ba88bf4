#pragma once
// How the tokens of a text read, for the eye: as the text writes them where it is known, else as the tokenizer does.

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/tokenizer.h"

namespace lab {

/// One for each token. Where `text` is given, its pieces stand for the tokens that have no meaning of their own; what
/// the tokenizer does not know is in angles: "‹gnu›".
std::vector<std::string> token_labels(const Tokenizer& tokenizer, std::span<const int> tokens,
                                      std::string_view text = {});

}  // namespace lab
