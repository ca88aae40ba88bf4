// Explanations of texts against what must hold of them: they are of the very model that trains, whatever its kind;
// integrated gradients against the answer they add up to, deletion against a model whose embeddings are erased, and all
// of them against chance.

#include "core/inspect/text_explainer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/device/cpu_device.h"
#include "core/inspect/four_ways.h"
#include "core/inspect/gradient_attention.h"
#include "core/train/trainer.h"
#include "tests/core/inspect/answering_texts.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

Explanation explained(const Kind& kind, const ParameterSet& weights, int answer = -1) {
  TextExplainer explainer(kind.shape, kind.specs);
  explainer.take(weights);
  return explainer.explain(kind.text, answer);
}

/// What the model says where the embeddings of some tokens of the text are erased, wherever they stand.
std::vector<float> answer_without(const Kind& kind, const std::vector<int>& erased) {
  Weights weights(kind);
  Tensor table = weights[kind.shape.translates ? "source_embed.weight" : "token_embed.weight"].value;
  for (const int token : erased) std::fill_n(table.data + token * table.shape[1], table.shape[1], 0.0f);
  return kind.answer(weights, kind.text);
}

int parts(const Kind& kind) { return static_cast<int>(kind.text.tokens.size()) - kind.shape.first; }

TEST(TextExplainer, TheAnswerIsThatOfTheModelInAPaddedBatch) {
  for (const Kind& kind : all_kinds()) {
    Weights weights(kind);
    const std::vector<float> p = kind.answer(weights, kind.text);
    const Explanation e = explained(kind, weights);
    EXPECT_EQ(e.answer, std::max_element(p.begin(), p.end()) - p.begin()) << kind.name;
    ASSERT_EQ(e.by_layer.size(), 3 * p.size());
    for (size_t k = 0; k < p.size(); ++k) EXPECT_NEAR(e.by_layer[2 * p.size() + k], p[k], 1e-5) << kind.name;
    for (int row = 0; row < 3; ++row)
      EXPECT_NEAR(std::accumulate(&e.by_layer[row * p.size()], &e.by_layer[row * p.size()] + p.size(), 0.0f), 1, 1e-5);
  }
}

TEST(TextExplainer, DeletionBeginsWithTheTextAndEndsInBlanks) {
  for (const Kind& kind : all_kinds()) {
    Weights weights(kind);
    const Explanation e = explained(kind, weights);
    const float whole = kind.answer(weights, kind.text)[e.answer];
    const std::vector<int> words(kind.text.tokens.begin() + kind.shape.first, kind.text.tokens.end());
    const float blank = answer_without(kind, words)[e.answer];
    EXPECT_GT(std::abs(whole - blank), 1e-3f) << "there is something to see";
    for (const Explanation::Way& way : e.ways) {
      ASSERT_EQ(static_cast<int>(way.relevance.size()), parts(kind));
      EXPECT_NEAR(way.remaining.front(), whole, 1e-5) << kind.name;
      EXPECT_NEAR(way.remaining.back(), blank, 1e-5) << kind.name;
    }
    EXPECT_NEAR(e.at_random.front(), whole, 1e-5);
    EXPECT_NEAR(e.at_random.back(), blank, 1e-5);
  }
}

TEST(TextExplainer, TheHighestTokensGoFirst) {
  for (const Kind& kind : all_kinds()) {
    const Explanation e = explained(kind, Weights(kind));
    const int first = kind.shape.first;
    for (const Explanation::Way& way : e.ways) {
      const uint32_t highest = highest_first(way.relevance)[0];
      const int token = kind.text.tokens[first + highest];
      if (std::count(kind.text.tokens.begin(), kind.text.tokens.end(), token) > 1) continue;  // both would be erased
      ASSERT_EQ(removed_parts(way.relevance.size(), 1), 1u);
      EXPECT_NEAR(way.remaining[1], answer_without(kind, {token})[e.answer], 1e-5) << kind.name;
    }
  }
}

