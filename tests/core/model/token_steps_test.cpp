// A token at a time against the whole forward, and drawing against its definition.

#include "core/model/token_steps.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

// Every score, and every strategy that goes on a token at a time.
constexpr const char* kLanes[] = {"dense",
                                  "local:window=2",
                                  "block:block=3+dense:heads=1",
                                  "bigbird:window=1,random=2,seed=3",
                                  "dense:score=dot",
                                  "dense:score=cosine",
                                  "local:window=2,score=general",
                                  "dense:score=additive",
                                  "dense+dense:heads=2,score=cosine",
                                  "uniform",
                                  "gaussian:sigma=1.5",
                                  "identity",
                                  "linear",
                                  "temperature",
                                  "top_k:k=2",
                                  "fixed_temperature:temperature=0.4",
                                  "dense:strategy=top_k,k=2,score=additive"};

// Parameters that are all random: what strategies learn often starts alike for all heads.
void draw(ParameterSet& parameters) {
  Rng rng(5, stream::kTests);
  for (float& number : parameters.values()) number = static_cast<float>(rng.uniform() - 0.5);
}

void expect_steps_of_a_writer(const char* attention) {
  const LanguageModelShape shape{9, 7, causal({8, 2, 2, 12, parse_allocation(attention)})};
  ParameterSet parameters(parameter_specs(shape));
  draw(parameters);
  LanguageModel whole(cpu_device(), shape, {}, parameters);
  const std::vector<int> text = {3, 1, 4, 1, 5, 6, 2, 6, 0};
  std::copy(text.begin(), text.end(), whole.tokens().begin());
  whole.forward();
  WriterSteps steps(shape, parameters);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto next = steps.step(text[i]);
    for (int v = 0; v < 7; ++v)
      EXPECT_NEAR(next[v], whole.probabilities()[i * 7 + v], 1e-5) << attention << " token " << i;
  }
  EXPECT_NE(message_of<Error>([&] { steps.step(1); }).find("full"), std::string::npos);
  steps.restart();
  EXPECT_NEAR(steps.step(3)[0], whole.probabilities()[0], 1e-5);
  EXPECT_NE(message_of<Error>([&] { steps.step(7); }), "");
}

TEST(TokenSteps, AWriterSaysAtEachTokenWhatTheWholeForwardSays) {
  for (const char* attention : kLanes) expect_steps_of_a_writer(attention);
  expect_steps_of_a_writer("off");
  expect_steps_of_a_writer("synthesizer");  // its text is always as long
  expect_steps_of_a_writer("span:ramp=2");
}

void expect_steps_of_a_translator(const char* attention) {
  const TranslatorShape shape{6, 5, 6, 7, 8, {8, 2, 2, 12, parse_allocation(attention)}};
  ParameterSet parameters(parameter_specs(shape));
  draw(parameters);
  Translator whole(cpu_device(), shape, {}, parameters);
  const std::vector<int> source = {3, 1, 4, 1, 5}, target = {1, 7, 2, 6, 0, 5};
  std::copy(source.begin(), source.end(), whole.source().begin());
  std::copy(target.begin(), target.end(), whole.target().begin());
  whole.forward();
  TranslatorSteps steps(shape, parameters, source);
  for (size_t i = 0; i < target.size(); ++i) {
    const auto next = steps.step(target[i]);
    for (int v = 0; v < 8; ++v)
      EXPECT_NEAR(next[v], whole.probabilities()[i * 8 + v], 1e-5) << attention << " token " << i;
  }
}

TEST(TokenSteps, ATranslatorSaysAtEachTokenWhatTheWholeForwardSays) {
  for (const char* attention : kLanes) expect_steps_of_a_translator(attention);
}

// Of every kind, in each of a translator's attentions; tokens that are there, and one that is not there yet.
std::vector<Intervention> changes_in(Attending attending) {
  using What = Intervention::What;
  return {{What::kTemperature, 0, 0, -1, 3, -1, -1, attending}, {What::kUniform, 0, 1, 0, 1, -1, -1, attending},
          {What::kMask, 0, -1, 1, 1, -1, 1, attending},         {What::kWeight, 0, 0, 0, 0.7f, 2, 0, attending},
          {What::kMask, 0, 1, -1, 1, -1, 4, attending},         {What::kOff, 0, 1, 1, 1, -1, -1, attending}};
}

