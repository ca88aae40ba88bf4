#pragma once
// LaneReader: a lane's model of its own, on the processor, that reads samples many at a time while the lane trains on,
// with the changes that were made to its attention (changes.h) when the reader was.
//
//   LaneReader reader(trainer, lane);
//   reader.take(trainer.parameters(lane));                        // 1. the weights as they are now
//   for (const SampleBatch& batch : reader.batches(samples))      // 2. samples of one size together
//     Learner& learner = reader.read(batch);                      // 3. slot i holds sample batch.indices[i]

#include <map>
#include <memory>
#include <vector>

#include "core/train/trainer.h"

namespace lab {

/// Places in the test set, of samples of one size, no more than fit; −1: the one that is looked at.
struct SampleBatch {
  SampleSize size;
  std::vector<int> indices;
};

class LaneReader {
 public:
  /// `stages`: so that the learner's attention has stages to show.
  LaneReader(const Trainer& trainer, int lane, bool stages);

  void take(const ParameterSet& weights);
  /// What −1 stands for. It must not go as long as it is read.
  void look_at(const Sample& sample) { looked_at_ = sample; }

  Sample sample(int index) const { return index < 0 ? looked_at_ : data_->test.sample(index); }
  /// In the order in which their sizes come up.
  std::vector<SampleBatch> batches(const std::vector<int>& indices) const;
  /// Valid until the next call for that size.
  Learner& read(const SampleBatch& batch);

  const Dataset& data() const { return *data_; }
  const ModelSettings& model() const { return model_; }
  ParameterSet& parameters() { return parameters_; }
  /// Those that look and those looked at, without padding.
  struct Counts {
    int queries = 0, keys = 0;
  };
  Counts counts(const Sample& sample, Attending attending) const;

 private:
  LearnerShape shape() const { return {*data_, model_, lane_}; }
  int tokens(const Sample& sample) const;  // of what is read
  int most_at_once(const SampleSize& size) const;

  DatasetPtr data_;
  ModelSettings model_;
  Allocation lane_;
  std::vector<Intervention> changes_;
  bool stages_;
  ParameterSet parameters_;
  Sample looked_at_;
  std::map<SampleSize, std::unique_ptr<Learner>> learners_;
};

}  // namespace lab
