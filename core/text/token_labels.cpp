#include "core/text/token_labels.h"

namespace lab {

std::vector<std::string> token_labels(const Tokenizer& tokenizer, std::span<const int> tokens, std::string_view text) {
  const std::vector<std::string_view> pieces = tokenizer.pieces(text);
  std::vector<std::string> labels;
  size_t piece = 0;
  for (int token : tokens) {
    labels.push_back(tokenizer.token(token));
    if (token == Tokenizer::kBegin || token == Tokenizer::kEnd || piece == pieces.size()) continue;
    const std::string written(pieces[piece++]);
    labels.back() = token == Tokenizer::kUnknown ? "‹" + written + "›" : written;
  }
  return labels;
}

}  // namespace lab
