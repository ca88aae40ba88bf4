#include "core/gpu/gl_limits.h"

#include <algorithm>
#include <functional>

#include "core/gpu/gl_engine.h"

namespace lab {

namespace {

// In peak.comp.
constexpr int kChains = 8;
constexpr int kRounds = 512;

// The best of a few runs, each repeated until it takes a while: GPUs raise their clocks only when they are busy.
double best_seconds(GlEngine& engine, const std::function<void()>& work) {
  constexpr double kLongEnough = 0.05;
  constexpr int kRuns = 5;
  double best = 0;
  int repeats = 1;
  for (int run = 0; run < kRuns; ++run) {
    const uint64_t begin = engine.clock.mark();
    for (int i = 0; i < repeats; ++i) work();
    const double seconds = engine.clock.seconds(begin, engine.clock.mark());
    if (seconds < kLongEnough && repeats < (1 << 16)) {
      repeats *= 4;
      run = -1;
      continue;
    }
    best = best == 0 ? seconds / repeats : std::min(best, seconds / repeats);
  }
  return best;
}

}  // namespace

GlLimits measure_limits(GlDevice& device) {
  constexpr int64_t kGroups = 2048, kNumbers = int64_t{1} << 23;
  GlEngine& engine = device.engine();
  const GlBuffer from(kNumbers * sizeof(float)), to(kNumbers * sizeof(float));
  Program& peak = engine.program("peak", {{"THREADS", gl::kThreads}, {"CHAINS", kChains}, {"ROUNDS", kRounds}});
  Program& copy = engine.program("copy");
  const double computing = best_seconds(engine, [&] { peak.run(kGroups, {to.range()}, {0.999f, 1e-3f}); });
  const double copying = best_seconds(engine, [&] {
    copy.run(groups_for(kNumbers / 4), {to.range(), from.range()}, {kNumbers / 4});
  });
  GlLimits limits;
  limits.gflops = 2.0 * kGroups * gl::kThreads * kChains * 4 * kRounds / computing * 1e-9;  // chains of four numbers
  limits.gigabytes_per_second = 2.0 * kNumbers * sizeof(float) / copying * 1e-9;
  return limits;
}

}  // namespace lab
