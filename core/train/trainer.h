#pragma once
// Trainer: one experiment. Its lanes train in lock-step on the same batches from the same initial
// weights. No threads of its own, no clock but the tapes', no printing; what it computes follows from
// the experiment and the data alone.
//
//   Trainer trainer(experiment, load_task(experiment.task));  // 1.
//   trainer.step();                                           // 2. one batch through every lane
//   trainer.loss(0);                                          // 3. what the step gave
//   trainer.evaluate(0, trainer.data().test, 10000);          // 4.

#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "core/data/dataset.h"
#include "core/model/vision_transformer.h"
#include "core/train/batches.h"
#include "core/train/experiment.h"
#include "core/train/learner.h"
#include "core/train/optimiser.h"

namespace lab {

struct Evaluation {
  double loss = 0;      // mean cross-entropy, nothing smoothed
  double accuracy = 0;  // share whose most probable class, or of answers whose most probable next token, is right
  int pictures = 0;     // or texts
};

/// What one lane makes of one picture or text.
struct Reading {
  std::vector<float> probabilities;  // [K], or [N, V]
  std::vector<LayerMaps> maps;       // [L] which pairs exist
  std::vector<float> attention;      // [L, H, N, N]
  std::vector<float> figures;        // [L, H], AttentionKernel::learned_figure
};

class Trainer {
 public:
  /// Throws Error when the experiment is invalid, does not fit the data, or the device cannot do it.
  Trainer(const Experiment& experiment, DatasetPtr data, Device& device = cpu_device());
  ~Trainer();

  const Experiment& experiment() const { return experiment_; }
  const Dataset& data() const { return *data_; }
  DatasetPtr data_ptr() const { return data_; }
  /// What the lanes' models of pictures have in common; each has its own attention.
  VisionTransformerShape shape() const;
  /// How a lane's model is made, whatever it is of.
  LearnerShape shape_of(int lane) const;
  /// Of the tokens of a picture or text when it is read.
  Geometry geometry(const Sample& sample) const;

  /// Takes over settings that may change in flight; throws Error, changing nothing, when the new
  /// experiment is invalid or needs a restart.
  void change(const Experiment& experiment);

  /// Carries weights and the optimiser's state to another device; training goes on there as if nothing had happened.
  /// Throws Error, staying where it was, when that device cannot do it.
  void move_to(Device& device);
  /// When the device fails, at any time, training goes on on the CPU from the same step: the host keeps a copy of
  /// weights and optimiser of a step not long ago, and since batches and dropout follow from the step's number, the
  /// steps since then are simply done again. Then `setback` says in one sentence what happened.
  const Device& device() const { return *device_; }
  const std::string& setback() const { return setback_; }

  /// One training step of every lane. Throws Error when a loss or gradient is not finite; that lane's
  /// weights are left as they were before the step.
  void step();
  int64_t steps() const { return steps_; }
  int64_t steps_per_epoch() const;
  int lanes() const { return static_cast<int>(lanes_.size()); }

  /// Of the latest step: the mean loss before its update, the gradient's norm before clipping, the seconds
  /// it took, and of these the seconds in attention.
  float loss(int lane) const;
  float gradient_norm(int lane) const;
  double step_seconds(int lane) const;
  double attention_seconds(int lane) const;

  /// The first `samples` of a set (all when fewer).
  Evaluation evaluate(int lane, const SampleSet& set, int samples);
  /// One picture of the data set's size, or one text; its label or answer is not looked at.
  Reading read(int lane, const Sample& sample);
  Reading read(int lane, std::span<const uint8_t> picture) { return read(lane, Sample{.pixels = picture}); }
  /// The inside of attention in the latest read(), of a head counted from 0; false where the lane has no such stages.
  bool stages(const StagesPlace& place, AttentionStages& to);

  /// As they are now, on the host too.
  ParameterSet& parameters(int lane);
  const std::vector<LayerMaps>& maps(int lane) const;  // [L], of the latest batch
  /// What the latest batch was trained by: batches of texts differ in size.
  const Learner& training_network(int lane) const;

 private:
  struct LaneState;

  void build_training_networks();
  void settle_on(Device& device);
  void keep();
  void fall_back(const std::string& reason);
  template <class Work>
  void surviving(const Work& work);
  void step_on_device();
  Evaluation evaluate_on_device(int lane, const SampleSet& set, int samples);
  Reading read_on_device(int lane, const Sample& sample);
  Learner& evaluation_learner(int lane, const SampleSize& size);
  void train(LaneState& lane);

  Device* device_;
  Experiment experiment_;
  DatasetPtr data_;
  TrainingKnobs knobs_;
  std::vector<std::unique_ptr<LaneState>> lanes_;
  Batches batches_;
  Batch batch_;  // of this step
  int64_t steps_ = 0;
  int64_t kept_step_ = 0;  // the step that the host's copies are of
  std::string setback_;
};

}  // namespace lab
