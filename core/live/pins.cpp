#include "core/live/pins.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/live/probing.h"
#include "core/live/recorder.h"

namespace lab {

namespace {

bool same_sample(const Probe& a, const Probe& b) {
  return a.pixels == b.pixels && a.tokens == b.tokens && a.answer == b.answer;
}

/// A translator is given an answer to read a text; where none is known, an empty one.
const std::vector<int> kNoAnswer = {Tokenizer::kBegin, Tokenizer::kEnd};

LaneSnapshot read(Trainer& trainer, int lane, const Lane& spending, Sample sample) {
  if (trainer.data().kind == ModelKind::kTranslator && sample.answer.empty()) sample.answer = kNoAnswer;
  LaneSnapshot seen;
  seen.lane = spending;
  seen.title = lane_title(spending, trainer.geometry(sample).is_grid());
  show(trainer.read(lane, sample), seen);
  return seen;
}

std::shared_ptr<const PinSnapshot> read(Trainer& trainer, const Moment& moment, const Sample& sample) {
  auto sight = std::make_shared<PinSnapshot>();
  sight->step = moment.step;
  trainer.visit(weights_of(moment), [&] {
    sight->lanes.clear();  // a device that fails makes it look again
    for (size_t lane = 0; lane < moment.lanes.size(); ++lane) {
      sight->lanes.push_back(read(trainer, static_cast<int>(lane), moment.experiment->lanes[lane], sample));
      sight->lanes.back().steps = moment.lanes[lane]->learned.steps;
    }
  });
  return sight;
}

/// Whether each lane of then is still there, and attends as it did.
bool fits(const Moment& moment, const Trainer& trainer) {
  const std::vector<Lane>& now = trainer.experiment().lanes;
  if (moment.lanes.size() > now.size()) return false;
  for (size_t lane = 0; lane < moment.lanes.size(); ++lane)
    if (!(static_cast<const Allocation&>(moment.experiment->lanes[lane]) == static_cast<const Allocation&>(now[lane])))
      return false;
  return true;
}

}  // namespace

void Pins::add(const Moment& moment) {
  const auto at = std::lower_bound(pins_.begin(), pins_.end(), moment.step,
                                   [](const Pin& pin, int64_t step) { return pin.moment.step < step; });
  if (at != pins_.end() && at->moment.step == moment.step) return;
  if (pins_.size() == kMost) throw Error("{} moments are pinned already; remove a pin before you set another.", kMost);
  pins_.insert(at, {moment, nullptr});
}

void Pins::remove(int64_t step) {
  std::erase_if(pins_, [&](const Pin& pin) { return pin.moment.step == step; });
}

void Pins::read_again() {
  for (Pin& pin : pins_) pin.sight.reset();
}

void Pins::keep_fitting(const Trainer& trainer) {
  read_again();
  std::erase_if(pins_, [&](const Pin& pin) { return !fits(pin.moment, trainer); });
}

Pins::Sight Pins::look(Trainer& trainer, const Probe& probe) {
  const bool same = same_sample(probe, probe_);
  Sight sight;
  for (Pin& pin : pins_) {
    if (!same || !pin.sight) pin.sight = read(trainer, pin.moment, probe.sample());
    sight.push_back(pin.sight);
  }
  probe_ = probe;
  return sight;
}

Moment moment_of_now(Trainer& trainer) {
  Moment now = {trainer.steps(), std::make_shared<const Experiment>(trainer.experiment()), {}};
  for (int lane = 0; lane < trainer.lanes(); ++lane)
    now.lanes.push_back(std::make_shared<const LaneMoment>(LaneMoment{trainer.learned(lane, false), {}, std::nullopt}));
  return now;
}

}  // namespace lab
