// The trainer on texts: what it learns, and that it learns the same every time.

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/data/tasks.h"
#include "core/data/text_samples.h"
#include "core/live/live_run.h"
#include "core/train/trainer.h"
#include "tests/core/number_of_threads.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

// Texts of two to twenty letters; what they are depends on whether there is an x.
DatasetPtr letters_with_or_without_x() {
  Rng rng(5, stream::kTests);
  LabelledTexts all;
  all.classes = {"without", "with"};
  for (int i = 0; i < 400; ++i) {
    std::string text;
    for (uint32_t left = 2 + rng.below(19); left > 0; --left) text += static_cast<char>('a' + rng.below(20));
    const bool with = rng.below(2) == 1;
    if (with) text[rng.below(static_cast<uint32_t>(text.size()))] = 'x';
    all.add(text, with);
  }
  all.first_test = 320;
  auto data = std::make_shared<Dataset>(classified(std::move(all), {Tokenizer::Kind::kCharacters, 100, 1, 24}));
  data->task = "definitions";
  data->title = "letters";
  return data;
}

TEST(TextTraining, EveryLaneLearnsTextsOfAllLengths) {
  Trainer trainer(small_experiment("definitions", {"dense", "local:window=1", "dense:strategy=uniform"}),
                  letters_with_or_without_x());
  for (int step = 0; step < 150; ++step) trainer.step();
  for (int lane = 0; lane < trainer.lanes(); ++lane) {
    const Evaluation test = trainer.evaluate(lane, trainer.data().test, 1000);
    EXPECT_EQ(test.pictures, 80);
    EXPECT_GT(test.accuracy, 0.9) << "lane " << lane;
  }
}

TEST(TextTraining, SameSeedSameLossesWhateverTheThreads) {
  const DatasetPtr data = letters_with_or_without_x();
  const auto losses = [&](int count) {
    const NumberOfThreads these(count);
    Trainer trainer(small_experiment("definitions", {"dense", "local:window=1"}), data);
    std::vector<float> all;
    for (int step = 0; step < 45; ++step) {
      trainer.step();
      all.push_back(trainer.loss(0));
      all.push_back(trainer.loss(1));
    }
    return all;
  };
  const std::vector<float> alone = losses(1);
  for (int count : {2, 5}) EXPECT_EQ(losses(count), alone) << count << " threads";
}

TEST(TextTraining, ATranslatorDropsTheSameWhateverTheThreads) {
  Experiment e = small_experiment("reverse", {"dense"});
  e.model.dropout = 0.3f;
  const DatasetPtr data = load_task(e.task);
  const auto learned = [&](int count) {
    const NumberOfThreads these(count);
    Trainer trainer(e, data);
    for (int step = 0; step < 20; ++step) trainer.step();
    return trainer.learned(0, false).values;
  };
  const std::vector<float> alone = learned(1);
  for (int count : {2, 5}) EXPECT_EQ(learned(count), alone) << count << " threads";
  e.model.dropout = 0;
  EXPECT_NE(learned(1), alone);
}

TEST(TextTraining, AReadingHasTheTokensOfItsText) {
  Trainer trainer(small_experiment("definitions", {"local:window=1"}), letters_with_or_without_x());
  trainer.step();
  const Sample sample = trainer.data().test.sample(3);
  const size_t n = sample.tokens.size();
  const Reading reading = trainer.read(0, sample);
  ASSERT_EQ(reading.attention.size(), 2 * n * n);
  EXPECT_EQ(trainer.geometry(sample), Geometry::text(static_cast<int>(n) - 1, 1));
  for (size_t row = 0; row < n; ++row) {
    double total = 0;
    for (size_t key = 0; key < n; ++key) {
      total += reading.attention[row * n + key];
      EXPECT_EQ(reading.maps[0].any->exists(static_cast<int>(row), static_cast<int>(key)),
                row == 0 || key == 0 || (key + 1 >= row && key <= row + 1));
    }
    EXPECT_NEAR(total, 1, 1e-5);
  }
}

TEST(TextTraining, TheFourSentencesAreLearnedAtOnce) {
  Experiment e = small_experiment("sentences", {"dense"});
  LiveRun run(e);
  for (int step = 0; step < 60; ++step) run.advance();
  run.apply(command::SetProbe{2});
  const auto snapshot = run.snapshot();
  EXPECT_EQ(snapshot->probe.label, 2);
  EXPECT_GT(snapshot->lanes[0].probabilities[2], 0.9);
  EXPECT_FALSE(snapshot->geometry.is_grid());
  EXPECT_EQ(snapshot->geometry.queries, 6);  // 我爱看电影 after the first token
}

TEST(TextTraining, ANeedleBeyondTheWindowOfOneLayerIsOutOfReach) {
  Experiment e = small_experiment("needle", {"dense", "local:window=4"});
  e.batch = 64;
  Trainer trainer(e, load_task("needle"));
  for (int step = 0; step < 150; ++step) trainer.step();
  EXPECT_GT(trainer.evaluate(0, trainer.data().test, 400).accuracy, 0.9);
  EXPECT_LT(trainer.evaluate(1, trainer.data().test, 400).accuracy, 0.2);  // guessing: 0.1
}

TEST(TextTraining, MoreThanThereIsIsRefused) {
  Experiment e = small_experiment("definitions", {"dense"});
  e.batch = 400;
  EXPECT_NE(message_of<Error>([&] { Trainer(e, letters_with_or_without_x()); }).find("400 texts"), std::string::npos);
}

}  // namespace
}  // namespace lab