TEST(TextExplainer, IntegratedGradientsAddUpToTheAnswer) {
  float shown = 0;  // how much of the parts the sum is, so that there is something to see
  for (const Kind& kind : all_kinds())
    for (const int answer : {-1, 0, 2}) {
      const Explanation e = explained(kind, Weights(kind), answer);
      const Explanation::Way& way = e.ways[kIntegratedGradients];
      const float all = std::log(way.remaining.front()) - std::log(way.remaining.back());
      float total = 0, size = 0;
      for (const float part : way.relevance) total += part, size += std::abs(part);
      EXPECT_NEAR(total, all, 0.02f * size) << kind.name << " " << answer;
      shown = std::max(shown, std::abs(all) / size);
    }
  EXPECT_GT(shown, 0.3f);
}

TEST(TextExplainer, AnyAnswerCanBeAskedFor) {
  for (const Kind& kind : all_kinds()) {
    Weights weights(kind);
    const std::vector<float> p = kind.answer(weights, kind.text);
    for (int answer = 0; answer < 3; ++answer) {
      const Explanation e = explained(kind, weights, answer);
      EXPECT_EQ(e.answer, answer);
      EXPECT_NEAR(e.at_random.front(), p[answer], 1e-5);
    }
    const Explanation own = explained(kind, weights), none_such = explained(kind, weights, 1000);
    EXPECT_EQ(none_such.answer, own.answer);
  }
}

// Every row is spent once, where no attention is at work on the token itself.
TEST(TextExplainer, TextAndAnswerOfATranslatorAreOneSequence) {
  const Kind kind = translator("dense");
  Weights weights(kind);
  AnswerNetwork network(kind.shape, {8, 3}, kLearning, weights);
  network.put(0, kind.text, std::vector<float>(8, 1.0f));
  network.forward();
  const AnswerNetwork::Attention all = network.attention();
  ASSERT_EQ(all.shape, (Shape{6, 2, 11, 11}));
  EXPECT_EQ(all.answering, 10);
  const auto row = [&](int layer, int head, int query) {
    return all.weights.data() + ((layer * 2 + head) * 11 + query) * 11;
  };
  for (int layer = 0; layer < 6; ++layer)
    for (int head = 0; head < 2; ++head)
      for (int query = 0; query < 11; ++query) {
        const float* w = row(layer, head, query);
        const bool of_text = query < 8, of_answer = layer == 2 || layer == 4, cross = layer == 3 || layer == 5;
        const bool at_work = of_text == (layer < 2);
        EXPECT_NEAR(std::accumulate(w, w + 11, 0.0f), 1, 1e-5);
        EXPECT_NEAR(std::accumulate(w, w + 8, 0.0f), of_text || cross ? 1 : 0, 1e-5) << layer << " " << query;
        EXPECT_EQ(w[query] == 1, !at_work || (of_answer && query == 8)) << "the first of the answer sees itself alone";
      }
  // Raw attention is the last cross-attention's, of the token that answers.
  const Explanation e = explained(kind, weights, 1);
  for (int key = 0; key < 8; ++key)
    EXPECT_NEAR(e.ways[kRawAttention].relevance[key], (row(5, 0, 10)[key] + row(5, 1, 10)[key]) / 2, 1e-6);
}

TEST(TextExplainer, GradientAttentionIsTheRowOfTheTokenThatAnswers) {
  for (const Kind& kind : {writer("dense"), classifier("dense"), translator("dense")}) {
    Weights weights(kind);
    const AnswerNetwork::Size size = {static_cast<int>(kind.text.tokens.size()),
                                      static_cast<int>(kind.text.answered.size())};
    AnswerNetwork network(kind.shape, size, kLearning, weights);
    network.put(0, kind.text, std::vector<float>(kind.text.tokens.size(), 1.0f));
    network.forward();
    AnswerNetwork::Attention all = network.attention();
    network.backward(1);
    network.take_gradients(all);
    const std::vector<float> owed = gradient_attention(all.weights, all.gradients, all.shape);
    const float* row = owed.data() + all.answering * all.shape[3];
    const Explanation e = explained(kind, weights, 1);
    const std::vector<float>& relevance = e.ways[kGradientAttention].relevance;
    for (int part = 0; part < parts(kind); ++part) EXPECT_NEAR(relevance[part], row[kind.shape.first + part], 1e-6);
  }
}

