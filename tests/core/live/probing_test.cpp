// Snapshots of texts: what they hold of each kind of model, and what becomes of a text that is typed.

#include "core/live/probing.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/live/live_run.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

void expect_rows_of_one(const SeenAttention& seen, size_t rows) {
  ASSERT_EQ(seen.weights.size(), rows * seen.keys);
  for (size_t row = 0; row < rows; ++row) {
    const float* weights = seen.weights.data() + row * seen.keys;
    EXPECT_NEAR(std::accumulate(weights, weights + seen.keys, 0.0f), 1, 1e-4);
  }
}

TEST(Probing, AClassifiersSnapshotNamesItsTokens) {
  LiveRun run(small_experiment("sentences", {"dense", "local:window=1"}));
  run.advance();
  run.apply(command::SetProbe{2});
  const auto s = run.snapshot();
  EXPECT_EQ(s->tokens, (std::vector<std::string>{"‹class›", "我", "爱", "看", "电", "影"}));
  EXPECT_EQ(s->probe.text, "我爱看电影");
  for (const LaneSnapshot& lane : s->lanes) {
    EXPECT_EQ(lane.attention.size(), 2u * 6 * 6);
    EXPECT_EQ(lane.probabilities.size(), s->data->classes.size());
    EXPECT_TRUE(lane.cross.empty());
    EXPECT_TRUE(lane.written.tokens.empty());
    EXPECT_TRUE(lane.dropped.empty());
  }
}

TEST(Probing, ATypedTextIsReadAtOnce) {
  LiveRun run(small_experiment("sentences", {"dense"}));
  for (int step = 0; step < 60; ++step) run.advance();
  run.apply(command::SetProbeText{"他喜欢读书"});
  const auto s = run.snapshot();
  EXPECT_EQ(s->probe.index, -1);
  EXPECT_EQ(s->probe.label, -1);
  EXPECT_EQ(s->tokens, (std::vector<std::string>{"‹class›", "‹他›", "喜", "欢", "读", "书"}));
  EXPECT_GT(s->lanes[0].probabilities[1], 0.5);
  EXPECT_EQ(s->probe.notice, "");
}

TEST(Probing, WhatCannotBeReadIsRefusedAndNothingIsLost) {
  LiveRun run(small_experiment("sentences", {"dense"}));
  run.apply(command::SetProbeText{"读书"});
  const struct {
    std::string text, says;
  } kHostile[] = {{"", "empty"},
                  {std::string("a\0b", 3), "NUL"},
                  {"\xff\xfe", "UTF-8"},
                  {std::string(2 << 20, 'x'), "take a part of it"}};
  for (const auto& [text, says] : kHostile) {
    const std::string said = message_of<Error>([&] { run.apply(command::SetProbeText{text}); });
    EXPECT_NE(said.find(says), std::string::npos) << said;
    EXPECT_EQ(run.snapshot()->probe.text, "读书");
  }
  run.apply(command::SetProbeText{"我我我我我我我我我我我我我我我我我我我我"});
  EXPECT_EQ(run.snapshot()->probe.notice, "Only the first 15 of its 20 tokens are read.");
}

TEST(Probing, ATranslatorShowsThreeAttentionsOverTheTrueAnswer) {
  LiveRun run(small_experiment("reverse", {"dense", "local:window=2"}));
  for (int step = 0; step < 3; ++step) run.advance();
  const auto s = run.snapshot();
  const int texts = static_cast<int>(s->tokens.size()), answers = static_cast<int>(s->probe.answer.size()) - 1;
  EXPECT_EQ(s->tokens.front(), "‹begin›");
  EXPECT_EQ(s->tokens.back(), "‹end›");
  EXPECT_EQ(s->probe.answer_text, std::string(s->probe.text.rbegin(), s->probe.text.rend()));
  for (const LaneSnapshot& lane : s->lanes) {
    ASSERT_EQ(static_cast<int>(lane.answer_tokens.size()), answers);
    EXPECT_EQ(lane.answer_tokens[0], "‹begin›");
    EXPECT_EQ(lane.answer_tokens[1], s->probe.answer_text.substr(0, 1));
    EXPECT_EQ(lane.answer_attention.queries, answers);
    EXPECT_EQ(lane.answer_attention.keys, answers);
    EXPECT_FALSE(lane.answer_attention.maps[0].any->exists(0, 1));
    EXPECT_EQ(lane.cross.queries, answers);
    EXPECT_EQ(lane.cross.keys, texts);
    expect_rows_of_one(lane.answer_attention, size_t{2} * answers);
    expect_rows_of_one(lane.cross, size_t{2} * answers);
    EXPECT_EQ(lane.probabilities.size(), static_cast<size_t>(answers) * s->data->answer_tokenizer.size());
    EXPECT_EQ(lane.written.tokens.size(), lane.written.probabilities.size());
    EXPECT_EQ(lane.written.step, 3);
  }
}

