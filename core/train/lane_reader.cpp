#include "core/train/lane_reader.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/device/cpu_device.h"

namespace lab {

namespace {
constexpr int kFewest = 2, kBatch = 16;  // texts of a batch may differ in length; small: training waits for it
constexpr int64_t kMostNumbers = int64_t{4} << 20;  // of the weights of a batch
}  // namespace

LaneReader::LaneReader(const Trainer& trainer, int lane, bool stages)
    : data_(trainer.data_ptr()),
      model_(trainer.experiment().model),
      lane_(trainer.experiment().lanes[lane]),
      changes_(trainer.changes(lane)),
      stages_(stages),
      parameters_(parameter_specs(shape())) {}

void LaneReader::take(const ParameterSet& weights) {
  if (weights.values().size() != parameters_.values().size())
    throw Error("The model to read with has {} weights; this lane's has {}.", parameters_.count(), weights.count());
  std::copy(weights.values().begin(), weights.values().end(), parameters_.values().begin());
  std::copy(weights.gradients().begin(), weights.gradients().end(), parameters_.gradients().begin());
}

int LaneReader::tokens(const Sample& sample) const {
  const int room = geometry_of(shape(), size_of(*data_, sample, true)).queries;
  return sample.tokens.empty() ? room : std::min(room, static_cast<int>(sample.tokens.size()));
}

LaneReader::Counts LaneReader::counts(const Sample& sample, Attending attending) const {
  const int text = tokens(sample), answer = std::max(static_cast<int>(sample.answer.size()) - 1, 0);
  switch (attending) {
    case Attending::kAnswer:
      return {answer, answer};
    case Attending::kCross:
      return {answer, text};
    case Attending::kTokens:
      break;
  }
  return {text, text};
}

int LaneReader::most_at_once(const SampleSize& size) const {
  const Geometry tokens = geometry_of(shape(), size);
  const int64_t one = int64_t{model_.layers} * model_.heads * tokens.queries * tokens.keys;
  return static_cast<int>(std::clamp<int64_t>(kMostNumbers / std::max<int64_t>(one, 1), kFewest, kBatch));
}

std::vector<SampleBatch> LaneReader::batches(const std::vector<int>& indices) const {
  std::map<SampleSize, std::vector<int>> of_size;
  for (const int index : indices) of_size[size_of(*data_, sample(index))].push_back(index);
  std::vector<SampleBatch> batches;
  for (const auto& [size, members] : of_size) {
    const auto most = static_cast<size_t>(most_at_once(size));
    for (size_t first = 0; first < members.size(); first += most) {
      const auto from = members.begin() + static_cast<std::ptrdiff_t>(first);
      const auto count = static_cast<std::ptrdiff_t>(std::min(most, members.size() - first));
      batches.push_back({size, {from, from + count}});
    }
  }
  return batches;
}

// What is left of an earlier batch stands in for those that lack in a smaller one.
Learner& LaneReader::read(const SampleBatch& batch) {
  std::unique_ptr<Learner>& learner = learners_[batch.size];
  if (!learner)
    learner =
        make_learner(shape(), batch.size, cpu_device(),
                     {.batch = most_at_once(batch.size), .keep_stages = stages_, .changes = changes_}, parameters_);
  for (size_t slot = 0; slot < batch.indices.size(); ++slot)
    learner->put(static_cast<int>(slot), sample(batch.indices[slot]));
  learner->start_forward();
  return *learner;
}

}  // namespace lab
