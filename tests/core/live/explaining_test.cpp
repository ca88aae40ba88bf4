// Explaining beside training: what is asked for anew is there at once, what is newer comes bit by bit, each explanation
// is of one set of weights, and training knows nothing of it.

#include "core/live/explaining.h"

#include <gtest/gtest.h>

#include "core/inspect/text_explainer.h"
#include "core/live/probing.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

Experiment small_pictures() {
  Experiment experiment = small_experiment("shapes", {"dense"});
  experiment.model.patch = 7;
  return experiment;
}

std::vector<Experiment> one_of_each_kind(const TemporaryFolder& folder) {
  return {small_pictures(), small_experiment("sentences", {"dense"}), small_experiment("dates", {"dense"}),
          small_writer(folder, {"dense"})};
}

/// One lane that trains, and is explained after each step.
struct Watched {
  explicit Watched(const Experiment& experiment) : trainer(experiment, load_data(experiment)) {
    probing.look_at(trainer.data(), 0);
  }
  const ExplanationSnapshot& next() {
    trainer.step();
    probing.read(trainer, 0, trainer.steps(), true, lane);
    const bool translates = trainer.data().kind == ModelKind::kTranslator;
    return explaining.look(trainer, probing.probe(), translates ? probing.fed(lane.written) : std::vector<int>{},
                           {trainer.steps(), true});
  }
  std::vector<float> weights() { return trainer.learned(0, false).values; }

  Trainer trainer;
  Probing probing;
  LaneSnapshot lane;
  Explaining explaining;
};

// Small models are explained within the one look that what is new has.
TEST(Explaining, WhatIsAskedForAnewIsThereAfterTheNextStep) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : one_of_each_kind(folder)) {
    Watched run(experiment);
    for (int step = 0; step < 3; ++step) EXPECT_EQ(run.next().lane, -1);
    run.explaining.asked = {0};
    EXPECT_EQ(run.next().step, 4) << experiment.task;
    run.explaining.asked = {0, 1, 2};
    EXPECT_EQ(run.next().explanation.answer, 2) << experiment.task;
    run.probing.look_at(run.trainer.data(), 1);
    EXPECT_EQ(run.next().step, 6) << experiment.task;
  }
}

TEST(Explaining, LeavesTrainingAsItIs) {
  const TemporaryFolder folder;
  for (const Experiment& experiment : one_of_each_kind(folder)) {
    Watched alone(experiment), watched(experiment);
    watched.explaining.asked = {0};
    for (int step = 0; step < 8; ++step) alone.next(), watched.next();
    EXPECT_EQ(watched.weights(), alone.weights()) << experiment.task;
  }
}

// What is newer is computed while steps go by, by the weights of the step that it names.
TEST(Explaining, EachExplanationIsOfOneSetOfWeights) {
  const TemporaryFolder folder;
  Experiment experiment = small_writer(folder, {"dense"});
  experiment.model.width = 64, experiment.model.mlp = 256, experiment.model.layers = 2;
  Watched run(experiment);
  run.explaining.asked = {0};
  std::vector<std::vector<float>> weights = {{}};
  ExplanationSnapshot now;
  do {
    now = run.next();
    weights.push_back(run.weights());
  } while (now.step < 2);

  const LearnerShape shape = run.trainer.shape_of(0);
  ParameterSet then(parameter_specs(shape));
  const std::vector<float>& values = weights[now.step];
  std::copy(values.begin(), values.end(), then.values().begin());
  TextExplainer explainer(answering(writer_shape(shape)), parameter_specs(shape));
  explainer.take(then);
  const Explanation expected = explainer.explain({run.probing.probe().tokens}), &shown = now.explanation;
  EXPECT_EQ(shown.by_layer, expected.by_layer);
  EXPECT_EQ(shown.at_random, expected.at_random);
  for (int way = 0; way < kExplanationWays; ++way) {
    EXPECT_EQ(shown.ways[way].relevance, expected.ways[way].relevance) << way;
    EXPECT_EQ(shown.ways[way].remaining, expected.ways[way].remaining) << way;
  }
}

// Of a viewer's text it goes on from its own answer, which changes while it learns; the page is not blank meanwhile.
TEST(Explaining, ATranslatorsNewAnswerLeavesTheOldExplanationUntilThereIsANewOne) {
  Watched run(small_experiment("dates", {"dense"}));
  run.probing.look_at(run.trainer, "1 May 1999");
  run.explaining.asked = {0, 3};
  std::vector<int> written;
  int answers = 0;
  for (int step = 0; step < 60; ++step) {
    const ExplanationSnapshot& now = run.next();
    EXPECT_EQ(now.lane, 0) << step;
    EXPECT_LE(now.place, 3);
    answers += written != run.lane.written.tokens;
    written = run.lane.written.tokens;
  }
  EXPECT_GT(answers, 1) << "there was something to keep up with";
}

// What is read with the changes is what is explained; taken back, they leave no trace.
TEST(Explaining, FollowsWhatIsChangedInAttention) {
  using What = Intervention::What;
  const TemporaryFolder folder;
  for (const Experiment& experiment : one_of_each_kind(folder)) {
    Watched run(experiment);
    const auto explained = [&] {
      run.probing.read(run.trainer, 0, 0, true, run.lane);
      const bool translates = run.trainer.data().kind == ModelKind::kTranslator;
      return run.explaining.look(run.trainer, run.probing.probe(),
                                 translates ? run.probing.fed(run.lane.written) : std::vector<int>{}, {0, false});
    };
    run.explaining.asked = {0};
    const ExplanationSnapshot before = explained();
    run.trainer.set_changes(0,
                            {{What::kOff, 0, 0, 1}, {What::kTemperature, 0, 0, 0, 4}, {What::kUniform, 0, -1, 0, 0}});
    const ExplanationSnapshot changed = explained();
    EXPECT_EQ(before.changes, 0);
    EXPECT_EQ(changed.changes, 2) << "the third changes nothing";
    const std::vector<float>& p = run.lane.probabilities;
    const size_t answers = changed.explanation.by_layer.size() / 2;
    const bool writes = run.trainer.data().kind == ModelKind::kWriter;
    const size_t place = writes ? run.probing.probe().tokens.size() - 1 : 0;
    for (size_t k = 0; k < answers; ++k)
      EXPECT_NEAR(changed.explanation.by_layer[answers + k], p[place * answers + k], 1e-5) << experiment.task;
    EXPECT_NE(changed.explanation.by_layer, before.explanation.by_layer);
    EXPECT_NE(changed.explanation.ways[kIntegratedGradients].relevance,
              before.explanation.ways[kIntegratedGradients].relevance);
    run.trainer.set_changes(0, {});
    EXPECT_EQ(explained().explanation.by_layer, before.explanation.by_layer);
  }
}

}  // namespace
}  // namespace lab
