// Looks inside lanes: what they find agrees with what the trainer itself says, of pictures and of texts, and they keep
// up with the run.

#include "core/live/looking_inside.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/data/text_samples.h"
#include "core/train/answers.h"
#include "tests/core/train/small_data.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

Experiment small(const std::string& task, std::initializer_list<const char*> lanes) {
  Experiment e = small_experiment(task, lanes);
  e.model.layers = 2, e.model.patch = 2;
  e.batch = 4;
  return e;
}

Probe probe_of(const Trainer& trainer, int index) {
  const SampleSet& test = trainer.data().test;
  const Sample sample = test.sample(index);
  Probe probe = {index, {sample.pixels.begin(), sample.pixels.end()}, test.height, test.width, sample.label, ""};
  probe.tokens.assign(sample.tokens.begin(), sample.tokens.end());
  probe.answer.assign(sample.answer.begin(), sample.answer.end());
  return probe;
}

// Until there is nothing left to find.
InsideSnapshot look(LookingInside& inside, Trainer& trainer, const Probe& probe, bool past = false) {
  do inside.look(trainer, probe, {trainer.steps(), false, past});
  while (inside.unfinished());
  return inside.look(trainer, probe, {trainer.steps(), false, past});
}

std::string random_letters(Rng& rng, uint32_t most) {
  std::string text;
  for (uint32_t left = 2 + rng.below(most - 1); left > 0; --left) text += static_cast<char>('a' + rng.below(20));
  return text;
}

Dataset letters(ModelKind kind, const TextSettings& settings) {
  Rng rng(5, stream::kTests);
  LabelledTexts all;
  TextPairs pairs;
  std::string long_text;
  all.classes = {"without", "with"};
  for (int i = 0; i < 160; ++i) {
    const std::string text = random_letters(rng, 20);
    all.add(text, text.find('a') != std::string::npos);
    pairs.add(text, {text.rbegin(), text.rend()});
    long_text += text;
  }
  all.first_test = pairs.first_test = 120;
  if (kind == ModelKind::kTextClassifier) return classified(std::move(all), settings);
  if (kind == ModelKind::kTranslator) return translated(std::move(pairs), settings, settings);
  return written(long_text, settings);
}

DatasetPtr data_of_letters(ModelKind kind) {
  auto data = std::make_shared<Dataset>(letters(kind, {Tokenizer::Kind::kCharacters, 100, 1, 24}));
  data->task = "definitions";
  data->title = "letters";
  return data;
}

void expect_same(const HeadStatistics& a, const HeadStatistics& b) {
  EXPECT_NEAR(a.entropy, b.entropy, 1e-5);
  EXPECT_NEAR(a.entropy_share, b.entropy_share, 1e-5);
  EXPECT_NEAR(a.distance, b.distance, 1e-4);
  EXPECT_NEAR(a.itself, b.itself, 1e-5);
  EXPECT_NEAR(a.neighbours, b.neighbours, 1e-5);
  EXPECT_NEAR(a.before, b.before, 1e-5);
  EXPECT_NEAR(a.class_token, b.class_token, 1e-5);
  EXPECT_NEAR(a.largest, b.largest, 1e-5);
  EXPECT_NEAR(a.onward, b.onward, 1e-5);
  EXPECT_NEAR(a.backward, b.backward, 1e-5);
}

// The trainer reads one sample at a time, without padding; the study many of one size together.
void expect_heads_are_the_trainers(Trainer& trainer, int lane) {
  LookingInside inside;
  inside.place = {lane, InsideView::kHeads};
  const InsideSnapshot found = look(inside, trainer, probe_of(trainer, 0));
  ASSERT_TRUE(found.heads);
  const int count = trainer.data().test.count(), samples = std::min(count, 64);
  ASSERT_EQ(found.heads->samples, samples);
  const ModelSettings& model = trainer.experiment().model;
  std::vector<HeadTally> expected(model.layers * model.heads);
  for (int i = 0; i < samples; ++i) {
    const Sample sample = trainer.data().test.sample(i * count / samples);
    const Reading reading = trainer.read(lane, sample);
    for (size_t at = 0; at < expected.size(); ++at) {
      const TileMap& map = reading.maps[at / model.heads].of(static_cast<int>(at) % model.heads);
      const size_t pairs = map.dense_pairs();
      expected[at].add(std::span(reading.attention).subspan(at * pairs, pairs), map, map.queries());
    }
  }
  ASSERT_EQ(found.heads->heads.size(), expected.size());
  for (size_t at = 0; at < expected.size(); ++at) expect_same(found.heads->heads[at], expected[at].mean());
}

