#include "core/live/changes.h"

#include <algorithm>
#include <map>

#include "core/base/error.h"
#include "core/device/cpu_device.h"

namespace lab {

namespace {

using What = Intervention::What;

// Whether both turn the same knob, so that the later one replaces the earlier.
bool same_place(const Intervention& a, const Intervention& b) {
  Intervention other = b;
  other.amount = a.amount;
  return a == other;
}

void check_range(const char* what, int value, int least, int count) {
  if (value < least || value >= count) throw Error("There is no {} {} to change.", what, value + 1);
}

void check_amount(const Intervention& change) {
  if (change.what == What::kTemperature && !(change.amount >= 0 && change.amount <= 1000))
    throw Error("Scores cannot be multiplied by {}; it must be from 0 to 1000.", change.amount);
  if (change.what == What::kWeight && !(change.amount >= 0 && change.amount <= 1))
    throw Error("A weight cannot be {}; it must be from 0 to 1.", change.amount);
}

// The heads it is of must have weights on pairs of a query and a key.
void check_lane(const Intervention& change, const Experiment& experiment) {
  const Lane& lane = experiment.lanes[change.lane];
  if (change.attending == Attending::kCross) return;  // by what the data says, whatever the lane (model/decoder.h)
  for (int layer = 0; layer < experiment.model.layers; ++layer)
    for (int head = 0; head < experiment.model.heads; ++head) {
      const Strategy& strategy = spending_of(lane, layer, head).strategy;
      if (change.touches(layer, head) && !keeps_rows(find_strategy(strategy.kind)))
        throw Error("The lane {} keeps no rows of weights that could be changed, as its strategy is {}.",
                    lane_title(lane), strategy.kind);
    }
}

void check(const Intervention& change, const Trainer& trainer, int tokens) {
  const ModelSettings& model = trainer.experiment().model;
  const bool of_answer = change.attending != Attending::kTokens;
  if (of_answer && trainer.data().kind != ModelKind::kTranslator)
    throw Error("{} has no attention {} to change.", trainer.data().title, name_of(change.attending));
  check_range("lane", change.lane, 0, trainer.lanes());
  check_range("layer", change.layer, -1, model.layers);
  check_range("head", change.head, -1, model.heads);
  const int queries = of_answer ? trainer.data().context : tokens;
  const int keys = change.attending == Attending::kAnswer ? queries : tokens;
  if (change.what == What::kMask || change.what == What::kWeight) check_range("token", change.key, 0, keys);
  if (change.what == What::kWeight) check_range("token", change.query, 0, queries);
  check_amount(change);
  check_lane(change, trainer.experiment());
}

// That any sample of the data has in an attention that is read.
int most_tokens(const Trainer& trainer) {
  const Dataset& data = trainer.data();
  return data.kind == ModelKind::kPictureClassifier ? trainer.shape().tokens() : data.context + 1;
}

// A copy of a lane's model, and networks of it with some changes.
struct Copy {
  DatasetPtr data;
  Experiment experiment;
  int lane;
  ParameterSet parameters;
  std::map<SampleSize, std::unique_ptr<Learner>> learners[2];

