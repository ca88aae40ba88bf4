#include "core/live/looking_inside.h"

#include <algorithm>

#include "core/base/error.h"
#include "core/train/answers.h"

namespace lab {

namespace {
constexpr double kMostCredit = 0.05, kAtRest = 0.06;  // seconds of work in one look: at most while playing, and paused
constexpr double kInAdvance = 0.1;                    // for what is newly asked for
/// What the lane answers itself, where nobody knows the right answer; of one that cannot write, none.
std::vector<int> own_answer(Trainer& trainer, int lane, std::span<const int> tokens) {
  std::vector<int> answer = {Tokenizer::kBegin};
  try {
    for (const WrittenToken& written : write_answer(trainer, lane, tokens)) answer.push_back(written.token);
  } catch (const Error&) {
    answer.push_back(Tokenizer::kEnd);
  }
  return answer;
}

}  // namespace

void LookingInside::forget() {
  latest_ = {};
  complete_ = shown_ = false;
  study_.reset();
  reader_.reset();
  known_since_ = -1;
}

bool LookingInside::same_subject(const Trainer& trainer, const Probe& probe) const {
  const bool of_probe = place.view == InsideView::kQueriesAndKeys;
  return latest_.place == place && changes_ == trainer.changes(place.lane) &&
         (!of_probe || (probe_.pixels == probe.pixels && probe_.tokens == probe.tokens));
}

void LookingInside::begin(Trainer& trainer, const Probe& probe, const Moment& now) {
  const bool stages = studies_stages(place.view);
  if (!reader_ || reader_stages_ != stages) reader_ = std::make_unique<LaneReader>(trainer, place.lane, stages);
  reader_stages_ = stages;
  probe_ = probe;
  if (probe_.answer.empty() && trainer.data().kind == ModelKind::kTranslator)
    probe_.answer = own_answer(trainer, place.lane, probe_.tokens);
  reader_->look_at(probe_.sample());
  const bool gradients = place.view == InsideView::kWeights && !now.past && now.step > known_since_;
  reader_->take(gradients ? trainer.parameters_with_gradients(place.lane) : trainer.parameters(place.lane));
  study_ = begin_study(place, *reader_, gradients);
  study_step_ = now.step;
}

void LookingInside::end() {
  if (study_) study_->show(latest_);
  latest_.step = study_step_;
  latest_.progress = 1;
  complete_ = shown_ = true;
  study_.reset();
}

void LookingInside::go_on() {
  try {
    if (!study_->go_on()) return end();
  } catch (const Error& error) {
    study_.reset();
    latest_.missing = error.what();
    return end();
  }
  latest_.progress = study_->progress();
}

bool LookingInside::outdated(const Moment& now) const {
  return study_ ? study_step_ != now.step && !now.playing : !complete_ || latest_.step != now.step;
}

// What is begun is paid for too; a portion costs what it costs, and what is too much is waited for before the next.
void LookingInside::work(Trainer& trainer, const Probe& probe, const Moment& now) {
  const Clock::time_point start = Clock::now();
  const auto since = [](Clock::time_point then) { return std::chrono::duration<double>(Clock::now() - then).count(); };
  credit_ = now.playing ? std::max(credit_, std::min(credit_ + kShare * since(looked_), kMostCredit)) : kAtRest;
  looked_ = start;
  if (credit_ > 0 && outdated(now)) begin(trainer, probe, now);
  while (study_ && since(start) < credit_) go_on();
  if (study_ && !shown_ && study_->shows_parts()) {
    study_->show(latest_);
    latest_.step = study_step_;
  }
  credit_ -= since(start);
}

const InsideSnapshot& LookingInside::look(Trainer& trainer, const Probe& probe, const Moment& now) {
  if (known_since_ < 0) known_since_ = now.step;
  const ModelSettings& model = trainer.experiment().model;
  const bool there = place.attending == Attending::kTokens || trainer.data().kind == ModelKind::kTranslator;
  if (place.lane < 0 || place.lane >= trainer.lanes() || place.layer >= model.layers || place.head >= model.heads ||
      !there) {
    study_.reset(), reader_.reset();
    return latest_ = {};
  }
  if (!same_subject(trainer, probe)) {
    if (latest_.place.lane != place.lane || changes_ != trainer.changes(place.lane)) reader_.reset();
    changes_ = trainer.changes(place.lane);
    latest_ = {}, complete_ = shown_ = false;
    latest_.place = place;
    study_.reset();
    credit_ = kInAdvance;
  }
  work(trainer, probe, now);
  return latest_;
}

}  // namespace lab
