#include "core/train/live_run.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/device/cpu_device.h"
#include "core/train/counted_cost.h"
#include "core/train/curve.h"
#include "core/train/trainer.h"

namespace lab {

namespace {

constexpr int kTestPictures = 1000;  // of the test set, for the live curves

// Often at first, when much changes; then every hundred steps.
bool test_is_due(int64_t step) { return step == 10 || step == 25 || step == 50 || step % 100 == 0; }

// The median of the latest values.
class RecentMedian {
 public:
  void add(double value) { values_[count_++ % values_.size()] = value; }
  double median() const {
    std::array<double, 31> sorted = values_;
    const size_t count = std::min(count_, sorted.size());
    if (count == 0) return 0;
    std::nth_element(sorted.begin(), sorted.begin() + count / 2, sorted.begin() + count);
    return sorted[count / 2];
  }

 private:
  std::array<double, 31> values_{};
  size_t count_ = 0;
};

struct LaneRecord {
  CurveRecorder train_loss, test_loss, test_accuracy;
  Evaluation test;
  RecentMedian step_seconds, attention_seconds;
};

}  // namespace

struct LiveRun::Impl {
  DeviceChooser chooser;
  DeviceWish wish;
  ChosenDevice chosen = cpu_because("");  // before the trainer, which must go first
  std::unique_ptr<Trainer> trainer;
  std::vector<LaneRecord> records;
  Probe probe;
  StagesPlace stages_place;
  bool playing = false;
  double speed_limit = 0;
  RecentMedian step_interval;
  std::chrono::steady_clock::time_point last_step{};

  Impl(const Experiment& experiment, DeviceChooser given, DeviceWish asked) : chooser(std::move(given)), wish(asked) {
    const DatasetPtr data = load_task(experiment.task, experiment.data_dir);
    if (chooser) chosen = chooser(wish, experiment, data);
    start(experiment, data);
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
    const bool same_pictures = trainer && trainer->data_ptr() == fresh->data_ptr();
    trainer = std::move(fresh);
    records = std::vector<LaneRecord>(trainer->lanes());
    step_interval = {};
    if (!same_pictures) look_at(0);
  }

  void look_at(int index) {
    const SampleSet& test = trainer->data().test;
    index = (index % test.count() + test.count()) % test.count();
    const Sample sample = test.sample(index);
    probe = {index, {sample.pixels.begin(), sample.pixels.end()}, test.height, test.width, sample.label, ""};
    probe.tokens.assign(sample.tokens.begin(), sample.tokens.end());
    probe.answer.assign(sample.answer.begin(), sample.answer.end());
  }

  void look_at(const command::SetProbePicture& own) {
    const SampleSet& test = trainer->data().test;
    if (own.pixels.size() != static_cast<size_t>(test.height) * test.width)
      throw Error("The picture has {} pixels; this data set's pictures have {} × {}.", own.pixels.size(), test.width,
                  test.height);
    probe = {-1, own.pixels, test.height, test.width, -1, own.source};
  }

  void change(const Experiment& experiment) {
    if (!needs_restart(trainer->experiment(), experiment)) return trainer->change(experiment);
    const Experiment& now = trainer->experiment();
    const bool same_data = now.task == experiment.task && now.data_dir == experiment.data_dir;
    start(experiment, same_data ? trainer->data_ptr() : load_task(experiment.task, experiment.data_dir));
  }

  void advance() {
    trainer->step();
    const auto now = std::chrono::steady_clock::now();
    if (last_step.time_since_epoch().count() != 0)
      step_interval.add(std::chrono::duration<double>(now - last_step).count());
    last_step = now;
    for (int lane = 0; lane < trainer->lanes(); ++lane) {
      LaneRecord& record = records[lane];
      record.train_loss.add(static_cast<float>(trainer->steps()), trainer->loss(lane));
      record.step_seconds.add(trainer->step_seconds(lane));
      record.attention_seconds.add(trainer->attention_seconds(lane));
    }
    if (test_is_due(trainer->steps())) test();
  }

  void test() {
    for (int lane = 0; lane < trainer->lanes(); ++lane) {
      LaneRecord& record = records[lane];
      record.test = trainer->evaluate(lane, trainer->data().test, kTestPictures);
      record.test_loss.add(static_cast<float>(trainer->steps()), static_cast<float>(record.test.loss));
      record.test_accuracy.add(static_cast<float>(trainer->steps()), static_cast<float>(record.test.accuracy));
    }
  }

