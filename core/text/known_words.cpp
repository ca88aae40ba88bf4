#include "core/text/known_words.h"

#include <string>
#include <unordered_set>

#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

namespace lab {

WordShare known_words(std::string_view text, std::string_view in) {
  std::unordered_set<std::string> words;
  for (std::string_view word : words_of(in)) words.insert(lower_case(word));
  const std::vector<std::string_view> written = words_of(text);
  WordShare share;
  for (size_t i = 1; i + 1 < written.size(); ++i) {
    ++share.count;
    share.known += words.contains(lower_case(written[i]));
  }
  share.share = share.count > 0 ? static_cast<double>(share.known) / share.count : 0;
  return share;
}

}  // namespace lab
