#include "core/live/live_run.h"

#include "core/live/live_run_state.h"

namespace lab {

LiveRun::LiveRun(const Experiment& experiment, DeviceChooser chooser, DeviceWish wish, LearningWatch learning)
    : impl_(std::make_unique<Impl>(experiment, std::move(chooser), wish, std::move(learning))) {}
LiveRun::~LiveRun() = default;

void LiveRun::advance() { impl_->advance(); }

void LiveRun::apply(const Command& asked) {
  Impl& run = *impl_;
  struct Visitor {
    Impl& run;
    void operator()(const command::Play&) const {
      run.playing = true;
      run.last_step = {};
      run.recorder.look_back(-1);
    }
    void operator()(const command::Pause&) const {
      run.playing = false;
      run.rehearse();
    }
    void operator()(const command::StepBatch&) const {
      run.playing = false;
      run.recorder.look_back(-1);
      run.advance();
    }
    void operator()(const command::Restart&) const { run.start(run.trainer->experiment(), run.trainer->data_ptr()); }
    void operator()(const command::SetSpeedLimit& limit) const { run.speed_limit = limit.steps_per_second; }
    void operator()(const command::SetExperiment& set) const { run.change(set.experiment); }
    void operator()(const command::SetProbe& probe) const { run.probing.look_at(run.trainer->data(), probe.index); }
    void operator()(const command::SetProbePicture& own) const {
      run.probing.look_at(run.trainer->data(), own.pixels, own.source);
    }
    void operator()(const command::SetProbeText& own) const { run.probing.look_at(*run.trainer, own.text); }
    void operator()(const command::Write& write) const { run.probing.write(write.settings); }
    void operator()(const command::ShowStep& show) const { run.open_steps(show.slot); }
    void operator()(const command::Explain& explain) const { run.explaining.asked = explain; }
    void operator()(const command::LookInside& look) const { run.inside.place = look.place; }
    void operator()(const command::SetDevice& device) const { run.move(device.wish); }
    void operator()(const command::LookBack& look) const { run.recorder.look_back(look.step); }
    void operator()(const command::GoBack& back) const { run.go_back(back.step); }
    void operator()(const command::Branch& branch) const { run.branch(branch); }
    void operator()(const command::SetHistoryBudget& budget) const {
      run.recorder.history().set_budget(budget.bytes);
      run.recorder.most_time = budget.time;
    }
    void operator()(const command::Pin& pin) const { run.pin(pin.step); }
    void operator()(const command::Unpin& unpin) const { run.pins.remove(unpin.step); }
    void operator()(const command::SaveRun& save) const { run.save(save); }
    void operator()(const command::Change& change) const {
      run.changes.add(change.what, *run.trainer, run.trainer->geometry(run.probing.probe().sample()).queries,
                      change.going_on);
      run.pins.read_again();
    }
    void operator()(const command::UndoChange&) const {
      run.changes.undo(*run.trainer);
      run.pins.read_again();
    }
    void operator()(const command::RedoChange&) const {
      run.changes.redo(*run.trainer);
      run.pins.read_again();
    }
    void operator()(const command::OpenRun& open) const { run.open(open.path); }
  };
  run.said.clear();
  std::visit(Visitor{run}, asked);
}

int64_t LiveRun::step() const { return impl_->trainer->steps(); }
bool LiveRun::playing() const { return impl_->playing; }
bool LiveRun::finding_out() const {
  return impl_->changes.measuring() || impl_->inside.unfinished() || impl_->explaining.unfinished();
}
const Trainer& LiveRun::trainer() const { return *impl_->trainer; }

}  // namespace lab
