#include "core/text/tokenizer.h"

#include <algorithm>
#include <limits>

#include "core/base/error.h"
#include "core/base/json.h"
#include "core/text/pieces.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr const char* kKindNames[] = {"characters", "words", "pairs"};

uint64_t key(const Tokenizer::Pair& pair) {
  return static_cast<uint64_t>(pair[0]) << 32 | static_cast<uint32_t>(pair[1]);
}

}  // namespace

Tokenizer::Tokenizer(Kind kind, std::vector<std::string> own, std::vector<Pair> merges)
    : kind_(kind), tokens_{"‹unknown›", "‹begin›", "‹end›"}, merges_(std::move(merges)) {
  const size_t learnt_whole = own.size() - std::min(own.size(), merges_.size());
  for (size_t i = 0; i < own.size(); ++i) {
    std::string& token = own[i];
    if (token.empty()) throw Error("A tokenizer's tokens must not be empty.");
    // What pairs make may read alike: a + bc and ab + c.
    if (!numbers_.emplace(token, size()).second && i < learnt_whole)
      throw Error("A tokenizer has the token \"{}\" twice.", token);
    tokens_.push_back(std::move(token));
  }
  const int first_made = size() - static_cast<int>(merges_.size());
  for (size_t rank = 0; rank < merges_.size(); ++rank) {
    const auto [a, b] = merges_[rank];
    const int made = first_made + static_cast<int>(rank);
    if (made < kFirstOwn || a < kFirstOwn || b < kFirstOwn || a >= made || b >= made ||
        tokens_[a] + tokens_[b] != tokens_[made])
      throw Error("A tokenizer's pair {} does not make its token.", rank + 1);
    ranks_.emplace(key(merges_[rank]), static_cast<int>(rank));
  }
}

int Tokenizer::find(std::string_view token) const {
  const auto found = numbers_.find(token);
  return found == numbers_.end() ? kUnknown : found->second;
}

// Merges what was learnt first, first.
std::vector<int> Tokenizer::encode_piece(std::string_view piece) const {
  std::vector<int> numbers;
  each_character(piece, [&](std::string_view character) { numbers.push_back(find(character)); });
  for (;;) {
    int best = std::numeric_limits<int>::max();
    for (size_t i = 0; i + 1 < numbers.size(); ++i)
      if (const auto found = ranks_.find(key({numbers[i], numbers[i + 1]})); found != ranks_.end())
        best = std::min(best, found->second);
    if (best == std::numeric_limits<int>::max()) return numbers;
    merge_pair(numbers, merges_[best], size() - static_cast<int>(merges_.size()) + best);
  }
}

template <class Visit>
void Tokenizer::each_token(std::string_view text, const Visit& visit) const {
  if (kind_ == Kind::kCharacters) {
    each_character(text, [&](std::string_view character) { visit(find(character), character); });
  } else if (kind_ == Kind::kWords) {
    for (std::string_view word : words_of(text)) visit(find(lower_case(word)), word);
  } else {
    std::unordered_map<std::string_view, std::vector<int>> known;
    each_piece(text, [&](std::string_view piece) {
      const auto [entry, fresh] = known.try_emplace(piece);
      if (fresh) entry->second = encode_piece(piece);
      for (int number : entry->second) {
        // A token that is unknown is one character, as long as it may be.
        const size_t bytes = number == kUnknown ? first_character(piece).size() : tokens_[number].size();
        visit(number, piece.substr(0, bytes));
        piece.remove_prefix(bytes);
      }
    });
  }
}

std::vector<int> Tokenizer::encode(std::string_view text) const {
  std::vector<int> numbers;
  each_token(text, [&](int number, std::string_view) { numbers.push_back(number); });
  return numbers;
}

std::vector<std::string_view> Tokenizer::pieces(std::string_view text) const {
  std::vector<std::string_view> all;
  each_token(text, [&](int, std::string_view piece) { all.push_back(piece); });
  return all;
}

std::string Tokenizer::decode(std::span<const int> numbers) const {
  std::string text;
  for (int number : numbers) {
    if (number == kBegin || number == kEnd) continue;
    if (kind_ == Kind::kWords && !text.empty()) text += ' ';
    text += number == kUnknown ? "�" : tokens_[number];
  }
  return text;
}

std::string Tokenizer::to_json() const {
  nlohmann::ordered_json json = {{"kind", kKindNames[static_cast<int>(kind_)]}};
  json["tokens"] = std::vector<std::string>(tokens_.begin() + kFirstOwn, tokens_.end());
  if (kind_ == Kind::kPairs) json["merges"] = merges_;
  return json.dump();
}

Tokenizer Tokenizer::from_json(const std::string& text, const std::string& where) {
  const nlohmann::ordered_json json = parse_json(text, where);
  try {
    const auto kind = std::find(std::begin(kKindNames), std::end(kKindNames), json.at("kind").get<std::string>());
    if (kind == std::end(kKindNames)) throw Error("{} is no tokenizer that is known here.", where);
    const auto tokens = json.at("tokens").get<std::vector<std::string>>();
    for (const std::string& token : tokens) check_text(token, where);
    return Tokenizer(static_cast<Kind>(kind - std::begin(kKindNames)), tokens,
                     json.value("merges", std::vector<Pair>()));
  } catch (const nlohmann::json::exception&) {
    throw Error("{} is no tokenizer: it needs a \"kind\" and \"tokens\".", where);
  }
}

}  // namespace lab
