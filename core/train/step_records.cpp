// The trainer's part in opening up a step: networks that keep what attention would forget, and what a record says
// beside the tape's numbers.

#include <utility>

#include "core/base/error.h"
#include "core/train/lane_state.h"

namespace lab {

void Trainer::open_steps(bool open) {
  if (std::exchange(steps_open_, open) == open) return;
  record_slot_ = -1;
  surviving([&] { build_training_networks(); });
}

void Trainer::record_next(int slot) { record_slot_ = slot; }

bool Trainer::rehearse(int slot) {
  if (device_ != &cpu_device() || finished()) return false;
  std::vector<LearnedLane> now(lanes_.size());
  for (size_t lane = 0; lane < lanes_.size(); ++lane) lanes_[lane]->copy_learned(now[lane], true);
  std::vector<float> norms;
  for (const auto& lane : lanes_) norms.push_back(lane->weights_norm[0]);
  const int64_t since_kept = since_kept_;
  bool done = true;
  rehearsing_ = true;
  record_slot_ = slot;
  try {
    step_on_device();
  } catch (const Error&) {
    done = false;  // the step itself will say so when it is taken
  }
  record_slot_ = -1;
  rehearsing_ = false;
  since_kept_ = since_kept;
  for (size_t lane = 0; lane < lanes_.size(); ++lane) {
    lanes_[lane]->become(now[lane]);
    lanes_[lane]->weights_norm[0] = norms[lane];
    lanes_[lane]->optimiser.resume(*device_, now[lane].steps);
  }
  return done;
}

StepRecordPtr Trainer::record(int lane) const { return lanes_[lane]->record; }

StepRecordPtr Trainer::finish_record(const LaneState& lane, StepRecorder& recorder) const {
  const std::shared_ptr<StepRecord> record = recorder.finish(lane.optimiser.first(), lane.optimiser.second());
  record->step = lane.steps;
  record->ahead = rehearsing_;
  record->index = static_cast<int>(batch_[record->slot]);
  const Sample sample = data_->train.sample(record->index);
  record->label = sample.label;
  record->tokens.assign(sample.tokens.begin(), sample.tokens.end());
  if (data_->kind == ModelKind::kTranslator) record->answer.assign(sample.answer.begin(), sample.answer.end() - 1);
  record->loss = lane.loss;
  record->dropout = knobs_.dropout;
  record->attention_dropout = knobs_.attention_dropout;
  record->smoothing = knobs_.label_smoothing;
  record->update.rule = lane.optimiser.latest();
  record->update.norm = lane.gradient_norm;
  record->update.largest_norm = experiment_.optimiser.clip_norm;
  return record;
}

}  // namespace lab
