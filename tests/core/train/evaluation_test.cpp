// Evaluation takes as many samples at once as fit, and what it says does not depend on how many these are.

#include "core/train/evaluation.h"

#include <gtest/gtest.h>

#include "core/device/cpu_device.h"
#include "tests/core/train/small_texts.h"

namespace lab {
namespace {

TEST(Evaluation, LongTextsAreFewAtOnce) {
  EXPECT_EQ(evaluation_batch({}), 100) << "pictures";
  EXPECT_EQ(evaluation_batch({20, 10}), 100);
  EXPECT_EQ(evaluation_batch({128, 0}), 39);
  EXPECT_EQ(evaluation_batch({100'000, 0}), 1);
}

// A writer of texts of 128 tokens has fewer at once than there are; the last batch is not full.
TEST(Evaluation, IsTheMeanOverAllSamples) {
  const TemporaryFolder folder;
  const Experiment experiment = small_writer(folder, {"dense"});
  const DatasetPtr data = load_data(experiment);
  const LearnerShape shape = {*data, experiment.model, experiment.lanes[0]};
  ParameterSet parameters(parameter_specs(shape));
  parameters.initialise(parameter_specs(shape), 3);
  const SampleSet& set = data->train;
  const int samples = 45;
  ASSERT_GE(set.count(), samples);
  std::unique_ptr<Learner> all, one;
  const auto learner_of = [&](const SampleSize& size) -> Learner& {
    if (!all) all = make_learner(shape, size, cpu_device(), {.batch = evaluation_batch(size)}, parameters);
    return *all;
  };
  const Evaluation whole = evaluate(*data, set, samples, learner_of);
  Judgement total;
  for (int i = 0; i < samples; ++i) {
    const Sample sample = set.sample(i);
    one = make_learner(shape, size_of(*data, sample), cpu_device(), {}, parameters);
    one->put(0, sample);
    one->start_forward();
    const Judgement judged = one->judge(0, sample);
    total.loss += judged.loss, total.right += judged.right, total.places += judged.places;
  }
  EXPECT_EQ(whole.pictures, samples);
  EXPECT_NEAR(whole.loss, total.loss / static_cast<double>(total.places), 1e-6);
  EXPECT_NEAR(whole.accuracy, static_cast<double>(total.right) / static_cast<double>(total.places), 1e-3);
}

}  // namespace
}  // namespace lab
