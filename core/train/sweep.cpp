#include "core/train/sweep.h"

#include <algorithm>
#include <set>

#include "core/base/error.h"
#include "core/train/cost.h"
#include "core/train/trainer.h"

namespace lab {

namespace {

/// Settings that train together from one seed.
struct Round {
  uint64_t seed = 0;
  std::vector<Lane> lanes;
};

bool is_done(std::span<const SweepResult> done, const Lane& lane, uint64_t seed) {
  const std::string setting = text(lane);
  return std::any_of(done.begin(), done.end(),
                     [&](const SweepResult& result) { return result.setting == setting && result.seed == seed; });
}

std::vector<Round> rounds_left(const Sweep& sweep, std::span<const SweepResult> done) {
  std::vector<Round> rounds;
  for (const uint64_t seed : sweep.seeds) {
    Round round{seed, {}};
    for (const Lane& lane : sweep.settings) {
      if (is_done(done, lane, seed)) continue;
      round.lanes.push_back(lane);
      if (round.lanes.size() == Experiment::kMaxLanes) rounds.push_back(std::exchange(round, {seed, {}}));
    }
    if (!round.lanes.empty()) rounds.push_back(round);
  }
  return rounds;
}

Experiment experiment_of(const Sweep& sweep, const Round& round) {
  Experiment experiment = sweep.base;
  experiment.lanes = round.lanes;
  experiment.seed = round.seed;
  return experiment;
}

// Trains one round after the other, and keeps the count.
class SweepRun {
 public:
  SweepRun(const Sweep& sweep, DatasetPtr data, std::vector<SweepResult> done, const SweepReport& report)
      : sweep_(sweep), data_(std::move(data)), report_(report) {
    progress_.results = std::move(done);
  }

  std::vector<SweepResult> run() {
    bool going = true;
    for (const Round& round : rounds_left(sweep_, progress_.results)) going = going && train(round);
    if (going) report("");
    return std::move(progress_.results);
  }

 private:
  bool train(const Round& round) {
    Trainer trainer(experiment_of(sweep_, round), data_);
    total_ = sweep_.steps > 0 ? sweep_.steps : sweep_.epochs * trainer.steps_per_epoch();
    std::vector<std::vector<double>> milliseconds(round.lanes.size());
    for (auto& of_lane : milliseconds) of_lane.reserve(static_cast<size_t>(total_));
    const std::string names = names_of(round);
    while (trainer.steps() < total_) {
      if (!report(fmt::format("{}: step {} of {}", names, trainer.steps() + 1, total_), &trainer)) return false;
      trainer.step();
      for (int lane = 0; lane < trainer.lanes(); ++lane) milliseconds[lane].push_back(trainer.step_seconds(lane) * 1e3);
    }
    for (int lane = 0; lane < trainer.lanes(); ++lane) note_result(trainer, round, lane, milliseconds[lane]);
    return true;
  }

  static std::string names_of(const Round& round) {
    std::string names;
    for (const Lane& lane : round.lanes) names += (names.empty() ? "" : ", ") + lane_title(lane);
    return fmt::format("{} from seed {}", names, round.seed);
  }

  void note_result(Trainer& trainer, const Round& round, int lane, const std::vector<double>& milliseconds) {
    const Evaluation test = trainer.evaluate(lane, data_->test, data_->test.count());
    const Cost cost = counted_cost(trainer, lane);
    progress_.results.push_back({text(round.lanes[lane]), round.seed, trainer.steps(), test.accuracy, test.loss,
                                 cost.multiply_adds, median_of(milliseconds), cost.weight_bytes});
  }

  bool report(std::string now, const Trainer* trainer = nullptr) {
    const double all = static_cast<double>(sweep_.settings.size() * sweep_.seeds.size());
    double done = static_cast<double>(progress_.results.size());
    if (trainer) done += trainer->lanes() * static_cast<double>(trainer->steps()) / static_cast<double>(total_);
    progress_.share = done / all;
    progress_.now = std::move(now);
    return report_(progress_);
  }

  const Sweep& sweep_;
  DatasetPtr data_;
  const SweepReport& report_;
  SweepProgress progress_;
  int64_t total_ = 0;  // training steps of a round
};

void check_count(const char* what, size_t count, int most) {
  if (count < 1 || count > static_cast<size_t>(most))
    throw Error("A sweep has 1 to {} {}; this one has {}.", most, what, count);
}

}  // namespace

void validate(const Sweep& sweep, int picture_height, int picture_width) {
  check_count("settings", sweep.settings.size(), Sweep::kMostSettings);
  check_count("seeds", sweep.seeds.size(), Sweep::kMostSeeds);
  if (sweep.epochs < 1 || sweep.epochs > 10000)
    throw Error("A sweep of {} epochs cannot be run; choose 1 to 10000.", sweep.epochs);
  if (sweep.steps < 0)
    throw Error("A sweep of {} steps cannot be run; choose 1 or more, or 0 for whole epochs.", sweep.steps);
  std::set<std::string> settings;
  for (const Lane& lane : sweep.settings) {
    if (!settings.insert(text(lane)).second)
      throw Error("The sweep has the setting \"{}\" twice; keep one.", text(lane));
    validate(experiment_of(sweep, {sweep.seeds[0], {lane}}), picture_height, picture_width);
  }
  std::set<uint64_t> seeds;
  for (const uint64_t seed : sweep.seeds)
    if (!seeds.insert(seed).second) throw Error("The sweep has the seed {} twice; keep one.", seed);
}

std::vector<SweepResult> run_sweep(const Sweep& sweep, const DatasetPtr& data, std::vector<SweepResult> done,
                                   const SweepReport& report) {
  validate(sweep, data->train.height, data->train.width);
  return SweepRun(sweep, data, std::move(done), report).run();
}

std::vector<SweepMean> sweep_means(const Sweep& sweep, std::span<const SweepResult> results) {
  std::vector<SweepMean> means;
  for (const Lane& lane : sweep.settings) {
    SweepMean mean;
    mean.lane = lane;
    std::vector<double> accuracy, loss, step_ms;
    for (const SweepResult& result : results) {
      if (result.setting != text(lane)) continue;
      accuracy.push_back(result.accuracy);
      loss.push_back(result.loss);
      step_ms.push_back(result.step_ms);
      mean.multiply_adds = result.multiply_adds;
      mean.bytes = result.bytes;
    }
    mean.runs = static_cast<int>(accuracy.size());
    mean.accuracy = spread_of(accuracy), mean.loss = spread_of(loss), mean.step_ms = spread_of(step_ms);
    if (mean.runs > 0) means.push_back(std::move(mean));
  }
  return means;
}

}  // namespace lab
