#include "app/panels/budget_control.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "core/base/error.h"

namespace lab {
namespace {

constexpr const char* kWays[] = {"dense",          "dense:score=cosine",           "local:window=1",   "local:window=2",
                                 "block:block=3",  "dilated:window=1,dilation=2", "strided:stride=7", "bigbird:window=1,random=3,seed=0"};

void run(const Sweep& sweep, const DatasetPtr& data, JobControl<SweepShown>& job) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point shown{};
  const auto report = [&](const SweepProgress& progress) {
    const auto now = Clock::now();
    if (progress.share >= 1 || now - shown > std::chrono::milliseconds(100)) {
      shown = now;
      job.post({sweep, progress});
    }
    return job.go_on();
  };
  run_sweep(sweep, data, {}, report);
}

}  // namespace

std::vector<Standing> standings(const Snapshot& snapshot) {
  std::vector<Standing> all;
  for (size_t i = 0; i < snapshot.lanes.size(); ++i) {
    const LaneSnapshot& lane = snapshot.lanes[i];
    if (lane.test_accuracy.value.empty()) continue;
    all.push_back({lane.title, static_cast<int>(i), snapshot.step, snapshot.epoch, lane.last_test_accuracy,
                   lane.last_test_loss, static_cast<double>(lane.cost.multiply_adds), lane.cost.step_ms,
                   static_cast<double>(lane.cost.weight_bytes)});
  }
  return all;
}

void pin_lanes(const Snapshot& snapshot, BudgetState& budget) {
  for (Standing& standing : standings(snapshot)) budget.pinned.push_back(std::move(standing));
}

void next_price(BudgetState& budget) {
  budget.price = budget.price == Price::kBytes ? Price::kMultiplyAdds : static_cast<Price>(static_cast<int>(budget.price) + 1);
}

std::span<const char* const> known_ways() { return kWays; }

void toggle_way(BudgetState& budget, std::string_view way) {
  if (std::erase(budget.ways, way) == 0) budget.ways.emplace_back(way);
}

Sweep planned_sweep(const Snapshot& snapshot, const BudgetState& budget) {
  Sweep sweep;
  sweep.base = snapshot.experiment;
  const auto add = [&](Lane lane) {
    const auto same = [&](const Lane& other) { return text(other) == text(lane); };
    if (std::none_of(sweep.settings.begin(), sweep.settings.end(), same)) sweep.settings.push_back(std::move(lane));
  };
  for (const Lane& lane : snapshot.experiment.lanes) add(lane);
  for (const std::string& way : budget.ways) add(parse_lane(way));
  sweep.seeds.clear();
  for (int i = 0; i < budget.seeds; ++i) sweep.seeds.push_back(snapshot.experiment.seed + static_cast<uint64_t>(i));
  sweep.steps = budget.steps;
  return sweep;
}

bool sweeping(const BudgetState& budget) { return budget.sweep && !budget.sweep->ended(); }

void sweep_or_pause(const Snapshot& snapshot, View& view, Commands& commands) {
  BudgetState& budget = view.budget;
  if (sweeping(budget)) {
    budget.paused = !budget.paused;
    if (!budget.paused && snapshot.phase == Phase::kRunning) commands.send(command::Pause{});
    return;
  }
  if (!snapshot.data) return;
  const Sweep sweep = planned_sweep(snapshot, budget);
  try {
    validate(sweep, snapshot.data->train.height, snapshot.data->train.width);
  } catch (const Error& error) {
    view.trouble = error.what();
    return;
  }
  budget.paused = false;
  budget.resume = snapshot.phase == Phase::kRunning;
  if (budget.resume) commands.send(command::Pause{});
  const auto work = [sweep, data = snapshot.data](JobControl<SweepShown>& job) { run(sweep, data, job); };
  budget.sweep = std::make_unique<Job<SweepShown>>(SweepShown{sweep, {}}, work, view.wake);
}

void stop_sweep(BudgetState& budget) {
  if (sweeping(budget)) budget.sweep->stop();
}

void follow_sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  BudgetState& budget = view.budget;
  if (!budget.sweep) return;
  const bool training = snapshot.phase == Phase::kRunning;
  if (sweeping(budget)) return budget.sweep->pause(budget.paused || training);
  if (std::exchange(budget.resume, false) && !training) commands.send(command::Play{});
  const std::string& trouble = budget.sweep->trouble();
  if (!trouble.empty()) {
    view.trouble = trouble;
    budget.sweep.reset();
  }
}

}  // namespace lab
