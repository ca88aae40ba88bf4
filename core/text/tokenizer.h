#pragma once
// Tokenizer: from text to whole numbers and back, as one value. Characters, words (in lower case, without punctuation),
// or byte pairs learnt on the spot (Sennrich, Haddow and Birch, 2016, over characters rather than bytes, so that no
// token splits one). What was never seen is the token kUnknown.
//
//   const Tokenizer words = learn_words(texts, 8000);    // 1. from the training texts
//   std::vector<int> numbers = words.encode("a cat");    // 2.
//   words.token(numbers[1]);                             // 3. "cat"
//   save(words.to_json()); … Tokenizer::from_json(…);    // 4.

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lab {

class Tokenizer {
 public:
  enum class Kind { kCharacters, kWords, kPairs };
  using Pair = std::array<int, 2>;

  /// Tokens with a meaning of their own, the same in every tokenizer.
  static constexpr int kUnknown = 0, kBegin = 1, kEnd = 2, kFirstOwn = 3;

  /// `own` tokens, numbered from kFirstOwn on, and for pairs which two make each of the last ones, in order of
  /// learning. Throws Error where a token is empty or there twice, or a pair is none.
  Tokenizer(Kind kind, std::vector<std::string> own, std::vector<Pair> merges = {});
  Tokenizer() : Tokenizer(Kind::kCharacters, {}) {}

  Kind kind() const { return kind_; }
  int size() const { return static_cast<int>(tokens_.size()); }  // V
  /// How a token reads: "cat"; the ones with a meaning of their own as "‹unknown›" …
  const std::string& token(int number) const { return tokens_[number]; }
  /// The number of a token that reads so, or kUnknown.
  int find(std::string_view token) const;

  std::vector<int> encode(std::string_view text) const;
  /// The pieces of `text` that encode() makes tokens of, one by one.
  std::vector<std::string_view> pieces(std::string_view text) const;
  /// Words with spaces between them. kBegin and kEnd are not written.
  std::string decode(std::span<const int> numbers) const;

  std::string to_json() const;
  /// Throws Error on anything else than to_json() writes; `where` names it.
  static Tokenizer from_json(const std::string& text, const std::string& where);
  bool operator==(const Tokenizer& other) const {
    return kind_ == other.kind_ && tokens_ == other.tokens_ && merges_ == other.merges_;
  }

 private:
  struct Hash : std::hash<std::string_view> {
    using is_transparent = void;
  };
  template <class Visit>
  void each_token(std::string_view text, const Visit& visit) const;
  std::vector<int> encode_piece(std::string_view piece) const;

  Kind kind_;
  std::vector<std::string> tokens_;  // [V]
  std::vector<Pair> merges_;
  std::unordered_map<std::string, int, Hash, std::equal_to<>> numbers_;
  std::unordered_map<uint64_t, int> ranks_;  // of a pair: when it was learnt
};

/// Every character that occurs at least `fewest` times, the most frequent first, at most `most`.
Tokenizer learn_characters(std::span<const std::string> texts, int most, int fewest = 1);
/// The same for words.
Tokenizer learn_words(std::span<const std::string> texts, int most, int fewest = 1);
/// All characters as learn_characters has them, then up to `pairs` more tokens, each the pair of tokens that is the
/// most frequent within words so far. go_on(share) is asked now and then; where it says no, what was learnt so far
/// comes back.
Tokenizer learn_pairs(std::span<const std::string> texts, int pairs,
                      const std::function<bool(double share)>& go_on = {});

/// The words of a text as they stand there, each a run of letters and digits.
std::vector<std::string_view> words_of(std::string_view text);

}  // namespace lab
