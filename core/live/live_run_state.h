#pragma once
// What a live run consists of, and what it does when it is asked. Of live_run.cpp and live_snapshot.cpp alone.

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/error.h"
#include "core/base/recent_median.h"
#include "core/data/tasks.h"
#include "core/device/cpu_device.h"
#include "core/history/run_file.h"
#include "core/live/changes.h"
#include "core/live/explaining.h"
#include "core/live/live_run.h"
#include "core/live/looking_inside.h"
#include "core/live/pins.h"
#include "core/live/probing.h"
#include "core/live/recorder.h"

namespace lab {

// Of the test set, for the live curves: so many pictures or texts; of a writer's, which are as long as its context,
// those with so many tokens.
inline constexpr int kTested = 1000, kTestedTokens = 20000;

inline int tested(const Dataset& data) {
  const int most = data.kind == ModelKind::kWriter ? std::max(kTestedTokens / data.context, 1) : kTested;
  return std::min(most, data.test.count());
}

// Often at first, when much changes; then every hundred steps.
inline bool test_is_due(int64_t step) { return step == 10 || step == 25 || step == 50 || step % 100 == 0; }

// Which sample's steps are opened up, and when: each that is taken alone, but few of those that follow each other.
struct OpenedSteps {
  int slot = -1;  // −1: none
  std::chrono::steady_clock::time_point latest{};

  bool due(bool playing) {
    constexpr auto kBetween = std::chrono::milliseconds(250);
    const auto now = std::chrono::steady_clock::now();
    if (slot < 0 || (playing && now - latest < kBetween)) return false;
    latest = now;
    return true;
  }
};

struct LaneTimes {
  RecentMedian step_seconds, attention_seconds;
};

struct LiveRun::Impl {
  DeviceChooser chooser;
  DeviceWish wish;
  LearningWatch learning;
  ChosenDevice chosen = cpu_because("");  // before the trainer, which must go first
  std::unique_ptr<Trainer> trainer;
  std::vector<LaneRecord> records;
  std::vector<LaneTimes> times;
  Recorder recorder;
  Pins pins;
  OpenedView opened_view;
  std::vector<std::array<Curve, 3>> abandoned;  // the curves of before training went back, by lane; or empty
  std::string said;                             // about the latest command, for the viewer
  Probing probing;
  OpenedSteps opened;
  Explaining explaining;
  Changes changes;
  LookingInside inside;
  bool playing = false;
  double speed_limit = 0;
  RecentMedian step_interval;
  std::chrono::steady_clock::time_point last_step{};

  Impl(const Experiment& experiment, DeviceChooser given, DeviceWish asked, LearningWatch watch)
      : chooser(std::move(given)), wish(asked), learning(std::move(watch)) {
    const DatasetPtr data = load(experiment);
    if (chooser) chosen = chooser(wish, experiment, data);
    start(experiment, data);
  }

  DatasetPtr load(const Experiment& experiment) const {
    if (!learning) return load_data(experiment);
    return load_data(experiment, [&](double share) { return learning(experiment, share); });
  }

  // The trainer's own, where the experiment learns from the same.
  DatasetPtr data_for(const Experiment& experiment) const {
    return same_data(trainer->experiment(), experiment) ? trainer->data_ptr() : load(experiment);
  }

  std::unique_ptr<Trainer> trainer_for(const Experiment& experiment, const DatasetPtr& data) {
    if (chosen.device.get() == &cpu_device()) return std::make_unique<Trainer>(experiment, data);
    try {
      return std::make_unique<Trainer>(experiment, data, *chosen.device);
    } catch (const Error& cannot) {
      auto fresh = std::make_unique<Trainer>(experiment, data);  // throws where it is the experiment that is wrong
      chosen = cpu_because(cannot.what());
      return fresh;
    }
  }

  void move(DeviceWish asked) {
    const bool on_cpu = &trainer->device() == &cpu_device();
    if (!chooser || (asked == DeviceWish::kGl && !on_cpu)) return;
    trainer->move_to(cpu_device());  // the old device goes before another comes: their contexts are stacked
    chosen = cpu_because("Nothing else was found.");
    const ChosenDevice next = chooser(asked, trainer->experiment(), trainer->data_ptr());
    trainer->move_to(*next.device);
    chosen = next;
    wish = asked;
  }

  void start(const Experiment& experiment, DatasetPtr data) {
    const ChosenDevice before = chosen;  // the old trainer still needs it
    if (trainer && !trainer->setback().empty()) chosen = cpu_because(trainer->setback());
    auto fresh = trainer_for(experiment, data);  // may throw; then nothing has changed
    std::vector<LaneRecord> nothing_yet(fresh->lanes());
    take(std::move(fresh), std::move(nothing_yet));
  }

  void take(std::unique_ptr<Trainer> fresh, std::vector<LaneRecord> so_far) {
    const bool same_data = trainer && trainer->data_ptr() == fresh->data_ptr();
    trainer = std::move(fresh);
    records = std::move(so_far);
    times = std::vector<LaneTimes>(trainer->lanes());
    step_interval = {};
    trainer->open_steps(opened.slot >= 0);
    rehearse();
    explaining.forget();
    inside.forget();
    abandoned.clear();
    changes.forget();
    pins.clear();
    recorder.begin(*trainer, records);
    if (!same_data) probing.look_at(trainer->data(), 0);
    probing.begin_again(*trainer);
  }

