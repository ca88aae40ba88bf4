// The numbers of the Explain and Inside pages as CSV, read back and held to what the snapshot has, of texts.

#include "app/panels/files/panel_csv.h"

#include <gtest/gtest.h>

#include <cmath>

#include "core/live/live_run.h"
#include "tests/app/read_csv.h"
#include "tests/core/train/small_texts.h"

namespace lab::testing {
namespace {

/// A text with a comma, quotes and a line end among its tokens.
Experiment awkward_writer(const TemporaryFolder& folder) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "he said, \"come\",\nand sat. ";
  Experiment e = small_experiment("write-king-james", {"dense"});
  e.data_dir = folder.write("text", text);
  return e;
}

std::vector<Experiment> runs_of_texts(const TemporaryFolder& folder) {
  return {small_experiment("sentences", {"dense", "local:window=1"}), small_experiment("dates", {"dense"}),
          awkward_writer(folder)};
}

Snapshot looked_into(const Experiment& experiment, InsideView view) {
  LiveRun run(experiment);
  for (int step = 0; step < 3; ++step) run.advance();
  run.apply(command::LookInside{{0, view, 0, 1}});
  do run.snapshot();
  while (run.finding_out());
  return *run.snapshot();
}

/// What was written has six figures at least.
void expect_as_written(double read, double expected) { EXPECT_NEAR(read, expected, 1e-5 * std::abs(expected) + 1e-30); }

TEST(PanelCsv, ExplanationsOfTextsNameTheirTokens) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder)) {
    LiveRun run(experiment);
    for (int step = 0; step < 3; ++step) run.advance();
    run.apply(command::Explain{0});
    do run.snapshot();
    while (run.finding_out());
    const auto snapshot = run.snapshot();
    const Explanation& e = snapshot->explanation.explanation;
    const CsvTable csv = read_csv(explain_csv(*snapshot, View()));
    EXPECT_EQ(csv.columns, (std::vector<std::string>{"way", "token", "text", "removed", "value"}));
    const size_t parts = snapshot->tokens.size() - e.first;
    ASSERT_EQ(csv.rows.size(), kExplanationWays * (parts + kDeletions) + kDeletions) << experiment.task;
    size_t row = 0;
    for (int way = 0; way < kExplanationWays; ++way) {
      for (size_t part = 0; part < parts; ++part, ++row) {
        EXPECT_EQ(csv.text(row, "way"), explanation_kind(way).title);
        EXPECT_EQ(csv.number(row, "token"), e.first + part);
        EXPECT_EQ(csv.text(row, "text"), snapshot->tokens[e.first + part]);
        EXPECT_EQ(csv.text(row, "removed"), "");
        expect_as_written(csv.number(row, "value"), e.ways[way].relevance[part]);
      }
      for (int tenths = 0; tenths < kDeletions; ++tenths, ++row) {
        EXPECT_EQ(csv.text(row, "token"), "");
        EXPECT_EQ(csv.number(row, "removed"), tenths);
        expect_as_written(csv.number(row, "value"), e.ways[way].remaining[tenths]);
      }
    }
    for (int tenths = 0; tenths < kDeletions; ++tenths, ++row) {
      EXPECT_EQ(csv.text(row, "way"), "at random");
      expect_as_written(csv.number(row, "value"), e.at_random[tenths]);
    }
  }
}

TEST(PanelCsv, NothingExplainedIsATitleAlone) {
  LiveRun run(small_experiment("sentences", {"dense"}));
  EXPECT_TRUE(read_csv(explain_csv(*run.snapshot(), View())).rows.empty());
  EXPECT_TRUE(read_csv(inside_csv(*run.snapshot(), View())).rows.empty());
}