  Cost cost(int lane) const {
    Cost cost = counted_cost(*trainer, lane);
    cost.step_ms = records[lane].step_seconds.median() * 1e3;
    cost.attention_ms = records[lane].attention_seconds.median() * 1e3;
    return cost;
  }

  // Follows lane_snapshot() of that lane: the stages are those of its reading.
  StagesSnapshot stages_snapshot() {
    StagesSnapshot s;
    const ModelSettings& model = trainer->experiment().model;
    const StagesPlace& p = stages_place;
    if (p.lane < 0 || p.lane >= trainer->lanes() || p.layer >= model.layers || p.head >= model.heads) return s;
    s.place = p;
    if (!trainer->stages(p, s.stages))
      s.missing = "This way of spending attention never has scores for single pairs, so there are no stages to show.";
    return s;
  }

  LaneSnapshot lane_snapshot(int lane) {
    const LaneRecord& record = records[lane];
    LaneSnapshot s;
    s.lane = trainer->experiment().lanes[lane];
    s.title = lane_title(s.lane, trainer->geometry(probe.sample()).is_grid());
    Reading reading = trainer->read(lane, probe.sample());
    s.maps = std::move(reading.maps);
    s.attention = std::move(reading.attention);
    s.figures = std::move(reading.figures);
    s.probabilities = std::move(reading.probabilities);
    s.train_loss = record.train_loss.curve();
    s.test_loss = record.test_loss.curve();
    s.test_accuracy = record.test_accuracy.curve();
    s.last_train_loss = trainer->loss(lane);
    s.last_test_loss = static_cast<float>(record.test.loss);
    s.last_test_accuracy = static_cast<float>(record.test.accuracy);
    s.cost = cost(lane);
    return s;
  }
};

LiveRun::LiveRun(const Experiment& experiment, DeviceChooser chooser, DeviceWish wish)
    : impl_(std::make_unique<Impl>(experiment, std::move(chooser), wish)) {}
LiveRun::~LiveRun() = default;

void LiveRun::advance() { impl_->advance(); }

void LiveRun::apply(const Command& asked) {
  Impl& run = *impl_;
  struct Visitor {
    Impl& run;
    void operator()(const command::Play&) const {
      run.playing = true;
      run.last_step = {};
    }
    void operator()(const command::Pause&) const { run.playing = false; }
    void operator()(const command::StepBatch&) const {
      run.playing = false;
      run.advance();
    }
    void operator()(const command::Restart&) const { run.start(run.trainer->experiment(), run.trainer->data_ptr()); }
    void operator()(const command::SetSpeedLimit& limit) const { run.speed_limit = limit.steps_per_second; }
    void operator()(const command::SetExperiment& set) const { run.change(set.experiment); }
    void operator()(const command::SetProbe& probe) const { run.look_at(probe.index); }
    void operator()(const command::SetProbePicture& picture) const { run.look_at(picture); }
    void operator()(const command::ShowStages& show) const { run.stages_place = show.place; }
    void operator()(const command::SetDevice& device) const { run.move(device.wish); }
  };
  std::visit(Visitor{run}, asked);
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
  s->geometry = trainer.geometry(impl_->probe.sample());
  s->step = trainer.steps();
  s->epoch = static_cast<double>(trainer.steps()) / static_cast<double>(trainer.steps_per_epoch());
  const double interval = impl_->step_interval.median();
  s->steps_per_second = impl_->playing && interval > 0 ? 1 / interval : 0;
  s->speed_limit = impl_->speed_limit;
  s->test_pictures = std::min(kTestPictures, trainer.data().test.count());
  s->probe = impl_->probe;
  for (int lane = 0; lane < trainer.lanes(); ++lane) s->lanes.push_back(impl_->lane_snapshot(lane));
  s->stages = impl_->stages_snapshot();
  return s;
}

int64_t LiveRun::step() const { return impl_->trainer->steps(); }
bool LiveRun::playing() const { return impl_->playing; }
const Trainer& LiveRun::trainer() const { return *impl_->trainer; }

}  // namespace lab
