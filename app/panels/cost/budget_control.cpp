#include "app/panels/cost/budget_control.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "app/panels/cost/scaling_control.h"
#include "app/panels/cost/sweep_store.h"
#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/train/sweep_file.h"

namespace lab {
namespace {

constexpr const char* kWays[] = {"dense",
                                 "dense:score=cosine",
                                 "local:window=1",
                                 "local:window=2",
                                 "block:block=3",
                                 "dilated:window=1,dilation=2",
                                 "strided:stride=7",
                                 "bigbird:window=1,random=3,seed=0",
                                 "dense:strategy=linear",
                                 "dense:strategy=hierarchical,block=0,chosen=2"};

/// What a sweep begins with.
struct Start {
  Sweep sweep;
  std::vector<SweepResult> done;
  DatasetPtr data;   // null: another task than the window's, to be loaded
  std::string file;  // where its results go as they come; empty: nowhere
};

void run(const Start& start, JobControl<SweepShown>& job) {
  using Clock = std::chrono::steady_clock;
  const Sweep& sweep = start.sweep;
  Clock::time_point shown{};
  bool begun = false;  // the plan itself is kept too
  size_t saved = start.done.size();
  const auto report = [&](const SweepProgress& progress) {
    if (!start.file.empty() && (saved < progress.results.size() || !std::exchange(begun, true))) {
      save_sweep_results(sweep, progress.results, start.file);
      saved = progress.results.size();
    }
    const auto now = Clock::now();
    if (progress.share >= 1 || now - shown > std::chrono::milliseconds(100)) {
      shown = now;
      job.post({sweep, progress});
    }
    return job.go_on();
  };
  run_sweep(sweep, start.data ? start.data : load_data(sweep.base), start.done, report);
}

/// Whether it may begin now; else view.trouble says why not.
bool may_begin(const Sweep& sweep, const DatasetPtr& data, View& view) {
  try {
    if (measuring(view.scaling))
      throw Error(
          "The Scaling page is measuring, which a sweep would disturb; stop it there, or wait until it is done.");
    validate(sweep, data ? data->train.height : 0, data ? data->train.width : 0);
    return true;
  } catch (const Error& error) {
    view.trouble = error.what();
    return false;
  }
}

/// A sweep without a place on disk runs all the same.
std::string place_on_disk(View& view) {
  try {
    return view.budget.folder.empty() ? "" : new_sweep_file(view.budget.folder);
  } catch (const Error& error) {
    view.trouble = fmt::format("The sweep is not kept. {}", error.what());
    return "";
  }
}

void begin(Start start, const Snapshot& snapshot, View& view, Commands& commands) {
  BudgetState& budget = view.budget;
  budget.paused = false;
  budget.resume = snapshot.phase == Phase::kRunning;
  budget.file = start.file;
  if (budget.resume) commands.send(command::Pause{});
  const double all = static_cast<double>(start.sweep.settings.size() * start.sweep.seeds.size());
  SweepShown shown{start.sweep, {start.done, static_cast<double>(start.done.size()) / all, ""}};
  const auto work = [start = std::move(start)](JobControl<SweepShown>& job) { run(start, job); };
  budget.sweep = std::make_unique<Job<SweepShown>>(std::move(shown), work, view.wake);
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
  budget.price =
      budget.price == Price::kBytes ? Price::kMultiplyAdds : static_cast<Price>(static_cast<int>(budget.price) + 1);
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

std::shared_ptr<const SweepShown> shown_sweep(const BudgetState& budget) {
  return budget.sweep ? budget.sweep->latest() : budget.found;
}

bool unfinished(const SweepShown& shown) {
  return shown.progress.results.size() < shown.sweep.settings.size() * shown.sweep.seeds.size();
}

void find_sweep(View& view) {
  BudgetState& budget = view.budget;
  const std::string file = budget.folder.empty() ? "" : newest_sweep_file(budget.folder);
  if (file.empty()) return;
  try {
    SavedSweep saved = load_saved_sweep(file);
    budget.found = std::make_shared<SweepShown>(SweepShown{saved.sweep, {std::move(saved.results), 0, ""}});
    budget.file = file;
  } catch (const Error& error) {
    view.trouble = error.what();
  }
}

bool sweeping(const BudgetState& budget) { return budget.sweep && !budget.sweep->ended(); }

void sweep_or_pause(const Snapshot& snapshot, View& view, Commands& commands) {
  BudgetState& budget = view.budget;
  if (sweeping(budget)) {
    if (budget.paused && !may_begin(budget.sweep->latest()->sweep, nullptr, view)) return;
    budget.paused = !budget.paused;
    if (!budget.paused && snapshot.phase == Phase::kRunning) commands.send(command::Pause{});
    return;
  }
  if (!snapshot.data) return;
  const Sweep sweep = planned_sweep(snapshot, budget);
  if (may_begin(sweep, snapshot.data, view))
    begin({sweep, {}, snapshot.data, place_on_disk(view)}, snapshot, view, commands);
}

void go_on_with_sweep(const Snapshot& snapshot, View& view, Commands& commands) {
  const auto shown = shown_sweep(view.budget);
  if (sweeping(view.budget) || !shown || !unfinished(*shown)) return;
  const Experiment& base = shown->sweep.base;
  const bool same = base.task == snapshot.experiment.task && base.data_dir == snapshot.experiment.data_dir;
  const DatasetPtr data = same ? snapshot.data : nullptr;
  if (may_begin(shown->sweep, data, view))
    begin({shown->sweep, shown->progress.results, data, view.budget.file}, snapshot, view, commands);
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
    budget.found = budget.sweep->latest();
    budget.sweep.reset();
  }
}

}  // namespace lab
