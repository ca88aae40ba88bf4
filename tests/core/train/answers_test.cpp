// What is said of a trained lane of texts: its answers, its diagonal, its reach.

#include "core/train/answers.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/train/alignment.h"
#include "core/train/reach.h"
#include "core/train/usual_experiment.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

TEST(Answers, AreScoredByTheNearestTrueOne) {
  Trainer trainer(small_experiment("copy", {"dense"}), load_task("copy"));
  const AnswerScore score = score_answers(trainer, 0, trainer.data().test, 20);
  EXPECT_EQ(score.texts, 20);
  EXPECT_LT(score.exact, 0.2);  // nothing is learned yet
  EXPECT_GT(score.errors, 0.5);
  EXPECT_EQ(score.copied, 1);  // to copy is all that is asked
}

TEST(Answers, CopyingFindsTheDiagonal) {
  Experiment e = small_experiment("copy", {"dense"});
  e.model.width = 32;
  e.batch = 32;
  e.optimiser.learning_rate = 5e-3f;
  Trainer trainer(e, load_task("copy"));
  const Diagonal before = diagonal_of(trainer, 0, trainer.data().test, 20);
  EXPECT_NEAR(before.share, before.uniform, 0.15);
  EXPECT_GT(before.uniform, 0.15);
  EXPECT_LT(before.uniform, 0.5);
  for (int step = 0; step < 250; ++step) trainer.step();
  EXPECT_GT(diagonal_of(trainer, 0, trainer.data().test, 20).share, 2 * before.uniform);
}

std::string reach(int layers, const char* lane) {
  Experiment e = small_experiment("needle", {lane});
  e.model.layers = layers;
  return reach_in_words({*load_task("needle"), e.model, e.lanes[0]});
}

TEST(Reach, IsWindowTimesLayers) {
  EXPECT_NE(reach(1, "local:window=4").find("up to 4 places away"), std::string::npos) << reach(1, "local:window=4");
  EXPECT_NE(reach(1, "local:window=4").find("cannot be found"), std::string::npos);
  EXPECT_NE(reach(3, "local:window=4").find("up to 12 places away"), std::string::npos);
  EXPECT_NE(reach(3, "local:window=4").find("in 4 of 32 places"), std::string::npos);  // 9 to 12
  EXPECT_NE(reach(1, "dense").find("it can be found"), std::string::npos);
  EXPECT_NE(reach(10, "local:window=4").find("it can be found"), std::string::npos);
  EXPECT_NE(reach(2, "identity").find("up to 0 places away"), std::string::npos);
  Experiment e = small_experiment("sentences", {"local:window=1"});
  EXPECT_EQ(reach_in_words({*load_task("sentences"), e.model, e.lanes[0]}), "");  // where it stands is not known
}

TEST(Reach, FollowsThePatternsOfTheLayers) {
  Experiment e = small_experiment("needle", {"local:window=1+block:block=8,layers=1"});
  e.model.layers = 2;
  const std::vector<bool> heard = heard_by_the_first({*load_task("needle"), e.model, e.lanes[0]}, 20);
  for (int token = 0; token < 20; ++token) EXPECT_EQ(heard[token], token < 8) << token;  // the block of 0 and 1
}

TEST(Usual, EveryTaskHasSettingsThatAreValid) {
  for (const Task& task : tasks()) {
    const Experiment e = usual_experiment(task.name);
    EXPECT_EQ(e.task, task.name);
    EXPECT_NO_THROW(validate(e));
    EXPECT_EQ(usual_steps(task.name) > 0, task.kind != ModelKind::kPictureClassifier) << task.name;
  }
  EXPECT_THROW(usual_experiment("chess"), Error);
}

}  // namespace
}  // namespace lab
