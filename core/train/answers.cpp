#include "core/train/answers.h"

#include <algorithm>
#include <map>
#include <numeric>

#include "core/base/error.h"
#include "core/data/text_samples.h"
#include "core/device/cpu_device.h"
#include "core/text/chrf.h"

namespace lab {

namespace {

int likeliest(std::span<const float> probabilities) {
  return static_cast<int>(std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin());
}

std::string likeliest_classes(const Dataset& data, const std::vector<float>& probabilities) {
  constexpr size_t kMost = 4;
  std::vector<int> order(data.classes.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return probabilities[a] > probabilities[b]; });
  std::string words;
  for (size_t i = 0; i < std::min(kMost, order.size()); ++i)
    words += fmt::format("{}{} {:.3f}", i ? ", " : "", data.classes[order[i]], probabilities[order[i]]);
  return words;
}

// Without the first token and the last.
std::span<const int> unframed(std::span<const int> answer) { return answer.subspan(1, answer.size() - 2); }

}  // namespace

int edit_distance(std::span<const int> a, std::span<const int> b) {
  std::vector<int> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (size_t i = 0; i < a.size(); ++i) {
    int diagonal = row[0];
    row[0] = static_cast<int>(i) + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const int replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

std::vector<float> tell_apart(const LearnerShape& shape, ParameterSet& parameters, const std::string& text) {
  if (shape.data.kind != ModelKind::kTextClassifier)
    throw Error("{} does not tell texts apart; ask a task that does.", shape.data.title);
  const std::vector<int> tokens = tokens_of(shape.data, text);
  const Sample sample = {.tokens = tokens};
  const auto learner = make_learner(shape, size_of(shape.data, sample, true), cpu_device(), {}, parameters);
  learner->put(0, sample);
  learner->start_forward();
  const Tensor probabilities = learner->probabilities();
  return {probabilities.begin(), probabilities.end()};
}

std::string reply(const LearnerShape& shape, ParameterSet& parameters, const std::string& text) {
  const Dataset& data = shape.data;
  if (data.kind != ModelKind::kTextClassifier && data.kind != ModelKind::kTranslator)
    throw Error("{} does not answer texts; ask a task that does.", data.title);
  if (data.kind == ModelKind::kTextClassifier) return likeliest_classes(data, tell_apart(shape, parameters, text));
  std::vector<int> said;
  for (const WrittenToken& written : write_answer(shape, parameters, tokens_of(data, text)))
    said.push_back(written.token);
  return data.answer_tokenizer.decode(said);
}

std::vector<WrittenToken> write_answer(Trainer& trainer, int lane, std::span<const int> tokens) {
  return write_answer(trainer.shape_of(lane), trainer.parameters(lane), tokens, trainer.changes(lane));
}

std::vector<WrittenToken> write_answer(const LearnerShape& shape, ParameterSet& parameters, std::span<const int> tokens,
                                       std::span<const Intervention> changes) {
  const int context = shape.data.context;
  TranslatorSteps steps(translator_shape(shape, {context, context}), parameters, tokens, changes);
  std::vector<WrittenToken> written;
  int token = Tokenizer::kBegin;
  for (int place = 0; place < context && token != Tokenizer::kEnd; ++place) {
    const std::span<const float> next = steps.step(token);
    token = likeliest(next);
    written.push_back({token, next[token]});
  }
  return written;
}

std::vector<int> answer(Trainer& trainer, int lane, std::span<const int> tokens) {
  std::vector<int> said;
  for (const WrittenToken& written : write_answer(trainer, lane, tokens))
    if (written.token != Tokenizer::kEnd) said.push_back(written.token);
  return said;
}

AnswerScore score_answers(Trainer& trainer, int lane, const SampleSet& set, int texts) {
  std::map<std::string, std::vector<int>> samples_of;  // by text: the samples that ask it
  std::vector<const std::string*> order;
  for (int i = 0; i < set.count(); ++i) {
    const auto [entry, fresh] = samples_of.try_emplace(set.texts[i]);
    if (fresh && static_cast<int>(order.size()) < texts) order.push_back(&entry->first);
    entry->second.push_back(i);
  }
  AnswerScore score;
  const Tokenizer& tokenizer = trainer.data().answer_tokenizer;
  std::vector<std::string> ours, truths, asked;
  int64_t mistakes = 0, length = 0;
  for (const std::string* text : order) {
    const std::vector<int>& samples = samples_of[*text];
    const std::vector<int> written = answer(trainer, lane, set.tokens[samples.front()]);
    const auto distance = [&](int sample) { return edit_distance(written, unframed(set.answer_tokens[sample])); };
    const int nearest =
        *std::min_element(samples.begin(), samples.end(), [&](int a, int b) { return distance(a) < distance(b); });
    mistakes += distance(nearest);
    length += static_cast<int64_t>(unframed(set.answer_tokens[nearest]).size());
    score.exact += distance(nearest) == 0;
    ours.push_back(tokenizer.decode(written));
    truths.push_back(tokenizer.decode(unframed(set.answer_tokens[nearest])));
    asked.push_back(trainer.data().tokenizer.decode(unframed(set.tokens[samples.front()])));
  }
  score.chrf = chrf(ours, truths);
  score.copied = chrf(asked, truths);
  score.texts = static_cast<int>(order.size());
  score.exact /= std::max(score.texts, 1);
  score.errors = static_cast<double>(mistakes) / static_cast<double>(std::max<int64_t>(length, 1));
  return score;
}

std::vector<WrittenToken> write_on(Trainer& trainer, int lane, std::vector<int> text, int tokens, const Sampling& how,
                                   uint64_t seed) {
  return write_on(trainer.shape_of(lane), trainer.parameters(lane), std::move(text), tokens, how, seed,
                  trainer.changes(lane));
}

std::vector<WrittenToken> write_on(const LearnerShape& shape, ParameterSet& parameters, std::vector<int> text,
                                   int tokens, const Sampling& how, uint64_t seed,
                                   std::span<const Intervention> changes) {
  WriterSteps steps(writer_shape(shape), parameters, changes);
  Rng rng(seed, stream::kTexts);
  if (text.empty()) text.push_back(Tokenizer::kUnknown);
  std::span<const float> next;
  const auto read_from = [&](size_t first) {
    steps.restart();
    for (size_t i = first; i < text.size(); ++i) next = steps.step(text[i]);
  };
  const size_t half = static_cast<size_t>(steps.context()) / 2;
  read_from(text.size() < static_cast<size_t>(steps.context()) ? 0 : text.size() - half);
  std::vector<WrittenToken> written;
  while (static_cast<int>(written.size()) < tokens) {
    text.push_back(choose(next, how, rng));
    written.push_back({text.back(), next[text.back()]});
    if (steps.tokens() == steps.context())
      read_from(text.size() - half);
    else
      next = steps.step(text.back());
  }
  return written;
}

std::string go_on(Trainer& trainer, int lane, const std::string& beginning, int tokens, const Sampling& how,
                  uint64_t seed) {
  return go_on(trainer.shape_of(lane), trainer.parameters(lane), beginning, tokens, how, seed);
}

std::string go_on(const LearnerShape& shape, ParameterSet& parameters, const std::string& beginning, int tokens,
                  const Sampling& how, uint64_t seed) {
  const Tokenizer& tokenizer = shape.data.tokenizer;
  std::vector<int> text = tokenizer.encode(beginning);
  if (text.empty()) text.push_back(Tokenizer::kUnknown);
  for (const WrittenToken& written : write_on(shape, parameters, text, tokens, how, seed))
    text.push_back(written.token);
  return tokenizer.decode(text);
}

}  // namespace lab
