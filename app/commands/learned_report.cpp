#include "app/commands/learned_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/data/text_samples.h"
#include "core/text/known_words.h"
#include "core/text/utf8.h"
#include "core/train/alignment.h"
#include "core/train/answers.h"
#include "core/train/reach.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

// One lane of a trainer, and how it is spoken of.
struct Told {
  Trainer& trainer;
  int lane;
  const LearnedReport& report;

  std::string name() const { return text(trainer.experiment().lanes[lane]); }
  const Dataset& data() const { return trainer.data(); }

  /// A line with the lane's name before it, as JSON or in words.
  void say(const Json& figures, const std::string& words) const {
    if (!report.json) return fmt::print("{:<16} {}\n", name(), words);
    Json object{{"lane", name()}};
    object.update(figures);
    fmt::print("{}\n", object.dump());
  }
};

// Whether the lane can find what it is asked for at all.
void say_reach(const Told& told) {
  const std::string why = reach_in_words(told.trainer.shape_of(told.lane));
  if (!why.empty()) told.say({{"reach", why}}, why);
}

// A loss for each token is one for each character where tokens are no characters.
void say_loss_of_characters(const Told& told) {
  const SampleSet& test = told.data().test;
  const double characters = static_cast<double>(count_characters(test.texts[0]));
  const double tokens = static_cast<double>(told.data().tokenizer.encode(test.texts[0]).size());
  const double loss = told.trainer.evaluate(told.lane, test, test.count()).loss * tokens / characters;
  told.say({{"nats_a_character", loss}}, fmt::format("{:.4f} nats a character on the test text", loss));
}

void say_score(const Told& told, int texts) {
  const AnswerScore score = score_answers(told.trainer, told.lane, told.data().test, texts);
  const Diagonal diagonal = diagonal_of(told.trainer, told.lane, told.data().test, texts);
  told.say({{"answers_exact", score.exact},
            {"answer_errors", score.errors},
            {"chrf", score.chrf},
            {"chrf_of_copy", score.copied},
            {"on_diagonal", diagonal.share},
            {"on_diagonal_if_uniform", diagonal.uniform},
            {"texts", score.texts}},
           fmt::format("of {} texts {:.4f} are answered exactly; {:.4f} mistakes for each token; chrF {:.3f} "
                       "(the text itself as its answer: {:.3f})\n"
                       "{:<16} {:.2f} of the attention to the text lies within one token of the diagonal in its best "
                       "layer; if spread evenly {:.2f} would",
                       score.texts, score.exact, score.errors, score.chrf, score.copied, "", diagonal.share,
                       diagonal.uniform));
}

void show_examples(const Told& told, int count) {
  const SampleSet& test = told.data().test;
  for (int i = 0; i < std::min(count, test.count()); ++i)
    fmt::print("  {} → {}\n", test.texts[i],
               told.data().answer_tokenizer.decode(answer(told.trainer, told.lane, test.tokens[i])));
}

void say_answers(const Told& told) {
  say_score(told, 1000);
  if (!told.report.json) show_examples(told, 4);
}

void say_text(const Told& told) {
  constexpr int kTokens = 240;
  const LearnedReport& report = told.report;
  const std::string text =
      go_on(told.trainer, told.lane, report.beginning, kTokens, report.sampling, told.trainer.experiment().seed);
  const WordShare words = known_words(text.substr(report.beginning.size()), told.data().train.texts[0]);
  told.say({{"text", text}, {"words", words.count}, {"words_of_the_training_text", words.share}},
           fmt::format("writes ({} of {} words are words of the training text):\n{}", words.known, words.count, text));
}

void say_writing(const Told& told) {
  const ModelKind kind = told.data().kind;
  if (kind == ModelKind::kWriter) say_loss_of_characters(told);
  try {
    if (kind == ModelKind::kTranslator) say_answers(told);
    if (kind == ModelKind::kWriter) say_text(told);
  } catch (const Error& cannot) {
    fmt::print(stderr, "{}: {}\n", told.name(), cannot.what());
  }
}

// What the lane makes of a text that is none of the data's; `of`: which one it is, in words.
void say_reply(const Told& told, const std::string& asked, std::string_view of = "") {
  const std::string says = reply(told.trainer.shape_of(told.lane), told.trainer.parameters(told.lane), asked);
  told.say({{"asked", asked}, {"answer", says}}, fmt::format("{}{} → {}", of, asked, says));
}

// What counting alone reaches on the same test set.
void say_baseline(const Dataset& data, bool json) {
  const std::optional<Baseline> baseline = baseline_of(data);
  if (!baseline) return;
  if (json)
    fmt::print("{}\n", Json{{"baseline", baseline->name}, {"value", baseline->value}}.dump());
  else
    fmt::print("{:<16} {:.4f} on the same test set\n", baseline->name, baseline->value);
}

}  // namespace

void LearnedReport::print(Trainer& trainer, const std::vector<std::string>& asked) const {
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const Told told{trainer, lane, *this};
    say_reach(told);
    say_writing(told);
  }
  for (const std::string& text : trainer.data().unseen)
    for (int lane = 0; lane < trainer.lanes(); ++lane) say_reply({trainer, lane, *this}, text, "never trained on: ");
  for (const std::string& text : asked)
    for (int lane = 0; lane < trainer.lanes(); ++lane) say_reply({trainer, lane, *this}, text);
  say_baseline(trainer.data(), json);
}

}  // namespace lab