TEST(Probing, ATypedTextIsTranslatedAndTheAttentionIsOverThatAnswer) {
  LiveRun run(small_experiment("copy", {"dense"}));
  for (int step = 0; step < 3; ++step) run.advance();
  run.apply(command::SetProbeText{"abba"});
  const LaneSnapshot lane = run.snapshot()->lanes[0];
  ASSERT_FALSE(lane.written.tokens.empty());
  ASSERT_EQ(lane.answer_tokens.size(), lane.written.tokens.size());
  for (size_t i = 1; i < lane.answer_tokens.size(); ++i) EXPECT_EQ(lane.answer_tokens[i], lane.written.labels[i - 1]);
  EXPECT_EQ(lane.cross.keys, 6);
  // What the whole forward expects at a place is what was written there, with the same probability.
  const size_t vocabulary = lane.probabilities.size() / lane.answer_tokens.size();
  for (size_t i = 0; i < lane.written.tokens.size(); ++i)
    EXPECT_NEAR(lane.probabilities[i * vocabulary + lane.written.tokens[i]], lane.written.probabilities[i], 1e-4);
}

TEST(Probing, AWriterGoesOnFromWhatIsTyped) {
  const TemporaryFolder folder;
  LiveRun run(small_writer(folder, {"dense", "hierarchical"}));
  for (int step = 0; step < 3; ++step) run.advance();
  EXPECT_EQ(run.snapshot()->tokens.size(), 128u);
  run.apply(command::SetProbeText{"the c"});
  run.apply(command::Write{{.tokens = 7, .sampling = {.temperature = 0}}});
  const auto s = run.snapshot();
  EXPECT_EQ(s->tokens, (std::vector<std::string>{"t", "h", "e", " ", "c"}));
  EXPECT_EQ(s->geometry, Geometry::sequence(5));
  const size_t vocabulary = s->data->tokenizer.size();
  const std::vector<float>& next = s->lanes[0].probabilities;
  ASSERT_EQ(next.size(), 5 * vocabulary);
  EXPECT_EQ(s->lanes[0].attention.size(), 2u * 5 * 5);
  EXPECT_FALSE(s->lanes[0].maps[0].any->exists(0, 1));
  const Writing& written = s->lanes[0].written;
  ASSERT_EQ(written.tokens.size(), 7u);
  EXPECT_EQ(std::max_element(next.end() - vocabulary, next.end()) - (next.end() - vocabulary), written.tokens[0]);
  EXPECT_NE(s->lanes[1].written.missing.find("best blocks"), std::string::npos) << s->lanes[1].written.missing;
}

TEST(Probing, AWriterIsToldHowAndRefusesWhatIsNoWay) {
  const TemporaryFolder folder;
  LiveRun run(small_writer(folder, {"dense"}));
  const auto written = [&](const WritingSettings& how) {
    run.apply(command::Write{how});
    return run.snapshot()->lanes[0].written.text;
  };
  const std::string first = written({.tokens = 30, .seed = 1});
  EXPECT_NE(first, written({.tokens = 30, .seed = 2}));
  EXPECT_EQ(first, written({.tokens = 30, .seed = 1}));
  EXPECT_NE(message_of<Error>([&] { written({.sampling = {.temperature = -1}}); }).find("Temperature"),
            std::string::npos);
  EXPECT_NE(message_of<Error>([&] { written({.tokens = 100000}); }).find("at once"), std::string::npos);
  EXPECT_EQ(run.snapshot()->writing.seed, 1u);
}

TEST(Probing, WhatLooksAtAllTokensAtOnceCannotBeTypedTo) {
  const TemporaryFolder folder;
  Experiment e = small_writer(folder, {"dense"});
  LiveRun run(e);
  run.apply(command::SetProbeText{"the c"});
  e.lanes = {parse_lane("dense:strategy=synthesizer")};
  run.apply(command::SetExperiment{e});  // its weights are of single places in a full context
  EXPECT_EQ(run.snapshot()->tokens.size(), 128u);
  EXPECT_FALSE(message_of<Error>([&] { run.apply(command::SetProbeText{"the c"}); }).empty());
}

}  // namespace
}  // namespace lab
