#include "core/train/evaluation.h"

#include <algorithm>
#include <map>
#include <ranges>

namespace lab {

namespace {

constexpr int kMostSamples = 100, kMostTokens = 5000;

// The samples `members`; what is left of an earlier batch stands in for those that lack.
Judgement judge_batch(Learner& learner, const SampleSet& set, std::span<const int> members) {
  Judgement total;
  for (size_t slot = 0; slot < members.size(); ++slot) learner.put(static_cast<int>(slot), set.sample(members[slot]));
  learner.start_forward();
  for (size_t slot = 0; slot < members.size(); ++slot) {
    const Judgement one = learner.judge(static_cast<int>(slot), set.sample(members[slot]));
    total.loss += one.loss, total.right += one.right, total.places += one.places;
  }
  return total;
}

}  // namespace

int evaluation_batch(const SampleSize& size) {
  return std::clamp(kMostTokens / std::max(size.tokens + size.answer, 1), 1, kMostSamples);
}

// Samples of one size after the other, as many at a time as fit; the largest first, so that the networks of the others
// fit into the memory that theirs takes.
Evaluation evaluate(const Dataset& data, const SampleSet& set, int samples,
                    const std::function<Learner&(const SampleSize&)>& learner_of,
                    const std::function<bool(int done)>& go_on) {
  samples = std::min(samples, set.count());
  std::map<SampleSize, std::vector<int>> of_size;
  for (int i = 0; i < samples; ++i) of_size[size_of(data, set.sample(i))].push_back(i);
  Judgement total;
  int done = 0;
  bool going_on = true;
  for (const auto& [size, members] : of_size | std::views::reverse) {
    const auto most = static_cast<size_t>(evaluation_batch(size));
    for (size_t first = 0; going_on && first < members.size(); first += most) {
      const size_t count = std::min(most, members.size() - first);
      const Judgement batch = judge_batch(learner_of(size), set, std::span(members).subspan(first, count));
      total.loss += batch.loss, total.right += batch.right, total.places += batch.places;
      done += static_cast<int>(count);
      going_on = !go_on || go_on(done);
    }
  }
  const double places = static_cast<double>(std::max<int64_t>(total.places, 1));
  return {total.loss / places, static_cast<double>(total.right) / places, done};
}

}  // namespace lab