void expect_mistakes_are_the_trainers(Trainer& trainer, int lane) {
  LookingInside inside;
  inside.place = {lane, InsideView::kMistakes};
  const InsideSnapshot found = look(inside, trainer, probe_of(trainer, 0));
  ASSERT_TRUE(found.mistakes);
  const Mistakes& m = *found.mistakes;
  const int count = trainer.data().test.count();
  const Evaluation expected = trainer.evaluate(lane, trainer.data().test, count);
  EXPECT_EQ(m.samples, count);
  EXPECT_EQ(m.of, count);
  EXPECT_NEAR(m.accuracy(), expected.accuracy, 1e-9);
  if (m.classes == 0) return;
  EXPECT_EQ(std::accumulate(m.confusion.begin(), m.confusion.end(), 0), count);
  EXPECT_NEAR(m.loss / count, expected.loss, 1e-4);
  int right = 0;
  for (int k = 0; k < m.classes; ++k) right += m.count(k, k);
  EXPECT_EQ(right, m.right);
}

template <class Tally>
void expect_decoders_heads_are_the_trainers(Trainer& trainer, Attending attending) {
  LookingInside inside;
  inside.place = {0, InsideView::kHeads, 0, 0, attending};
  const InsideSnapshot found = look(inside, trainer, probe_of(trainer, 0));
  ASSERT_TRUE(found.heads);
  const int count = trainer.data().test.count();
  const ModelSettings& model = trainer.experiment().model;
  std::vector<Tally> expected(model.layers * model.heads), even(expected.size());
  for (int i = 0; i < found.heads->samples; ++i) {
    const Reading reading = trainer.read(0, trainer.data().test.sample(i * count / found.heads->samples));
    const SeenAttention& seen = attending == Attending::kAnswer ? reading.answer : reading.cross;
    for (size_t at = 0; at < expected.size(); ++at) {
      const int layer = static_cast<int>(at) / model.heads, head = static_cast<int>(at) % model.heads;
      const TileMap& map = seen.maps[layer].of(head);
      expected[at].add({seen.head(layer, head), static_cast<size_t>(map.dense_pairs())}, map, map.keys());
      even[at].add_even(map, map.keys());
    }
  }
  ASSERT_EQ(found.heads->heads.size(), expected.size());
  for (size_t at = 0; at < expected.size(); ++at) {
    expect_same(found.heads->heads[at], expected[at].mean());
    expect_same(found.heads->even[at], even[at].mean());
  }
}

TEST(LookingInside, FindsInBothAttentionsOfADecoderWhatTheTrainerSays) {
  Trainer trainer(small("definitions", {"local:window=2"}), data_of_letters(ModelKind::kTranslator));
  for (int step = 0; step < 10; ++step) trainer.step();
  expect_decoders_heads_are_the_trainers<HeadTally>(trainer, Attending::kAnswer);
  expect_decoders_heads_are_the_trainers<CrossTally>(trainer, Attending::kCross);
}

// The softmax of the cloud's scores is the attention that is shown.
TEST(LookingInside, ADecodersCloudGivesItsWeights) {
  Trainer trainer(small("definitions", {"dense"}), data_of_letters(ModelKind::kTranslator));
  for (int step = 0; step < 10; ++step) trainer.step();
  const Probe probe = probe_of(trainer, 5);
  const Reading reading = trainer.read(0, probe.sample());
  for (const Attending attending : {Attending::kAnswer, Attending::kCross}) {
    SCOPED_TRACE(name_of(attending));
    const SeenAttention& seen = attending == Attending::kAnswer ? reading.answer : reading.cross;
    LookingInside inside;
    inside.place = {0, InsideView::kQueriesAndKeys, 1, 1, attending};
    const InsideSnapshot found = look(inside, trainer, probe);
    ASSERT_TRUE(found.pairs) << found.missing;
    const QueryKeyCloud& cloud = *found.pairs;
    const auto own =
        std::find_if(cloud.samples.begin(), cloud.samples.end(), [](const auto& s) { return s.index < 0; });
    ASSERT_NE(own, cloud.samples.end());
    ASSERT_EQ(own->queries.count, seen.queries);
    ASSERT_EQ(own->keys.count, seen.keys);
    EXPECT_EQ(cloud.query_places.size(), static_cast<size_t>(cloud.query_count()));
    EXPECT_EQ(cloud.key_places.size(), static_cast<size_t>(cloud.key_count()));
    for (int query = 0; query < seen.queries; ++query) {
      double total = 0;
      const auto power = [&](int key) {
        const bool exists = cloud.exists(own->queries.first + query, own->keys.first + key);
        return exists ? std::exp(double{cloud.score(own->queries.first + query, own->keys.first + key)}) : 0;
      };
      for (int key = 0; key < seen.keys; ++key) total += power(key);
      for (int key = 0; key < seen.keys; ++key)
        EXPECT_NEAR(power(key) / total, seen.head(1, 1)[query * seen.keys + key], 1e-5);
    }
  }
}

