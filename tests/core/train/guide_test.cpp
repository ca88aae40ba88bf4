// Guidance by alignments: what the generated texts know of themselves, and that attention follows it.

#include "core/train/guide.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/live/live_run.h"
#include "core/train/trainer.h"

namespace lab {
namespace {

// "21" of "21 November", as the run of tokens reads.
std::string read(const Dataset& data, const Sample& sample, const KeyRun& run) {
  std::string text;
  for (int token = run.begin; token < run.end; ++token) text += data.tokenizer.token(sample.tokens[token]);
  return text;
}

TEST(Alignments, OfRewrittenLettersAreTheLettersThemselves) {
  for (const char* task : {"copy", "reverse", "sort"}) {
    SCOPED_TRACE(task);
    const DatasetPtr data = load_task(task);
    ASSERT_TRUE(data->train.knows_alignments() && data->test.knows_alignments());
    for (const SampleSet* set : {&data->train, &data->test})
      for (int i = 0; i < 200; ++i) {
        const Sample sample = set->sample(i);
        ASSERT_EQ(sample.alignment.size() + 1, sample.answer.size());
        std::vector<int> times(sample.tokens.size());
        for (size_t place = 0; place + 1 < sample.alignment.size(); ++place) {
          const KeyRun run = sample.alignment[place];
          ASSERT_EQ(read(*data, sample, run), data->answer_tokenizer.token(sample.answer[place + 1]));
          ++times[run.begin];
        }
        for (size_t token = 1; token + 1 < times.size(); ++token) EXPECT_EQ(times[token], 1);
      }
  }
}

TEST(Alignments, AnAnswerEndsWhereReadingEnds) {
  const DatasetPtr copy = load_task("copy"), reverse = load_task("reverse"), sort = load_task("sort");
  for (int i = 0; i < 50; ++i) {
    const Sample copied = copy->test.sample(i);
    EXPECT_EQ(copied.tokens[copied.alignment.back().begin], Tokenizer::kEnd);
    EXPECT_EQ(reverse->test.sample(i).alignment.back(), (KeyRun{0, 1}));
    EXPECT_EQ(sort->test.sample(i).alignment.back(), KeyRun{});
  }
}

TEST(Alignments, OfDatesAreTheirParts) {
  constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const DatasetPtr data = load_task("dates");
  for (int i = 0; i < 300; ++i) {
    const Sample sample = data->train.sample(i);
    const std::string& answer = data->train.answers[i];
    ASSERT_EQ(sample.alignment.size(), 11u);
    const auto part = [&](int place) { return read(*data, sample, sample.alignment[place]); };
    for (int digit = 0; digit < 4; ++digit) EXPECT_EQ(part(digit), answer.substr(digit, 1));
    for (const int place : {4, 7, 10}) EXPECT_EQ(sample.alignment[place], KeyRun{});
    const int month = std::stoi(answer.substr(5, 2));
    EXPECT_TRUE(part(5) == std::to_string(month) || part(5).starts_with(kMonths[month - 1])) << part(5);
    EXPECT_EQ(part(6), part(5));
    EXPECT_EQ(part(8), std::to_string(std::stoi(answer.substr(8))));
    EXPECT_EQ(part(9), part(8));
  }
}

Experiment reversing(float weight) {
  Experiment e;
  e.task = "reverse";
  e.model = {.width = 16, .heads = 2, .layers = 1, .mlp = 32, .patch = 4, .dropout = 0};
  e.lanes = {parse_lane("dense")};
  e.batch = 16;
  e.optimiser.learning_rate = 5e-3f;
  e.guidance.target = "alignment";
  e.guidance.weight = weight;
  return e;
}

// Over the last of `steps`: the attention on its target and the KL to it.
LossTerms after(Trainer& trainer, int steps) {
  LossTerms mean;
  constexpr int kLast = 10;
  for (int step = 0; step < steps; ++step) {
    trainer.step();
    if (step < steps - kLast) continue;
    mean.on_target += trainer.terms(0).on_target / kLast;
    mean.guidance += trainer.terms(0).guidance / kLast;
  }
  return mean;
}

TEST(GuidanceByAlignment, MovesTheAnswersAttentionToWhereItsLettersComeFrom) {
  Trainer guided(reversing(1), load_task("reverse")), hardly(reversing(1e-9f), guided.data_ptr());
  const LossTerms first = after(guided, 10);
  EXPECT_NEAR(first.on_target, 1.0 / 8, 0.05);  // of six to ten tokens one
  const LossTerms last = after(guided, 190), unguided = after(hardly, 200);
  EXPECT_GT(last.on_target, 0.5);
  EXPECT_LT(last.guidance, 0.3f * first.guidance);
  EXPECT_LT(unguided.on_target, 0.3);
}

TEST(GuidanceByAlignment, KeepsToItsLayersAndHeads) {
  Experiment e = reversing(1);
  e.guidance.heads = {2, 2};
  Trainer trainer(e, load_task("reverse"));
  EXPECT_GT(after(trainer, 200).on_target, 0.5);  // the mean is of that head alone
  e.guidance.layers = {2, 2};
  EXPECT_THROW(trainer.change(e), Error);  // there is one layer
}

TEST(GuidanceByAlignment, ComesAndGoesInFlightAndIsRefusedWhereNothingIsKnown) {
  Experiment plain = reversing(1);
  plain.guidance.target = "none";
  Trainer trainer(plain, load_task("reverse"));
  trainer.step();
  EXPECT_EQ(trainer.terms(0).on_target, 0);
  trainer.change(reversing(1));
  trainer.step();
  EXPECT_GT(trainer.terms(0).on_target, 0);
  trainer.change(plain);
  trainer.step();
  EXPECT_EQ(trainer.terms(0).on_target, 0);
  Experiment pictures = reversing(1);
  pictures.task = "shapes";
  pictures.model.patch = 7;
  EXPECT_THROW(Trainer(pictures, load_task("shapes")), Error);
}

TEST(PenaltiesAndDropout, ReachAllThreeAttentionsOfATranslator) {
  const auto losses = [](float dropout) {
    Experiment e = reversing(0);
    e.model.attention_dropout = dropout;
    e.penalties.entropy = 1e-6f;
    Trainer trainer(e, load_task("reverse"));
    trainer.step();
    return std::pair(trainer.loss(0), trainer.terms(0).penalty / 1e-6f);
  };
  const auto [plain, entropy] = losses(0);
  EXPECT_NE(losses(0.5f).first, plain);
  EXPECT_GT(entropy, 4);  // of three attentions, over up to ten tokens each: one alone has at most log 10
}

}  // namespace
}  // namespace lab
