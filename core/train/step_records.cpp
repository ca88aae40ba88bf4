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
  if (finished()) return false;
  surviving([&] { keep(); });
  std::vector<float> norms;
  for (const auto& lane : lanes_) norms.push_back(lane->weights_norm[0]);
  bool done = true;
  rehearsing_ = true;
  record_slot_ = slot;
  try {
    step_on_device();
  } catch (const DeviceLost& lost) {
    fall_back(lost.what());
    done = false;
  } catch (const Error&) {
    done = false;  // the step itself will say so when it is taken
  }
  record_slot_ = -1;
  rehearsing_ = false;
  surviving([&] { take_back_step(norms); });
  return done;
}

void Trainer::take_back_step(std::span<const float> norms) {
  since_kept_ = 0;
  for (size_t i = 0; i < lanes_.size(); ++i) {
    LaneState& lane = *lanes_[i];
    lane.restore();
    lane.weights_norm[0] = norms[i];
    for (Tensor numbers : lane.learned()) device_->upload(numbers);
    device_->upload(lane.weights_norm);
    lane.optimiser.resume(*device_, lane.steps - lane.optimiser_began);
  }
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
  record->token_numbers.assign(record->tokens.begin(), record->tokens.end());
  record->answer_numbers.assign(record->answer.begin(), record->answer.end());
  record->loss = lane.loss;
  record->dropout = lane.knobs.dropout;
  record->attention_dropout = lane.knobs.attention_dropout;
  record->smoothing = lane.knobs.label_smoothing;
  record->update.rule = lane.optimiser.latest();
  record->update.norm = lane.gradient_norm;
  record->update.largest_norm = lane.optimising.clip_norm;
  return record;
}

}  // namespace lab