TEST(LookingInside, OnlyATranslatorHasAnswersThatLook) {
  Trainer trainer(small("shapes", {"dense"}), small_data());
  LookingInside inside;
  inside.place = {0, InsideView::kHeads, 0, 0, Attending::kCross};
  EXPECT_EQ(inside.look(trainer, probe_of(trainer, 0), {0, false, false}).place.lane, -1);
}

TEST(LookingInside, FindsInPicturesWhatTheTrainerSays) {
  Trainer trainer(small("shapes", {"dense", "local:window=1"}), small_data());
  for (int step = 0; step < 10; ++step) trainer.step();
  for (const int lane : {0, 1}) {
    expect_heads_are_the_trainers(trainer, lane);
    expect_mistakes_are_the_trainers(trainer, lane);
  }
}

TEST(LookingInside, FindsInTextsOfAllLengthsWhatTheTrainerSays) {
  for (const ModelKind kind : {ModelKind::kTextClassifier, ModelKind::kWriter, ModelKind::kTranslator}) {
    Trainer trainer(small("definitions", {"dense", "local:window=2"}), data_of_letters(kind));
    for (int step = 0; step < 10; ++step) trainer.step();
    for (const int lane : {0, 1}) {
      expect_heads_are_the_trainers(trainer, lane);
      expect_mistakes_are_the_trainers(trainer, lane);
    }
  }
}

TEST(LookingInside, TheCloudBeginsWithTheSampleLookedAt) {
  Trainer trainer(small("shapes", {"dense", "dense:strategy=linear"}), small_data());
  trainer.step();
  LookingInside inside;
  inside.place = {0, InsideView::kQueriesAndKeys, 1, 1};
  const InsideSnapshot found = look(inside, trainer, probe_of(trainer, 5));
  ASSERT_TRUE(found.pairs);
  const QueryKeyCloud& cloud = *found.pairs;
  EXPECT_EQ(cloud.samples[0].index, -1);
  EXPECT_EQ(cloud.samples[0].queries.count, 17);
  EXPECT_EQ(cloud.samples[0].keys.count, 17);
  EXPECT_EQ(cloud.query_places.size(), static_cast<size_t>(cloud.query_count()));
  EXPECT_GT(cloud.samples.size(), 4u);
  const Sample sample = trainer.data().test.sample(5);
  trainer.read(0, sample);
  AttentionStages stages;
  ASSERT_TRUE(trainer.stages({0, 1, 1}, stages));
  for (int query = 0; query < 17; ++query)
    for (int key = 0; key < 17; ++key) EXPECT_NEAR(cloud.score(query, key), stages.scores[query * 17 + key], 1e-5);
  inside.place.lane = 1;
  const InsideSnapshot linear = look(inside, trainer, probe_of(trainer, 5));
  EXPECT_FALSE(linear.pairs);
  EXPECT_NE(linear.missing, "");
}

TEST(LookingInside, ATextWithoutAnAnswerHasACloudToo) {
  Trainer trainer(small("definitions", {"dense"}), data_of_letters(ModelKind::kTranslator));
  Probe probe = probe_of(trainer, 3);
  probe.index = -1, probe.answer.clear();
  LookingInside inside;
  inside.place = {0, InsideView::kQueriesAndKeys, 0, 1};
  const InsideSnapshot found = look(inside, trainer, probe);
  ASSERT_TRUE(found.pairs) << found.missing;
  const auto own = [](const InsideSnapshot& snapshot) {
    const auto& samples = snapshot.pairs->samples;
    return *std::find_if(samples.begin(), samples.end(), [](const auto& sample) { return sample.index < 0; });
  };
  EXPECT_EQ(own(found).queries.count, static_cast<int>(probe.tokens.size()));
  inside.place.attending = Attending::kCross;
  const InsideSnapshot cross = look(inside, trainer, probe);
  ASSERT_TRUE(cross.pairs) << cross.missing;
  EXPECT_EQ(own(cross).queries.count, static_cast<int>(write_answer(trainer, 0, probe.tokens).size()));
  EXPECT_EQ(own(cross).keys.count, static_cast<int>(probe.tokens.size()));
}

