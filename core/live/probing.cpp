#include "core/live/probing.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/data/text_samples.h"
#include "core/text/token_labels.h"
#include "core/text/utf8.h"

namespace lab {

namespace {

constexpr size_t kMostBytes = 100000;  // of a text that is typed: more than any model here reads

void check_typed(const std::string& text, const char* what) {
  if (text.size() > kMostBytes)
    throw Error("{} has {} bytes; at most {} can be looked at, so take a part of it.", what, text.size(), kMostBytes);
  check_text(text, what);
}

// As a model of that data set reads a text of the viewer's own; a writer goes on from its end.
std::vector<int> read_tokens(const Dataset& data, const std::string& text) {
  if (data.kind != ModelKind::kWriter) return tokens_of(data, text);
  std::vector<int> tokens = data.tokenizer.encode(text);
  const size_t most = static_cast<size_t>(data.context);
  if (tokens.size() > most) tokens.erase(tokens.begin(), tokens.end() - data.context);
  return tokens;
}

std::string cut_notice(const Dataset& data, const std::string& text, size_t tokens) {
  const size_t all = data.tokenizer.encode(text).size();
  const bool writes = data.kind == ModelKind::kWriter;
  const size_t read = writes ? tokens : tokens - 1 - (data.kind == ModelKind::kTranslator);
  if (read >= all) return "";
  return fmt::format("Only the {} {} of its {} tokens are read.", writes ? "last" : "first", read, all);
}

// An answer as it is learned; what it is gone on from is all of it but its last token.
std::vector<int> framed(const std::vector<int>& written) {
  std::vector<int> answer = {Tokenizer::kBegin};
  answer.insert(answer.end(), written.begin(), written.end());
  return answer;
}

}  // namespace

void Probing::look_at(const Dataset& data, int index) {
  const SampleSet& test = data.test;
  index = (index % test.count() + test.count()) % test.count();
  const Sample sample = test.sample(index);
  Probe fresh = {index, {sample.pixels.begin(), sample.pixels.end()}, test.height, test.width, sample.label, ""};
  fresh.tokens.assign(sample.tokens.begin(), sample.tokens.end());
  fresh.answer.assign(sample.answer.begin(), sample.answer.end());
  if (data.kind == ModelKind::kWriter)
    fresh.text = data.tokenizer.decode(fresh.tokens);
  else if (!test.texts.empty())
    fresh.text = test.texts[index];
  if (!test.answers.empty()) fresh.answer_text = test.answers[index];
  probe_ = std::move(fresh);
}

void Probing::look_at(const Dataset& data, std::vector<uint8_t> pixels, const std::string& source) {
  const SampleSet& test = data.test;
  if (!test.has_pictures()) throw Error("{} learns texts; it cannot look at a picture.", data.title);
  if (pixels.size() != static_cast<size_t>(test.height) * test.width)
    throw Error("The picture has {} pixels; this data set's pictures have {} × {}.", pixels.size(), test.width,
                test.height);
  probe_ = {-1, std::move(pixels), test.height, test.width, -1, source};
}

void Probing::look_at(Trainer& trainer, const std::string& text) {
  const Dataset& data = trainer.data();
  if (data.test.has_pictures()) throw Error("{} learns pictures; it cannot read a text.", data.title);
  check_typed(text, "The text");
  Probe own;
  own.index = -1;
  own.text = text;
  own.tokens = read_tokens(data, text);
  if (own.tokens.empty()) throw Error("There is nothing in the text that {} could read.", data.title);
  own.notice = cut_notice(data, text, own.tokens.size());
  std::vector<int> none;  // of a translator: an answer that ends at once
  if (data.kind == ModelKind::kTranslator) none = framed({Tokenizer::kEnd});
  for (int lane = 0; lane < trainer.lanes(); ++lane) trainer.read(lane, {.tokens = own.tokens, .answer = none});
  probe_ = std::move(own);
}

void Probing::write(const WritingSettings& settings) {
  if (!settings.beginning.empty()) check_typed(settings.beginning, "The beginning");
  validate(settings.sampling);
  if (settings.tokens < 0 || settings.tokens > WritingSettings::kMostTokens)
    throw Error("{} tokens cannot be written at once; choose 0 to {}.", settings.tokens, WritingSettings::kMostTokens);
  settings_ = settings;
}

std::vector<std::string> Probing::labels(const Dataset& data) const {
  const bool writes = data.kind == ModelKind::kWriter;  // of whose text a part is read, and whose tokens say it all
  return labels_of(data, probe_.tokens, writes ? "" : probe_.text);
}

std::vector<int> Probing::fed(const Writing& written) const {
  std::vector<int> answer = probe_.answer.empty() ? framed(written.tokens) : probe_.answer;
  answer.pop_back();
  return answer;
}

void show(Reading reading, LaneSnapshot& to) {
  to.maps = std::move(reading.maps);
  to.attention = std::move(reading.attention);
  to.figures = std::move(reading.figures);
  to.probabilities = std::move(reading.probabilities);
  to.answer_attention = std::move(reading.answer);
  to.cross = std::move(reading.cross);
}

void Probing::read(Trainer& trainer, int lane, int64_t step, bool hurry, LaneSnapshot& to) {
  const Dataset& data = trainer.data();
  to.written = live_.look(trainer, lane, probe_.tokens, settings_, step, hurry);
  Sample sample = probe_.sample();
  const std::vector<int> own = framed(to.written.tokens);
  if (sample.answer.empty() && data.kind == ModelKind::kTranslator) sample.answer = own;
  show(trainer.read(lane, sample), to);
  if (data.kind == ModelKind::kTranslator) to.answer_tokens = token_labels(data.answer_tokenizer, fed(to.written));
}

void Probing::begin_again(Trainer& trainer) {
  live_.forget();
  if (probe_.index >= 0 || probe_.text.empty()) return;
  try {
    look_at(trainer, probe_.text);
  } catch (const Error&) {
    look_at(trainer.data(), 0);
  }
}

}  // namespace lab