void expect_changed_steps_of_a_translator(const char* attention, const std::vector<Intervention>& changes) {
  const TranslatorShape shape{6, 5, 6, 7, 8, {8, 2, 2, 12, parse_allocation(attention)}};
  ParameterSet parameters(parameter_specs(shape));
  draw(parameters);
  for (float& number : parameters.values()) number *= 2;  // so that attention counts
  ModelSetup setup;
  setup.changes = changes;
  Translator whole(cpu_device(), shape, setup, parameters), plain(cpu_device(), shape, {}, parameters);
  const std::vector<int> source = {3, 1, 4, 1, 5}, target = {1, 7, 2, 6, 0, 5};
  for (Translator* one : {&whole, &plain}) {
    std::copy(source.begin(), source.end(), one->source().begin());
    std::copy(target.begin(), target.end(), one->target().begin());
    one->forward();
  }
  TranslatorSteps steps(shape, parameters, source, changes);
  double difference = 0;
  for (size_t i = 0; i < target.size(); ++i) {
    const auto next = steps.step(target[i]);
    for (int v = 0; v < 8; ++v) {
      const float expected = whole.probabilities()[i * 8 + v];
      EXPECT_NEAR(next[v], expected, 1e-5) << attention << " token " << i;
      difference = std::max<double>(difference, std::abs(expected - plain.probabilities()[i * 8 + v]));
    }
  }
  EXPECT_GT(difference, 1e-4) << attention << ": something was changed";
}

TEST(TokenSteps, ATranslatorFollowsChangesInEachOfItsAttentions) {
  for (const char* attention :
       {"dense", "local:window=2", "dense+dense:heads=2,score=cosine", "temperature", "top_k:k=2"}) {
    std::vector<Intervention> all;
    for (const Attending attending : {Attending::kTokens, Attending::kAnswer, Attending::kCross}) {
      const std::vector<Intervention> some = changes_in(attending);
      expect_changed_steps_of_a_translator(attention, some);
      all.insert(all.end(), some.begin(), some.end());
    }
    expect_changed_steps_of_a_translator(attention, all);
  }
  // To the text it looks by the data, whatever the lane's strategy is.
  expect_changed_steps_of_a_translator("gaussian:sigma=1.5", changes_in(Attending::kCross));
}

TEST(TokenSteps, EachChangeAloneIsFollowed) {
  for (const Attending attending : {Attending::kAnswer, Attending::kCross})
    for (const Intervention& change : changes_in(attending)) expect_changed_steps_of_a_translator("dense", {change});
}

TEST(TokenSteps, AWriterFollowsChangesToo) {
  const LanguageModelShape shape{9, 7, causal({8, 2, 2, 12})};
  ParameterSet parameters(parameter_specs(shape));
  draw(parameters);
  const std::vector<Intervention> changes = changes_in(Attending::kTokens);
  ModelSetup setup;
  setup.changes = changes;
  LanguageModel whole(cpu_device(), shape, setup, parameters);
  const std::vector<int> text = {3, 1, 4, 1, 5, 6, 2, 6, 0};
  std::copy(text.begin(), text.end(), whole.tokens().begin());
  whole.forward();
  WriterSteps steps(shape, parameters, changes);
  for (size_t i = 0; i < text.size(); ++i) {
    const auto next = steps.step(text[i]);
    for (int v = 0; v < 7; ++v) EXPECT_NEAR(next[v], whole.probabilities()[i * 7 + v], 1e-5) << "token " << i;
  }
}

TEST(TokenSteps, WhatNeedsAWholeTextIsRefusedWithASentence) {
  const LanguageModelShape writer{9, 7, causal({8, 2, 2, 12, parse_allocation("hierarchical:block=3,chosen=2")})};
  ParameterSet of_writer(parameter_specs(writer));
  EXPECT_NE(message_of<Error>([&] { WriterSteps(writer, of_writer); }).find("best blocks"), std::string::npos);
  const TranslatorShape translator{9, 5, 6, 7, 8, {8, 2, 2, 12, parse_allocation("span:ramp=2")}};
  ParameterSet of_translator(parameter_specs(translator));
  const std::vector<int> source = {3, 1};
  EXPECT_NE(message_of<Error>([&] { TranslatorSteps(translator, of_translator, source); }).find("not known"),
            std::string::npos);
}

std::map<int, double> drawn(const Sampling& how) {
  const std::vector<float> probabilities = {0.1f, 0.5f, 0.15f, 0.25f};
  Rng rng(3, stream::kTests);
  std::map<int, double> shares;
  for (int i = 0; i < 20000; ++i) shares[choose(probabilities, how, rng)] += 1 / 20000.0;
  return shares;
}

TEST(Sampling, DrawsFollowTheSettings) {
  EXPECT_EQ(drawn({.temperature = 0}).size(), 1u);
  EXPECT_NEAR(drawn({})[3], 0.25, 0.015);
  const auto top_two = drawn({.top_k = 2});
  EXPECT_EQ(top_two.size(), 2u);
  EXPECT_NEAR(top_two.at(1), 0.5 / 0.75, 0.015);
  EXPECT_EQ(drawn({.top_p = 0.6f}).size(), 2u);  // 0.5 alone is not enough
  EXPECT_EQ(drawn({.top_p = 0.49f}).size(), 1u);
  const double sharpened = 0.25 / (0.01 + 0.25 + 0.0225 + 0.0625);
  EXPECT_NEAR(drawn({.temperature = 0.5f})[1], sharpened, 0.015);
  EXPECT_THROW(drawn({.temperature = -1}), Error);
  EXPECT_THROW(drawn({.top_p = 0}), Error);
}

}  // namespace
}  // namespace lab
