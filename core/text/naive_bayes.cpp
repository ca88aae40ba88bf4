#include "core/text/naive_bayes.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/text/tokenizer.h"
#include "core/text/utf8.h"

namespace lab {

std::vector<std::string> word_features(std::string_view text) {
  std::vector<std::string> features;
  for (std::string_view word : words_of(text)) features.push_back(lower_case(word));
  return features;
}

std::vector<std::string> trigram_features(std::string_view text) {
  std::vector<size_t> ends = {0};
  each_character(text, [&](std::string_view character) { ends.push_back(ends.back() + character.size()); });
  std::vector<std::string> features;
  for (size_t i = 0; i + 3 < ends.size(); ++i) features.emplace_back(text.substr(ends[i], ends[i + 3] - ends[i]));
  return features;
}

NaiveBayes::NaiveBayes(std::span<const std::string> texts, std::span<const uint8_t> labels, int classes,
                       FeaturesOf features)
    : features_(features), classes_(classes), priors_(classes, 0.0) {
  if (texts.empty() || texts.size() != labels.size())
    throw Error("Naive Bayes needs a label for each text; there are {} texts and {} labels.", texts.size(),
                labels.size());
  std::vector<double> totals(classes, 0.0);
  for (size_t i = 0; i < texts.size(); ++i) {
    if (labels[i] >= classes) throw Error("A text has the label {}; there are {} classes.", labels[i], classes);
    ++priors_[labels[i]];
    for (const std::string& feature : features(texts[i])) {
      const size_t number = numbers_.try_emplace(feature, static_cast<int>(numbers_.size())).first->second;
      if (counts_.size() < (number + 1) * classes) counts_.resize((number + 1) * classes);
      ++counts_[number * classes + labels[i]];
      ++totals[labels[i]];
    }
  }
  const double vocabulary = static_cast<double>(numbers_.size());
  for (size_t i = 0; i < counts_.size(); ++i)
    counts_[i] = static_cast<float>(std::log((counts_[i] + 1) / (totals[i % classes] + vocabulary)));
  for (double& prior : priors_)
    prior = std::log(prior / static_cast<double>(texts.size()));  // −∞: a class without texts
}

int NaiveBayes::classify(std::string_view text) const {
  std::vector<double> scores = priors_;
  for (const std::string& feature : features_(text))
    if (const auto found = numbers_.find(feature); found != numbers_.end())
      for (int k = 0; k < classes_; ++k) scores[k] += counts_[static_cast<size_t>(found->second) * classes_ + k];
  return static_cast<int>(std::max_element(scores.begin(), scores.end()) - scores.begin());
}

double NaiveBayes::accuracy(std::span<const std::string> texts, std::span<const uint8_t> labels) const {
  double right = 0;
  for (size_t i = 0; i < texts.size(); ++i) right += classify(texts[i]) == labels[i];
  return texts.empty() ? 0 : right / static_cast<double>(texts.size());
}

}  // namespace lab
