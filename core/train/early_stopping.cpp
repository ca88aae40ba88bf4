#include "core/train/early_stopping.h"

#include <algorithm>
#include <numeric>

#include "core/base/error.h"
#include "core/base/rng.h"

namespace lab {

namespace {

SampleSet some_texts_of(const SampleSet& set, std::span<const uint32_t> which) {
  SampleSet some;
  for (const uint32_t index : which) {
    const Sample sample = set.sample(static_cast<int>(index));
    some.tokens.add(sample.tokens);
    if (!sample.answer.empty()) some.answer_tokens.add(sample.answer);
    if (!set.labels.empty()) some.labels.push_back(set.labels[index]);
  }
  return some;
}

SampleSet some_of(const SampleSet& set, std::span<const uint32_t> which) {
  if (!set.has_pictures()) return some_texts_of(set, which);
  SampleSet some;
  some.height = set.height, some.width = set.width;
  for (const uint32_t index : which) {
    const auto picture = set.picture(static_cast<int>(index));
    some.pixels.insert(some.pixels.end(), picture.begin(), picture.end());
    some.labels.push_back(set.labels[index]);
  }
  return some;
}

}  // namespace

HeldOut hold_out(const SampleSet& set, const EarlyStopping& settings, uint64_t seed) {
  HeldOut result;
  std::vector<uint32_t>& rest = result.rest;
  rest.resize(set.count());
  std::iota(rest.begin(), rest.end(), 0u);
  if (settings.patience == 0) return result;
  const auto count = static_cast<size_t>(settings.held_out * static_cast<float>(rest.size()));
  if (count == 0) throw Error("A share of {} of {} pictures is none; hold out more.", settings.held_out, rest.size());
  Rng(seed, stream::kHeldOut).permute(rest);
  result.pictures = some_of(set, std::span(rest).last(count));
  rest.resize(rest.size() - count);
  std::sort(rest.begin(), rest.end());
  return result;
}

Verdict judge(Stopping& lane, int64_t step, double loss, int patience) {
  lane.evaluated = step;
  lane.loss = loss;
  if (loss < lane.best_loss) {
    lane.best_step = step;
    lane.best_loss = loss;
    lane.waited = 0;
    return Verdict::kBetter;
  }
  return ++lane.waited < patience ? Verdict::kWait : Verdict::kStop;
}

}  // namespace lab