  Copy(Trainer& trainer, int number)
      : data(trainer.data_ptr()), experiment(trainer.experiment()), lane(number), parameters(parameter_specs(shape())) {
    const std::vector<float> now = trainer.learned(lane, false).values;
    std::copy(now.begin(), now.end(), parameters.values().begin());
  }
  LearnerShape shape() const { return {*data, experiment.model, experiment.lanes[lane]}; }
  Evaluation evaluate(bool after, std::span<const Intervention> changes, const std::function<bool(int)>& go_on) {
    const auto learner_of = [&](const SampleSize& size) -> Learner& {
      std::unique_ptr<Learner>& learner = learners[after][size];
      if (!learner)
        learner = make_learner(shape(), size, cpu_device(), {.batch = evaluation_batch(size), .changes = changes},
                               parameters);
      return *learner;
    };
    return lab::evaluate(*data, data->test, data->test.count(), learner_of, go_on);
  }
};

}  // namespace

Changes::Changes(const MadeChanges& made, const Trainer& trainer, const std::string& where)
    : applied_(made.all.size() - made.undone) {
  try {
    for (const MadeChange& change : made.all) {
      check(change.what, trainer, most_tokens(trainer));
      all_.push_back({change, false, nullptr});
    }
  } catch (const Error& cannot) {
    throw Error("{} is damaged, since its attention cannot have been changed so: {}", where, cannot.what());
  }
}

MadeChanges Changes::made() const {
  MadeChanges made;
  for (const Entry& entry : all_) {
    const ChangesSnapshot::Item now = entry.look();
    made.all.push_back({now.what, now.step, now.measured, now.accuracy_before, now.accuracy});
  }
  made.undone = static_cast<int>(all_.size() - applied_);
  return made;
}

void Changes::add(const Intervention& change, Trainer& trainer, int tokens, bool going_on) {
  check(change, trainer, tokens);
  if (applied_ == MadeChanges::kMost)
    throw Error("{} changes are made already; take some back first.", MadeChanges::kMost);
  all_.resize(applied_);
  if (!all_.empty() && all_.back().going_on && same_place(all_.back().made.what, change)) all_.pop_back();
  all_.push_back({{change, trainer.steps(change.lane)}, going_on, nullptr});
  applied_ = all_.size();
  apply(trainer);
  if (!going_on) measure(all_.back(), trainer);
}

void Changes::undo(Trainer& trainer) {
  if (applied_ == 0) return;
  --applied_;
  apply(trainer);
}

void Changes::redo(Trainer& trainer) {
  if (applied_ == all_.size()) return;
  ++applied_;
  apply(trainer);
}

// Where the same thing was changed twice, the later change counts.
std::vector<Intervention> Changes::of_lane(int lane, size_t count) const {
  std::vector<Intervention> changes;
  for (size_t i = 0; i < count; ++i) {
    const Intervention& next = all_[i].made.what;
    if (next.lane != lane) continue;
    std::erase_if(changes, [&](const Intervention& earlier) { return same_place(earlier, next); });
    changes.push_back(next);
  }
  return changes;
}

void Changes::apply(Trainer& trainer) const {
  for (int lane = 0; lane < trainer.lanes(); ++lane) trainer.set_changes(lane, of_lane(lane, applied_));
}

void Changes::measure(Entry& entry, Trainer& trainer) {
  const int lane = entry.made.what.lane;
  const auto copy = std::make_shared<Copy>(trainer, lane);
  const std::vector<Intervention> without = of_lane(lane, applied_ - 1), with = of_lane(lane, applied_);
  const auto work = [copy, without, with](JobControl<Effect>& job) {
    Effect effect;
    bool whole = true;
    const auto report = [&](int first) {
      return [&, first](int done) {
        effect.done = first + done;
        job.post(effect);
        return whole = job.go_on();
      };
    };
    effect.before = copy->evaluate(false, without, report(0));
    if (whole) effect.after = copy->evaluate(true, with, report(effect.before.pictures));
    effect.measured = whole;
    job.post(effect);
  };
  entry.effect = std::make_shared<Job<Effect>>(Effect{}, work);
}

bool Changes::measuring() const {
  return std::any_of(all_.begin(), all_.end(),
                     [](const Entry& entry) { return entry.effect && !entry.effect->ended(); });
}

ChangesSnapshot::Item Changes::Entry::look() const {
  if (!effect) return {made.what, made.step, made.measured, 0, made.accuracy_before, made.accuracy};
  const auto now = effect->latest();
  return {made.what, made.step, now->measured, now->done, now->before.accuracy, now->after.accuracy};
}

ChangesSnapshot Changes::look() const {
  ChangesSnapshot s;
  for (size_t i = 0; i < applied_; ++i) s.items.push_back(all_[i].look());
  s.undone = static_cast<int>(all_.size() - applied_);
  return s;
}

}  // namespace lab
