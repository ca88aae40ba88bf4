// What it costs a training step that the run remembers itself: two runs of the same experiment, one with its history
// and one without, in turns. history_percent is how much longer the median of a block of steps takes with it.

#include <benchmark/benchmark.h>

#include <chrono>

#include "core/history/history.h"
#include "core/live/live_run.h"
#include "core/train/trade_off.h"

namespace lab {
namespace {

constexpr int kBlock = 8;  // steps, of which each moment that is remembered is a part

double seconds_of_block(LiveRun& run) {
  const auto start = std::chrono::steady_clock::now();
  for (int step = 0; step < kBlock; ++step) run.advance();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

void BM_TrainingStepWithItsHistory(benchmark::State& state) {
  Experiment experiment;
  experiment.task = "shapes";
  LiveRun remembering(experiment), plain(experiment);
  plain.apply(command::SetHistoryBudget{0});
  for (LiveRun* run : {&remembering, &plain}) seconds_of_block(*run);
  std::vector<double> with, without;
  for (auto _ : state) {
    with.push_back(seconds_of_block(remembering));
    without.push_back(seconds_of_block(plain));
    state.SetIterationTime(with.back());
  }
  state.counters["step_ms"] = 1e3 * median_of(without) / kBlock;
  state.counters["history_percent"] = 100 * (median_of(with) / median_of(without) - 1);
  state.counters["moments"] = static_cast<double>(remembering.snapshot()->history.marks.size());
}
BENCHMARK(BM_TrainingStepWithItsHistory)->UseManualTime()->Iterations(40)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace lab
