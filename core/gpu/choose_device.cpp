#include "core/gpu/choose_device.h"

#include <algorithm>
#include <chrono>

#include "core/base/error.h"
#include "core/device/cpu_device.h"
#include "core/gpu/egl_context.h"
#include "core/train/trainer.h"

namespace lab {

namespace {

// The quickest of a few, after one that compiles and warms up.
double milliseconds(const std::function<void()>& step) {
  using Clock = std::chrono::steady_clock;
  constexpr int kRuns = 4;
  step();
  double best = 1e9;
  for (int run = 0; run < kRuns; ++run) {
    const auto start = Clock::now();
    step();
    best = std::min(best, std::chrono::duration<double, std::milli>(Clock::now() - start).count());
  }
  return best;
}

std::shared_ptr<GlDevice> open(const MakeContext& make_context, const GlSettings& settings) {
  return std::make_shared<GlDevice>(make_context(), settings);
}

ChosenDevice measured(const MakeContext& make_context, const GlSettings& settings, const WorkOn& work) {
  const auto gpu = open(make_context, settings);
  if (is_software(gpu->renderer()))
    return cpu_because(
        fmt::format("OpenGL here is {}, which computes on the processor itself: the CPU is faster.", gpu->renderer()));
  const double on_gpu = milliseconds(work(*gpu)), on_cpu = milliseconds(work(cpu_device()));
  const std::string both =
      fmt::format("a training step takes {:.2f} ms on the GPU and {:.2f} ms on the CPU.", on_gpu, on_cpu);
  return on_gpu < on_cpu ? ChosenDevice{gpu, "The GPU is faster: " + both} : cpu_because("The CPU is faster: " + both);
}

// Where the GPU cannot do the work, its sentence is the reason to take the CPU.
ChosenDevice wanted_gpu(std::shared_ptr<GlDevice> gpu, const WorkOn& work) {
  try {
    if (work) work(*gpu);
  } catch (const Error& cannot) {
    return cpu_because(cannot.what());
  }
  return {std::move(gpu), "The GPU was asked for."};
}

}  // namespace

std::unique_ptr<GlContext> make_offscreen_context() { return std::make_unique<EglContext>(4, 3); }

WorkOn training_step_of(const Experiment& experiment, DatasetPtr data) {
  return [experiment, data](Device& device) {
    const auto trainer = std::make_shared<Trainer>(experiment, data, device);
    return [trainer, &device] {
      trainer->step();
      if (&trainer->device() != &device) throw DeviceLost("{}", trainer->setback());
    };
  };
}

ChosenDevice choose_device(DeviceWish wish, const MakeContext& make_context, const GlSettings& settings,
                           const WorkOn& work) {
  if (wish == DeviceWish::kCpu) return cpu_because("The CPU was asked for.");
  if (wish == DeviceWish::kGl) return wanted_gpu(open(make_context, settings), work);
  try {
    return measured(make_context, settings, work);
  } catch (const std::exception& problem) {
    return cpu_because(problem.what());
  }
}

}  // namespace lab
