// The live run's snapshots: everything as it is now, or as it was at a moment that is looked back at.

#include <algorithm>

#include "core/live/live_run_state.h"
#include "core/train/answers.h"
#include "core/train/cost.h"

namespace lab {

Cost LiveRun::Impl::cost(int lane) const {
  Cost cost = counted_cost(*trainer, lane);
  cost.step_ms = times[lane].step_seconds.median() * 1e3;
  cost.attention_ms = times[lane].attention_seconds.median() * 1e3;
  return cost;
}

LaneSnapshot LiveRun::Impl::lane_snapshot(int lane, int64_t step) {
  const LaneRecord& record = records[lane];
  LaneSnapshot s;
  s.lane = trainer->experiment().lanes[lane];
  s.title = lane_title(s.lane, trainer->geometry(probing.probe().sample()).is_grid());
  probing.read(*trainer, lane, step, !playing, s);
  for (const std::string& text : trainer->data().unseen)
    for (const float p : tell_apart(trainer->shape_of(lane), trainer->parameters(lane), text)) s.unseen.push_back(p);
  s.train_loss = record.train_loss.curve();
  s.test_loss = record.test_loss.curve();
  s.test_accuracy = record.test_accuracy.curve();
  if (lane < static_cast<int>(abandoned.size())) s.abandoned = abandoned[lane];
  s.last_train_loss = trainer->loss(lane);
  s.last_test_loss = static_cast<float>(record.test.loss);
  s.last_test_accuracy = static_cast<float>(record.test.accuracy);
  s.steps = record.steps;
  s.penalty = record.penalty.curve();
  s.guidance = record.guidance.curve();
  s.on_target = trainer->terms(lane).on_target;
  s.held_out_loss = record.held_out_loss.curve();
  s.weights_norm = record.weights_norm.curve();
  s.best_step = trainer->stopping(lane).best_step;
  s.stopped_step = trainer->stopping(lane).stopped ? trainer->stopping(lane).evaluated : 0;
  if (trainer->data().train.has_pictures()) s.dropped = trainer->dropped(lane);  // texts of a batch are of other sizes
  s.cost = cost(lane);
  return s;
}

// About the lanes that stopped early.
std::string LiveRun::Impl::event() const {
  std::string sentence;
  for (int lane = 0; lane < trainer->lanes(); ++lane) {
    const Stopping& stop = trainer->stopping(lane);
    if (!stop.stopped) continue;
    const std::string title = lane_title(trainer->experiment().lanes[lane], trainer->data().train.has_pictures());
    sentence += fmt::format("{}{} stopped early at step {}: its weights are those of step {}, its best.",
                            sentence.empty() ? "" : " ", title, stop.evaluated, stop.best_step);
  }
  return sentence;
}

// What a translator goes on from in its answer; nothing of other models, and of no lane.
std::vector<int> LiveRun::Impl::fed_to(const std::vector<LaneSnapshot>& lanes, int lane) const {
  const bool translates = lane >= 0 && trainer->data().kind == ModelKind::kTranslator;
  return translates ? probing.fed(lanes[lane].written) : std::vector<int>{};
}

// The first `lanes` as their weights now are, those of s.step, and what was asked of one.
void LiveRun::Impl::look(Snapshot& s, int lanes) {
  s.lanes.clear();
  for (int lane = 0; lane < lanes; ++lane) s.lanes.push_back(lane_snapshot(lane, s.step));
  if (explaining.asked.lane < lanes)
    s.explanation =
        explaining.look(*trainer, probing.probe(), fed_to(s.lanes, explaining.asked.lane), {s.step, playing});
  if (inside.place.lane < lanes) s.inside = inside.look(*trainer, probing.probe(), {s.step, playing, s.history.past});
}

void LiveRun::Impl::look_back(Snapshot& s, const Moment& then) {
  s.step = then.step;
  trainer->visit(weights_of(then), [&] { look(s, static_cast<int>(then.lanes.size())); });
  show_figures(then, s.lanes);
  for (LaneSnapshot& lane : s.lanes) lane.dropped.clear();  // those are of now
  s.experiment = *then.experiment;
}

std::shared_ptr<Snapshot> LiveRun::snapshot() {
  const Trainer& trainer = *impl_->trainer;
  auto s = std::make_shared<Snapshot>();
  s->phase = impl_->playing ? Phase::kRunning : Phase::kPaused;
  s->experiment = trainer.experiment();
  s->data = trainer.data_ptr();
  s->device = trainer.device().name();
  s->device_why = trainer.setback().empty() ? impl_->chosen.why : trainer.setback();
  s->device_wish = impl_->wish;
  s->message = trainer.setback().empty() ? trainer.device().complaint() : trainer.setback();
  if (s->message.empty()) s->message = impl_->said;
  s->event = impl_->event();
  s->geometry = trainer.geometry(impl_->probing.probe().sample());
  s->step = trainer.steps();
  const double interval = impl_->step_interval.median();
  s->steps_per_second = impl_->playing && interval > 0 ? 1 / interval : 0;
  s->speed_limit = impl_->speed_limit;
  s->test_pictures = tested(trainer.data());
  s->probe = impl_->probing.probe();
  if (!s->probe.tokens.empty()) s->tokens = impl_->probing.labels(trainer.data());
  s->writing = impl_->probing.writing();
  s->target = trainer.target_of(s->probe.index);
  s->changes = impl_->changes.look();
  s->history = impl_->recorder.describe(trainer);
  s->pins = impl_->pins.look(*impl_->trainer, s->probe);
  s->opened_view = impl_->opened_view;
  if (const Moment* then = impl_->recorder.shown())
    impl_->look_back(*s, *then);
  else
    impl_->look(*s, trainer.lanes());
  for (int lane = 0; impl_->opened.slot >= 0 && lane < trainer.lanes(); ++lane)
    s->opened.push_back(trainer.record(lane));
  s->epoch = static_cast<double>(s->step) / static_cast<double>(trainer.steps_per_epoch());
  return s;
}

}  // namespace lab
