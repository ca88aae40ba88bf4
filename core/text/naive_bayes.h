#pragma once
// Multinomial naive Bayes over features of a text, its words or its runs of three characters, each seen once more in
// every class than it was (Manning, Raghavan and Schütze, "Introduction to Information Retrieval", 2008, chapter 13).
// What a text classifier has to beat.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace lab {

/// Calls for the features of a text: its words in lower case, or every three characters in a row of it.
using FeaturesOf = std::vector<std::string> (*)(std::string_view text);
std::vector<std::string> word_features(std::string_view text);
std::vector<std::string> trigram_features(std::string_view text);

class NaiveBayes {
 public:
  /// Labels are 0 … classes−1, one a text. Throws Error where they are not, or there is no text.
  NaiveBayes(std::span<const std::string> texts, std::span<const uint8_t> labels, int classes, FeaturesOf features);

  /// The most probable class.
  int classify(std::string_view text) const;
  /// The share of texts that are classified right.
  double accuracy(std::span<const std::string> texts, std::span<const uint8_t> labels) const;

 private:
  FeaturesOf features_;
  int classes_;
  std::unordered_map<std::string, int> numbers_;  // of the features
  std::vector<float> counts_;                     // [features, classes], then logarithms of probabilities
  std::vector<double> priors_;                    // [classes], logarithms
};

}  // namespace lab