TEST(PanelCsv, HeadsInsideAreOneRowEach) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder)) {
    const Snapshot snapshot = looked_into(experiment, InsideView::kHeads);
    ASSERT_TRUE(snapshot.inside.heads) << experiment.task;
    const std::vector<HeadStatistics>& heads = snapshot.inside.heads->heads;
    const CsvTable csv = read_csv(inside_csv(snapshot, View()));
    ASSERT_EQ(csv.rows.size(), heads.size());
    for (size_t row = 0; row < heads.size(); ++row) {
      EXPECT_EQ(csv.number(row, "layer"), row / experiment.model.heads);
      EXPECT_EQ(csv.number(row, "head"), row % experiment.model.heads);
      expect_as_written(csv.number(row, "entropy"), heads[row].entropy);
      expect_as_written(csv.number(row, "distance"), heads[row].distance);
      expect_as_written(csv.number(row, "itself"), heads[row].itself);
      expect_as_written(csv.number(row, "neighbours"), heads[row].neighbours);
      expect_as_written(csv.number(row, "before"), heads[row].before);
      expect_as_written(csv.number(row, "class_token"), heads[row].class_token);
    }
  }
}

TEST(PanelCsv, QueriesAndKeysInsideAreOnePointEach) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder)) {
    const Snapshot snapshot = looked_into(experiment, InsideView::kQueriesAndKeys);
    ASSERT_TRUE(snapshot.inside.pairs) << experiment.task;
    const QueryKeyCloud& cloud = *snapshot.inside.pairs;
    const CsvTable csv = read_csv(inside_csv(snapshot, View()));
    ASSERT_EQ(csv.rows.size(), 2 * cloud.query_places.size());
    for (size_t row = 0; row < csv.rows.size(); ++row) {
      const bool query = row < cloud.query_places.size();
      const size_t point = query ? row : row - cloud.query_places.size();
      const std::array<float, 2> place = (query ? cloud.query_places : cloud.key_places)[point];
      EXPECT_EQ(csv.text(row, "kind"), query ? "query" : "key");
      EXPECT_EQ(csv.number(row, "point"), point);
      expect_as_written(csv.number(row, "x"), place[0]);
      expect_as_written(csv.number(row, "y"), place[1]);
    }
  }
}

TEST(PanelCsv, MistakesInsideAddUpToTheTestSet) {
  const Snapshot snapshot = looked_into(small_experiment("sentences", {"dense"}), InsideView::kMistakes);
  ASSERT_TRUE(snapshot.inside.mistakes);
  const Mistakes& mistakes = *snapshot.inside.mistakes;
  const CsvTable csv = read_csv(inside_csv(snapshot, View()));
  const std::vector<std::string>& classes = snapshot.data->classes;
  ASSERT_EQ(csv.rows.size(), classes.size() * classes.size());
  double samples = 0;
  for (size_t row = 0; row < csv.rows.size(); ++row) {
    const size_t truth = row / classes.size(), answer = row % classes.size();
    EXPECT_EQ(csv.text(row, "truth"), classes[truth]);
    EXPECT_EQ(csv.text(row, "answer"), classes[answer]);
    EXPECT_EQ(csv.number(row, "samples"), mistakes.count(static_cast<int>(truth), static_cast<int>(answer)));
    samples += csv.number(row, "samples");
  }
  EXPECT_EQ(samples, snapshot.data->test.count());
}

TEST(PanelCsv, WeightsInsideAreOneRowEach) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : runs_of_texts(folder)) {
    const Snapshot snapshot = looked_into(experiment, InsideView::kWeights);
    ASSERT_TRUE(snapshot.inside.weights) << experiment.task;
    const std::vector<ParameterInside>& parameters = snapshot.inside.weights->parameters;
    const CsvTable csv = read_csv(inside_csv(snapshot, View()));
    ASSERT_EQ(csv.rows.size(), parameters.size());
    for (size_t row = 0; row < parameters.size(); ++row) {
      EXPECT_EQ(csv.text(row, "parameter"), parameters[row].name);
      EXPECT_EQ(csv.number(row, "numbers"), parameters[row].shape.count());
      expect_as_written(csv.number(row, "mean"), parameters[row].weights.mean);
      expect_as_written(csv.number(row, "deviation"), parameters[row].weights.deviation);
      expect_as_written(csv.number(row, "largest"), parameters[row].weights.largest);
    }
  }
}

}  // namespace
}  // namespace lab::testing