TEST(LookingInside, GradientsAreKnownAfterAStepOnly) {
  Trainer trainer(small("shapes", {"dense"}), small_data());
  LookingInside inside;
  inside.place = {0, InsideView::kWeights};
  const Probe probe = probe_of(trainer, 0);
  const InsideSnapshot before = look(inside, trainer, probe);
  ASSERT_TRUE(before.weights);
  EXPECT_FALSE(before.weights->gradients);
  trainer.step();
  const InsideSnapshot after = look(inside, trainer, probe);
  EXPECT_EQ(after.step, 1);
  ASSERT_TRUE(after.weights->gradients);
  int64_t count = 0;
  double squares = 0;
  for (const ParameterInside& p : after.weights->parameters) {
    count += p.weights.count;
    EXPECT_EQ(p.gradients.count, p.weights.count);
    squares += static_cast<double>(p.gradients.count) *
               (p.gradients.deviation * p.gradients.deviation + p.gradients.mean * p.gradients.mean);
  }
  EXPECT_EQ(count, trainer.parameters(0).count());
  EXPECT_NEAR(std::sqrt(squares), trainer.gradient_norm(0), 1e-4 * trainer.gradient_norm(0));
  inside.forget();
  EXPECT_FALSE(look(inside, trainer, probe).weights->gradients) << "the weights came from elsewhere";
  trainer.step();
  EXPECT_FALSE(look(inside, trainer, probe, true).weights->gradients) << "the past has none";
}

TEST(LookingInside, KeepsUpWithTheStepsAndTheView) {
  Trainer trainer(small("shapes", {"dense"}), small_data());
  LookingInside inside;
  const Probe probe = probe_of(trainer, 0);
  EXPECT_EQ(inside.look(trainer, probe, {0, false, false}).place.lane, -1);
  EXPECT_FALSE(inside.unfinished());
  inside.place = {0, InsideView::kHeads};
  const InsideSnapshot first = look(inside, trainer, probe);
  trainer.step();
  const InsideSnapshot second = look(inside, trainer, probe);
  EXPECT_EQ(second.step, 1);
  EXPECT_NE(first.heads->heads[0].entropy, second.heads->heads[0].entropy);
  inside.place.view = InsideView::kMistakes;
  const InsideSnapshot third = look(inside, trainer, probe);
  EXPECT_FALSE(third.heads);
  EXPECT_TRUE(third.mistakes);
  inside.place.lane = 7;
  EXPECT_EQ(look(inside, trainer, probe).place.lane, -1) << "no such lane";
}

TEST(LookingInside, ChangedAttentionIsSeenChanged) {
  Trainer trainer(small("shapes", {"dense"}), small_data());
  for (int step = 0; step < 10; ++step) trainer.step();
  LookingInside inside;
  inside.place = {0, InsideView::kHeads};
  const Probe probe = probe_of(trainer, 0);
  const InsideSnapshot before = look(inside, trainer, probe);
  trainer.set_changes(0, {{.what = Intervention::What::kUniform, .layer = 1, .head = 0}});
  const InsideSnapshot after = look(inside, trainer, probe);
  EXPECT_NEAR(after.heads->heads[2].entropy_share, 1, 1e-5);
  EXPECT_LT(before.heads->heads[2].entropy_share, 1 - 1e-5);
  EXPECT_EQ(after.heads->heads[0].entropy, before.heads->heads[0].entropy) << "of another layer";
  expect_heads_are_the_trainers(trainer, 0);
  trainer.set_changes(0, {});
  EXPECT_EQ(look(inside, trainer, probe).heads->heads[2].entropy, before.heads->heads[2].entropy);
}

// However long training goes on, what is shown is of the weights of one step.
TEST(LookingInside, WhatIsFoundWhileTrainingIsOfOneStep) {
  Trainer trainer(small("shapes", {"dense"}), small_data());
  const Probe probe = probe_of(trainer, 0);
  LookingInside live, still;
  live.place = still.place = {0, InsideView::kMistakes};
  const InsideSnapshot expected = look(still, trainer, probe);
  InsideSnapshot found;
  for (int step = 0; step < 5000 && (!found.mistakes || found.mistakes->samples < found.mistakes->of); ++step) {
    found = live.look(trainer, probe, {trainer.steps(), true, false});
    trainer.step();
  }
  ASSERT_EQ(found.mistakes->samples, found.mistakes->of);
  EXPECT_EQ(found.step, 0);
  EXPECT_EQ(found.mistakes->confusion, expected.mistakes->confusion);
  EXPECT_EQ(found.mistakes->loss, expected.mistakes->loss);
}

}  // namespace
}  // namespace lab