  void open(const std::string& path) {
    const RunFile file = RunFile::load(path);
    const ChosenDevice before = chosen;  // the old trainer still needs it
    auto fresh = trainer_for(file.experiment(), data_for(file.experiment()));
    file.resume(*fresh);
    std::vector<Moment> moments = file.moments(*fresh);
    Changes made(file.changes(), *fresh, path);  // throws where they do not fit
    take(std::move(fresh), file.records());
    recorder.take_over(std::move(moments), *trainer, records);
    changes = std::move(made);
    changes.apply(*trainer);
    playing = false;
    opened_view = {opened_view.runs + 1, file.view()};
    said = fmt::format("{} goes on after step {}.", path, trainer->steps());
  }

  void save(const command::SaveRun& asked) {
    save_run(asked.path, *trainer, records, recorder.history(), asked.view, changes.made());
    said = fmt::format("Step {} is saved in {}.", trainer->steps(), asked.path);
  }

  void pin(int64_t step) {
    const Moment* then = step < 0 ? nullptr : recorder.history().at_or_before(step);
    if (step >= 0 && then == nullptr) throw Error("Nothing is remembered of step {} or before to pin.", step);
    pins.add(then != nullptr ? *then : moment_of_now(*trainer));
  }

  void go_back(int64_t step) {
    const Moment* found = recorder.history().checkpoint_at_or_before(step);
    if (found == nullptr)
      throw Error("Nothing is remembered of step {} or before from which training could go on.", step);
    const Moment then = *found;  // the history moves
    if (then.lanes.size() != static_cast<size_t>(trainer->lanes())) {
      trainer = trainer_for(*then.experiment, trainer->data_ptr());  // lanes that came later go
      changes.forget();
    }
    trainer->restore(then.state());
    explaining.forget();
    inside.forget();
    probing.begin_again(*trainer);
    abandon();
    records.clear();
    for (const LaneMomentPtr& lane : then.lanes) records.push_back(*lane->record);
    times.resize(records.size());
    recorder.history().forget_after(then.step);
    recorder.look_back(-1);
    pins.keep_fitting(*trainer);
    rehearse();
  }

  void abandon() {
    abandoned.clear();
    for (const LaneRecord& record : records)
      abandoned.push_back({record.train_loss.curve(), record.test_loss.curve(), record.test_accuracy.curve()});
  }

  void branch(const command::Branch& asked) {
    const Moment* then = recorder.history().checkpoint_at_or_before(asked.step);
    if (then == nullptr || asked.lane < 0 || asked.lane >= static_cast<int>(then->lanes.size()))
      throw Error("Nothing is remembered of step {} or before from which that lane could go on.", asked.step);
    const LaneMomentPtr origin = then->lanes[asked.lane];
    where_it_can_be_done([&] { trainer->branch(asked.lane, origin->learned, asked.spending); });
    records.push_back(*origin->record);
    times.emplace_back();
    probing.begin_again(*trainer);
    recorder.add_latecomers(*trainer, records, origin->learned.steps);
    recorder.look_back(-1);
  }

  // What another device cannot do is done on the CPU.
  template <class Work>
  void where_it_can_be_done(const Work& work) {
    try {
      work();
    } catch (const Error& cannot) {
      if (&trainer->device() == &cpu_device()) throw;
      const std::string why = cannot.what();
      trainer->move_to(cpu_device());
      chosen = cpu_because(why);
      work();  // throws where it is the experiment that is wrong
    }
  }

  void change(const Experiment& experiment) {
    if (!needs_restart(trainer->experiment(), experiment)) {
      where_it_can_be_done([&] { trainer->change(experiment); });
      return rehearse(true);
    }
    start(experiment, data_for(experiment));
  }

  void open_steps(int slot) {
    opened.slot = slot;
    trainer->open_steps(slot >= 0);
    rehearse();
  }

  // While training rests there is the step that comes next to look into, where the latest was not opened up.
  void rehearse(bool changed = false) {
    if (opened.slot < 0 || playing) return;
    const StepRecordPtr record = trainer->record(0);
    const bool known = record && record->slot == opened.slot && record->step >= trainer->steps();
    if (!known || (changed && record->ahead)) trainer->rehearse(opened.slot);
  }

  void advance() {
    if (trainer->finished()) {
      playing = false;
      return;
    }
    if (opened.due(playing)) trainer->record_next(opened.slot);
    trainer->step();
    const auto now = std::chrono::steady_clock::now();
    if (last_step.time_since_epoch().count() != 0)
      step_interval.add(std::chrono::duration<double>(now - last_step).count());
    last_step = now;
    double seconds = 0;
    for (int lane = 0; lane < trainer->lanes(); ++lane) {
      if (!records[lane].add_step(*trainer, lane) || trainer->at_rest(lane)) continue;
      times[lane].step_seconds.add(trainer->step_seconds(lane));
      times[lane].attention_seconds.add(trainer->attention_seconds(lane));
      seconds += trainer->step_seconds(lane);
      if (test_is_due(records[lane].steps) || trainer->stopping(lane).stopped)
        records[lane].add_test(trainer->evaluate(lane, trainer->data().test, tested(trainer->data())));
    }
    recorder.after_step(*trainer, records, seconds);
  }

  // In live_snapshot.cpp:
  Cost cost(int lane) const;
  LaneSnapshot lane_snapshot(int lane, int64_t step);
  std::string event() const;
  std::vector<int> fed_to(const std::vector<LaneSnapshot>& lanes, int lane) const;
  void look(Snapshot& s, int lanes);
  void look_back(Snapshot& s, const Moment& then);
};

}  // namespace lab
