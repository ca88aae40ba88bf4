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
#include "core/inspect/step_recorder.h"
#include "core/model/vision_transformer.h"
#include "core/train/batches.h"
#include "core/train/evaluation.h"
#include "core/train/experiment.h"
#include "core/train/learner.h"
#include "core/train/optimiser.h"
#include "core/train/reading.h"
#include "core/train/training_state.h"

namespace lab {

/// What a step's loss had beside the task's.
struct LossTerms {
  float penalty = 0;    // of the penalties on attention weights together
  float guidance = 0;   // mean KL(target ‖ attention), without its weight
  float on_target = 0;  // the attention that a guided query spends on its target, on average
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

  /// One training step of every lane; where some are behind the others, of those that are furthest behind. Throws
  /// Error when a loss or gradient is not finite; that lane's weights are left as they were before the step.
  void step();
  /// Done by a lane; by the lane that is furthest.
  int64_t steps(int lane) const;
  int64_t steps() const;
  int64_t steps_per_epoch() const;
  int lanes() const { return static_cast<int>(lanes_.size()); }

  /// All that has to be known to go on from here; of one lane, or without `whole` its weights alone.
  TrainingState state();
  LearnedLane learned(int lane, bool whole = true);
  /// Goes on from there, exactly. Throws Error, changing nothing, when that was another experiment, or one that
  /// cannot be reached without a restart.
  void restore(const TrainingState& state);

  /// One more lane, which goes on from where lane `from` was then, by another way of spending attention or settings of
  /// its own: it takes over what both learn, and trains alone until it has caught up with the others. By another
  /// optimiser, its memory of the gradients starts anew. Throws Error, changing nothing, when there are as many lanes
  /// as there may be or the lane does not fit.
  void branch(int from, const LearnedLane& then, const Lane& lane);
  /// Looks at the lanes as they were: while `look` runs, read(), stages() and evaluate() speak of those weights; lanes
  /// beyond the end of `then` keep theirs. Training goes on afterwards as if nothing had happened.
  void visit(std::span<const LearnedLane* const> then, const std::function<void()>& look);

  /// Of the latest step: the mean loss of the task alone before its update, the gradient's norm before
  /// clipping, the seconds it took, and of these the seconds in attention.
  float loss(int lane) const;
  float gradient_norm(int lane) const;
  /// ‖θ‖₂ of all weights after the latest step's update; 0 before the first.
  float weights_norm(int lane) const;
  double step_seconds(int lane) const;
  double attention_seconds(int lane) const;
  /// The rest of the loss, and the pairs dropped (see TrainingRules).
  LossTerms terms(int lane) const;
  /// Whether that lane pays for its attention weights now.
  bool penalised(int lane) const;
  std::vector<uint8_t> dropped(int lane) const;

  /// Early stopping: every so many steps each lane is evaluated on pictures that were held out of the training
  /// pictures, never on the test set; where that brings nothing better for too long, the lane takes back its best
  /// weights and no longer learns, though its steps are counted on beside the others'.
  const Stopping& stopping(int lane) const;
  /// Whether the lane had stopped before the latest step; whether all lanes have, so that step() does nothing.
  bool at_rest(int lane) const;
  bool finished() const;
  /// How many pictures are trained on, and how many held out.
  int training_pictures() const { return static_cast<int>(trained_on_.size()); }
  int held_out_pictures() const { return held_out_.count(); }

  /// Whether attention is guided now, and where it points in a picture of the test set (−1: in
  /// one that is in none), as target_in() says it.
  bool guided() const { return guidance_.on(); }
  std::vector<uint8_t> target_of(int test_picture) const;

  /// Steps opened up. While they are, the networks keep what attention would forget, at a little more time and memory a
  /// step; what they compute is the same to the last bit. record_next() makes the next step() leave a record of every
  /// lane that trains in it, for the sample in that place of the batch; the latest of a lane, or null.
  void open_steps(bool open);
  void record_next(int slot);
  /// Leaves such a record of the step that comes next without taking it: what it changes is put back. False, and
  /// nothing done, where there is no next step or it breaks down.
  bool rehearse(int slot);
  StepRecordPtr record(int lane) const;

  /// The first `samples` of a set (all when fewer).
  Evaluation evaluate(int lane, const SampleSet& set, int samples);
  /// One picture of the data set's size, or one text; its label is not looked at, nor the answer of a writer, but a
  /// translator reads its answer too. Throws Error where a lane's pattern does not fit so many tokens.
  Reading read(int lane, const Sample& sample);
  Reading read(int lane, std::span<const uint8_t> picture) { return read(lane, Sample{.pixels = picture}); }
  /// What is changed in a lane's attention while it is read; read() and stages() show it, and what it writes
  /// (answers.h) follows it; nothing else knows of it.
  void set_changes(int lane, std::vector<Intervention> changes);
  const std::vector<Intervention>& changes(int lane) const;
  /// The inside of attention in the latest read(), of a head counted from 0; false where the lane has no such stages.
  bool stages(const StagesPlace& place, AttentionStages& to);

  /// As they are now, on the host too.
  ParameterSet& parameters(int lane);
  /// The same with the gradients of the lane's latest step, before clipping.
  ParameterSet& parameters_with_gradients(int lane);
  const std::vector<LayerMaps>& maps(int lane) const;  // [L], of the latest batch
  /// What the latest batch was trained by: batches of texts differ in size.
  const Learner& training_network(int lane) const;

 private:
  struct LaneState;

  void set_knobs();
  void set_knobs(LaneState& state, const Lane& lane) const;
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
  struct TrainingLearners;
  TrainingLearners training_learners(const Lane& lane, LaneState& state);
  bool of_pictures() const { return data_->kind == ModelKind::kPictureClassifier; }
  void take_weights(int lane, std::span<const float> values);
  void take_batch(int64_t step);
  Geometry guided_tokens(const SampleSize& size) const;
  void judge(int lane);
  void train(LaneState& lane);
  void take_back_step(std::span<const float> norms);
  StepRecordPtr finish_record(const LaneState& lane, StepRecorder& recorder) const;

  Device* device_;
  Experiment experiment_;
  DatasetPtr data_;
  Guidance guidance_;  // of every lane
  std::vector<std::unique_ptr<LaneState>> lanes_;
  std::vector<uint32_t> trained_on_;  // the training pictures that are not held out
  SampleSet held_out_;
  std::unique_ptr<Batches> batches_;  // of trained_on_
  std::vector<uint32_t> batch_;       // [B] the pictures or texts of this step
  int batch_size_ = 0;                // the number of their size
  int64_t step_ = 0;                  // that they are of
  bool steps_open_ = false, rehearsing_ = false;
  int record_slot_ = -1;    // of the next step; −1: it is not recorded
  int64_t since_kept_ = 0;  // calls of step() since the host's copies were made
  std::string setback_;
};

}  // namespace lab
