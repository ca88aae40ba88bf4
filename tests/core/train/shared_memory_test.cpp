// Models that lie in the same memory, of which one is at work at a time: what the others left there changes nothing.

#include <gtest/gtest.h>

#include <limits>

#include "core/base/parallel.h"
#include "core/data/shapes.h"
#include "core/data/text_samples.h"
#include "core/device/cpu_device.h"
#include "core/train/learner.h"
#include "core/train/trainer.h"

namespace lab {
namespace {

constexpr int kBatch = 3;

TextPairs some_pairs() {
  TextPairs pairs;
  for (const char* text : {"tea", "coffee", "bread", "a cake", "milk", "rice", "honey", "figs"})
    pairs.add(text, std::string(text).substr(1));
  pairs.first_test = 6;
  return pairs;
}

Dataset some_data(ModelKind kind) {
  const TextSettings settings = {Tokenizer::Kind::kCharacters, 100, 1, 12};
  if (kind == ModelKind::kPictureClassifier) return make_shapes();
  if (kind == ModelKind::kTranslator) return translated(some_pairs(), settings, settings);
  std::string text;
  for (int time = 0; time < 20; ++time) text += "In the beginning was the word. ";
  if (kind == ModelKind::kWriter) return written(text, settings);
  LabelledTexts all;
  all.classes = {"drinks", "food"};
  const TextPairs pairs = some_pairs();
  for (size_t i = 0; i < pairs.texts.size(); ++i) all.add(pairs.texts[i], i % 2);
  all.first_test = 6;
  return classified(std::move(all), settings);
}

// More than the learner in it takes becomes no numbers.
void spoil(Arena& room) {
  constexpr int64_t kPiece = 64;
  const size_t bytes = 2 * room.bytes();
  room.rewind();
  for (size_t done = 0; done < bytes; done += kPiece * sizeof(float))
    std::fill_n(room.allocate(kPiece), kPiece, std::numeric_limits<float>::quiet_NaN());
}

struct Case {
  ModelKind kind;
  const char* lane;
  Kernel kernel = Kernel::kAutomatic;
};

// Losses and gradients of two steps.
std::vector<float> two_steps(const Case& how, Arena* room) {
  const Dataset data = some_data(how.kind);
  const ModelSettings model = {.width = 12, .heads = 2, .layers = 2, .mlp = 20, .patch = 14};
  const Lane lane = parse_lane(how.lane);
  const LearnerShape shape = {data, model, lane};
  ParameterSet parameters(parameter_specs(shape));
  parameters.initialise(parameter_specs(shape), 3);
  TrainingKnobs knobs;
  knobs.dropout = 0.1f;
  SampleSize largest;
  for (int i = 0; i < kBatch; ++i) {
    const SampleSize size = size_of(data, data.train.sample(i));
    largest = {std::max(largest.tokens, size.tokens), std::max(largest.answer, size.answer)};
  }
  ModelSetup setup = {kBatch, Tape::Mode::kTraining, 5, &knobs, how.kernel};
  setup.room = room;
  const auto learner = make_learner(shape, largest, cpu_device(), setup, parameters);
  std::vector<float> numbers;
  for (int step = 0; step < 2; ++step) {
    if (room) spoil(*room);
    std::ranges::fill(parameters.gradients(), 0.0f);
    for (int slot = 0; slot < kBatch; ++slot) learner->put(slot, data.train.sample(slot + step));
    learner->start_forward();
    learner->backward();
    numbers.push_back(learner->loss());
    numbers.insert(numbers.end(), parameters.gradients().begin(), parameters.gradients().end());
  }
  return numbers;
}

TEST(SharedMemory, WhatLiesThereChangesNoModel) {
  using enum ModelKind;
  const Case cases[] = {{kPictureClassifier, "dense"},
                        {kPictureClassifier, "local:window=1"},
                        {kTextClassifier, "dense"},
                        {kTextClassifier, "dense", Kernel::kTiles},
                        {kTextClassifier, "local:window=1"},
                        {kTextClassifier, "dense:score=cosine"},
                        {kTextClassifier, "dense:score=general", Kernel::kTiles},
                        {kTextClassifier, "dense:score=additive"},
                        {kTextClassifier, "dense:score=additive", Kernel::kTiles},
                        {kTextClassifier, "dense:strategy=uniform"},
                        {kTextClassifier, "dense:strategy=gaussian"},
                        {kWriter, "dense:strategy=synthesizer"},
                        {kTextClassifier, "dense:strategy=linear"},
                        {kTextClassifier, "dense:strategy=hierarchical,block=2,chosen=2"},
                        {kTextClassifier, "dense:strategy=top_k,k=2"},
                        {kTextClassifier, "dense:strategy=span"},
                        {kTextClassifier, "dense:strategy=temperature"},
                        {kWriter, "dense"},
                        {kWriter, "dense", Kernel::kTiles},
                        {kWriter, "dense:strategy=gaussian"},
                        {kWriter, "dense:strategy=linear"},
                        {kWriter, "dense+local:window=2,heads=1"},
                        {kTranslator, "dense"},
                        {kTranslator, "dense", Kernel::kTiles},
                        {kTranslator, "local:window=1"}};
  for (const Case& how : cases) {
    Arena room;
    EXPECT_EQ(two_steps(how, nullptr), two_steps(how, &room)) << how.lane << " " << static_cast<int>(how.kind);
  }
}

TEST(SharedMemory, AnArenaHandsOutAgainWhatItHas) {
  Arena arena;
  float* const lasting = arena.allocate_lasting(10);
  float* const first = arena.allocate(1000);
  arena.allocate(1 << 20);
  const size_t bytes = arena.bytes();
  arena.rewind();
  EXPECT_EQ(arena.allocate(900), first);
  arena.allocate(1 << 19);
  EXPECT_EQ(arena.bytes(), bytes);
  EXPECT_NE(arena.allocate_lasting(10), lasting);
  EXPECT_GT(arena.bytes(), bytes);
}

}  // namespace
}  // namespace lab
