#include <algorithm>
#include <map>

#include "core/text/pieces.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

using Counts = std::unordered_map<std::string, int64_t>;

// The most frequent first, and of those alike the first in the alphabet: the same whatever order they were counted in.
std::vector<std::string> most_frequent(const Counts& counts, int most, int fewest) {
  std::vector<std::pair<int64_t, std::string>> order;
  for (const auto& [token, count] : counts)
    if (count >= fewest) order.emplace_back(-count, token);
  std::sort(order.begin(), order.end());
  order.resize(std::min<size_t>(order.size(), std::max(most, 0)));
  std::vector<std::string> tokens;
  for (auto& [ignored, token] : order) tokens.push_back(std::move(token));
  return tokens;
}

std::vector<std::string> frequent_characters(std::span<const std::string> texts, int most, int fewest) {
  Counts counts;
  for (const std::string& text : texts)
    each_character(text, [&](std::string_view character) { ++counts[std::string(character)]; });
  return most_frequent(counts, most, fewest);
}

// A piece as the tokens it is made of so far, and how often it occurs.
struct CountedPiece {
  std::vector<int> numbers;
  int64_t count;
};

class PairLearner {
 public:
  PairLearner(std::span<const std::string> texts, std::vector<std::string> characters)
      : tokens_(std::move(characters)), characters_(Tokenizer::Kind::kCharacters, tokens_) {
    std::map<std::string, int64_t, std::less<>> counts;  // in order: the same on every machine
    for (const std::string& text : texts)
      each_piece(text, [&](std::string_view piece) {
        const auto found = counts.find(piece);
        ++(found != counts.end() ? found->second : counts[std::string(piece)]);
      });
    for (const auto& [piece, count] : counts) {
      pieces_.push_back({characters_.encode(piece), count});
      count_pairs(pieces_.back(), 1);
    }
  }

  /// One more token; false where no pair occurs twice.
  bool learn() {
    Tokenizer::Pair best{};
    int64_t most = 1;
    for (const auto& [pair, count] : pairs_)
      if (count > most) best = pair, most = count;
    if (most < 2) return false;
    const int made = Tokenizer::kFirstOwn + static_cast<int>(tokens_.size());
    tokens_.push_back(tokens_[best[0] - Tokenizer::kFirstOwn] + tokens_[best[1] - Tokenizer::kFirstOwn]);
    merges_.push_back(best);
    for (CountedPiece& piece : pieces_) {
      if (!has(piece, best)) continue;
      count_pairs(piece, -1);
      merge_pair(piece.numbers, best, made);
      count_pairs(piece, 1);
    }
    return true;
  }

  Tokenizer tokenizer() const { return Tokenizer(Tokenizer::Kind::kPairs, tokens_, merges_); }

 private:
  static bool has(const CountedPiece& piece, const Tokenizer::Pair& pair) {
    for (size_t i = 0; i + 1 < piece.numbers.size(); ++i)
      if (piece.numbers[i] == pair[0] && piece.numbers[i + 1] == pair[1]) return true;
    return false;
  }

  void count_pairs(const CountedPiece& piece, int sign) {
    for (size_t i = 0; i + 1 < piece.numbers.size(); ++i) {
      const auto entry = pairs_.try_emplace({piece.numbers[i], piece.numbers[i + 1]}, 0).first;
      if ((entry->second += sign * piece.count) == 0) pairs_.erase(entry);
    }
  }

  std::vector<std::string> tokens_;
  Tokenizer characters_;
  std::vector<CountedPiece> pieces_;
  std::map<Tokenizer::Pair, int64_t> pairs_;  // in order: of pairs alike the first counts
  std::vector<Tokenizer::Pair> merges_;
};

constexpr int kAllCharacters = 1 << 20;

}  // namespace

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> words;
  size_t begin = 0, at = 0;
  const auto end_word = [&] {
    if (at > begin) words.push_back(text.substr(begin, at - begin));
  };
  each_character(text, [&](std::string_view character) {
    const CharacterKind kind = kind_of(character);
    const bool inside = kind == CharacterKind::kLetter || kind == CharacterKind::kDigit;
    if (!inside) end_word();
    at += character.size();
    if (!inside) begin = at;
  });
  end_word();
  return words;
}

Tokenizer learn_characters(std::span<const std::string> texts, int most, int fewest) {
  return Tokenizer(Tokenizer::Kind::kCharacters, frequent_characters(texts, most, fewest));
}

Tokenizer learn_words(std::span<const std::string> texts, int most, int fewest) {
  Counts counts;
  for (const std::string& text : texts)
    for (std::string_view word : words_of(text)) ++counts[lower_case(word)];
  return Tokenizer(Tokenizer::Kind::kWords, most_frequent(counts, most, fewest));
}

Tokenizer learn_pairs(std::span<const std::string> texts, int pairs, const std::function<bool(double)>& go_on) {
  PairLearner learner(texts, frequent_characters(texts, kAllCharacters, 1));
  for (int made = 0; made < pairs && learner.learn(); ++made)
    if (go_on && !go_on(static_cast<double>(made + 1) / pairs)) break;
  return learner.tokenizer();
}

}  // namespace lab
