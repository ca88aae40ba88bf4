#include "core/data/text_samples.h"

#include <algorithm>
#include <numeric>
#include <set>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "core/text/token_labels.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr uint64_t kSeed = 1;  // of the order of texts, the same whatever a run's seed

template <class T>
std::vector<T> in_order(std::vector<T> all, std::span<const uint32_t> order) {
  std::vector<T> sorted;
  for (uint32_t index : order) sorted.push_back(std::move(all[index]));
  return sorted;
}

Tokenizer learn(std::span<const std::string> texts, const TextSettings& settings) {
  switch (settings.tokens) {
    case Tokenizer::Kind::kWords:
      return learn_words(texts, settings.vocabulary, settings.fewest);
    case Tokenizer::Kind::kPairs:
      return learn_pairs(texts, settings.vocabulary, settings.learning);
    case Tokenizer::Kind::kCharacters:
      break;
  }
  return learn_characters(texts, settings.vocabulary, settings.fewest);
}

std::vector<int> framed(const Tokenizer& tokenizer, const std::string& text, int most, bool ended) {
  std::vector<int> tokens = {Tokenizer::kBegin};
  const std::vector<int> words = tokenizer.encode(text);
  tokens.insert(tokens.end(), words.begin(), words.begin() + std::min<size_t>(words.size(), most - 1 - ended));
  if (ended) tokens.push_back(Tokenizer::kEnd);
  return tokens;
}

// From characters to tokens, of which kBegin is the first; what was cut off is gone.
std::vector<KeyRun> aligned(std::vector<KeyRun> alignment, size_t tokens, size_t answer_tokens) {
  const int most = static_cast<int>(tokens);
  alignment.resize(answer_tokens - 1);
  for (KeyRun& run : alignment)
    run = run.begin < run.end ? KeyRun{std::min(run.begin + 1, most), std::min(run.end + 1, most)} : KeyRun{};
  return alignment;
}

// Throws where fewer than two classes occur.
void check_classes(const LabelledTexts& all) {
  const std::set<uint8_t> trained(all.labels.begin(), all.labels.begin() + all.first_test);
  if (trained.size() == 1)
    throw Error("All texts are of the class {}; there is nothing to tell apart.", all.classes[*trained.begin()]);
}

std::string untrained_classes(const LabelledTexts& all) {
  const std::set<uint8_t> trained(all.labels.begin(), all.labels.begin() + all.first_test);
  const std::set<uint8_t> tested(all.labels.begin() + all.first_test, all.labels.end());
  for (uint8_t label : tested)
    if (!trained.contains(label))
      return fmt::format("The class {} is tested but never trained, so it cannot be learned.", all.classes[label]);
  return "";
}

void check_split(size_t count, size_t first_test) {
  if (first_test == 0 || first_test >= count)
    throw Error("Of {} texts {} are to train on; there must be some to train on and some to test on.", count,
                first_test);
}

}  // namespace

void LabelledTexts::shuffle_and_split(int parts) {
  std::vector<uint32_t> order(texts.size());
  Rng(kSeed, stream::kTexts).permute(order);
  texts = in_order(std::move(texts), order);
  labels = in_order(std::move(labels), order);
  first_test = texts.size() - texts.size() / static_cast<size_t>(parts);
}

Dataset classified(LabelledTexts all, const TextSettings& settings) {
  check_split(all.texts.size(), all.first_test);
  check_classes(all);
  Dataset data;
  data.kind = ModelKind::kTextClassifier;
  data.notice = untrained_classes(all);
  data.classes = std::move(all.classes);
  data.unseen = std::move(all.unseen);
  data.context = settings.context;
  data.tokenizer = learn({all.texts.data(), all.first_test}, settings);
  for (size_t i = 0; i < all.texts.size(); ++i) {
    SampleSet& set = i < all.first_test ? data.train : data.test;
    set.tokens.add(framed(data.tokenizer, all.texts[i], settings.context, false));
    set.labels.push_back(all.labels[i]);
    set.texts.push_back(std::move(all.texts[i]));
  }
  return data;
}

Dataset translated(TextPairs all, const TextSettings& text, const TextSettings& answer) {
  check_split(all.texts.size(), all.first_test);
  Dataset data;
  data.kind = ModelKind::kTranslator;
  data.context = std::max(text.context, answer.context);
  data.tokenizer = learn({all.texts.data(), all.first_test}, text);
  data.answer_tokenizer = learn({all.answers.data(), all.first_test}, answer);
  for (size_t i = 0; i < all.texts.size(); ++i) {
    SampleSet& set = i < all.first_test ? data.train : data.test;
    set.tokens.add(framed(data.tokenizer, all.texts[i], text.context, true));
    set.answer_tokens.add(framed(data.answer_tokenizer, all.answers[i], answer.context, true));
    if (!all.alignments.empty())
      set.alignments.push_back(aligned(std::move(all.alignments[i]), set.tokens[set.tokens.count() - 1].size(),
                                       set.answer_tokens[set.answer_tokens.count() - 1].size()));
    set.texts.push_back(std::move(all.texts[i]));
    set.answers.push_back(std::move(all.answers[i]));
  }
  return data;
}

Dataset written(const std::string& text, const TextSettings& settings) {
  const size_t characters = count_characters(text);
  const std::string train(first_characters(text, characters - characters / 10)), test = text.substr(train.size());
  Dataset data;
  data.kind = ModelKind::kWriter;
  data.context = settings.context;
  data.tokenizer = learn({&train, 1}, settings);
  const auto fill = [&](SampleSet& set, const std::string& part) {
    const std::vector<int> tokens = data.tokenizer.encode(part);
    if (static_cast<int>(tokens.size()) <= settings.context)
      throw Error(
          "A text of {} characters is too short: its last tenth must hold more than {} tokens; take a longer one.",
          characters, settings.context);
    set.tokens = TokenRuns::windows({tokens.begin(), tokens.end() - 1}, 0, settings.context, settings.context);
    set.answer_tokens = TokenRuns::windows({tokens.begin() + 1, tokens.end()}, 0, settings.context, settings.context);
    set.texts = {part};
  };
  fill(data.train, train);
  fill(data.test, test);
  return data;
}

std::vector<int> tokens_of(const Dataset& data, const std::string& text) {
  check_text(text, "The text");
  return framed(data.tokenizer, text, data.context, data.kind == ModelKind::kTranslator);
}

std::vector<std::string> labels_of(const Dataset& data, std::span<const int> tokens, std::string_view text) {
  std::vector<std::string> labels = token_labels(data.tokenizer, tokens, text);
  if (data.kind == ModelKind::kTextClassifier) labels.front() = "‹class›";
  return labels;
}

}  // namespace lab