TEST(TextExplainer, ChanceIsTheSameEachTime) {
  const Kind kind = classifier("dense");
  Weights weights(kind);
  const Explanation once = explained(kind, weights);
  EXPECT_EQ(explained(kind, weights).at_random, once.at_random);
  std::array<double, kDeletions> mean{};
  Rng rng(1, stream::kRemoval);
  std::vector<uint32_t> order(parts(kind));
  AnswerNetwork network(kind.shape, {9, 0}, {}, weights);
  for (int run = 0; run < kRandomOrders; ++run) {
    rng.permute(order);
    for (int tenths = 0; tenths < kDeletions; ++tenths) {
      std::vector<float> shares(9, 1.0f);
      for (size_t i = 0; i < removed_parts(order.size(), tenths); ++i) shares[1 + order[i]] = 0;
      network.put(0, kind.text, shares);
      network.forward();
      mean[tenths] += network.probabilities()[once.answer] / kRandomOrders;
    }
  }
  for (int tenths = 0; tenths < kDeletions; ++tenths) EXPECT_NEAR(once.at_random[tenths], mean[tenths], 1e-5);
}

TEST(TextExplainer, TextsOfOtherLengthsFollowEachOther) {
  Kind kind = writer("dense");
  Weights weights(kind);
  TextExplainer explainer(kind.shape, kind.specs);
  explainer.take(weights);
  const Explanation before = explainer.explain(kind.text);
  const AskedText shorter = {{4, 7, 5}};
  EXPECT_EQ(explainer.explain(shorter).ways[0].relevance.size(), 3u);
  const Explanation again = explainer.explain(kind.text);
  EXPECT_EQ(again.by_layer, before.by_layer);
  for (int way = 0; way < kExplanationWays; ++way) EXPECT_EQ(again.ways[way].relevance, before.ways[way].relevance);
}

TEST(TextExplainer, SharesOfPartsAreToTheNearest) {
  EXPECT_EQ(removed_parts(7, 0), 0u);
  EXPECT_EQ(removed_parts(7, 1), 1u);
  EXPECT_EQ(removed_parts(49, 1), 5u);
  EXPECT_EQ(removed_parts(3, 1), 0u);
  EXPECT_EQ(removed_parts(3, 5), 2u);
  for (size_t parts = 0; parts < 200; ++parts) EXPECT_EQ(removed_parts(parts, kDeletions - 1), parts);
}

TEST(TextExplainer, RefusesWhatDoesNotFit) {
  const Kind kind = classifier("dense"), other = writer("dense"), writes = translator("dense");
  TextExplainer explainer(kind.shape, kind.specs);
  EXPECT_THROW(explainer.take(ParameterSet(other.specs)), Error);
  EXPECT_THROW(explainer.explain({{1}}), Error);
  EXPECT_THROW(explainer.explain({{1, kVocabulary}}), Error);
  EXPECT_THROW(explainer.explain({{1, 4}, {1}}), Error);
  TextExplainer of_translators(writes.shape, writes.specs);
  EXPECT_THROW(of_translators.explain({{1, 4}}), Error);
}

// On a model that has learned, what gradients rank highest matters more than chance.
TEST(TextExplainer, GradientsBeatChanceOnALearnedModel) {
  Experiment experiment = small_experiment("sentences", {"dense"});
  const DatasetPtr data = load_task("sentences", "");
  Trainer trainer(experiment, data);
  for (int step = 0; step < 60; ++step) trainer.step();
  const LearnerShape shape = trainer.shape_of(0);
  TextExplainer explainer(answering(classifier_shape(shape, data->context)), parameter_specs(shape));
  explainer.take(trainer.parameters(0));
  float chance = 0, gradients = 0, attention = 0;
  for (int text = 0; text < data->test.count(); ++text) {
    const Sample sample = data->test.sample(text);
    const Explanation e = explainer.explain({{sample.tokens.begin(), sample.tokens.end()}});
    EXPECT_EQ(e.answer, sample.label);
    chance += area_under(e.at_random);
    gradients += area_under(e.ways[kIntegratedGradients].remaining);
    attention += area_under(e.ways[kGradientAttention].remaining);
  }
  EXPECT_LT(gradients, 0.95f * chance);
  EXPECT_LT(attention, chance);
}

}  // namespace
}  // namespace lab
