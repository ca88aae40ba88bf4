#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "app/commands/commands.h"
#include "app/commands/device_option.h"
#include "app/commands/experiment_options.h"
#include "app/commands/progress_bar.h"
#include "app/window/offscreen.h"
#include "core/base/file.h"
#include "core/live/live_run.h"
#include "core/train/trainer.h"

namespace lab {

namespace {

struct DemoOptions {
  std::shared_ptr<ExperimentOptions> experiment;
  std::shared_ptr<DeviceOption> device;
  std::string out = "attention-lab-demo";
  double seconds = 60;
  OffscreenOptions screen;
};

// A lane's text may have commas.
std::string csv_cell(const std::string& text) { return text.find(',') == text.npos ? text : '"' + text + '"'; }

// The training losses of every step, then what the test curves hold of it, as CSV.
class Metrics {
 public:
  void note(const Trainer& trainer) {
    for (int lane = 0; lane < trainer.lanes(); ++lane) losses_.push_back(trainer.loss(lane));
  }

  std::string csv(const Snapshot& snapshot) const {
    std::string rows = "step,lane,train_loss,test_loss,test_accuracy\n";
    const size_t lanes = snapshot.lanes.size();
    for (size_t i = 0; i < losses_.size(); ++i) {
      const LaneSnapshot& lane = snapshot.lanes[i % lanes];
      const size_t step = i / lanes + 1;
      rows += fmt::format("{},{},{}", step, csv_cell(text(lane.lane)), losses_[i]);
      rows += test_columns(lane, static_cast<float>(step));
    }
    return rows;
  }

 private:
  static std::string test_columns(const LaneSnapshot& lane, float step) {
    const std::vector<float>& steps = lane.test_loss.step;
    const auto at = std::lower_bound(steps.begin(), steps.end(), step);
    if (at == steps.end() || *at != step) return ",,\n";
    const size_t i = at - steps.begin();
    return fmt::format(",{},{}\n", lane.test_loss.value[i], lane.test_accuracy.value[i]);
  }

  std::vector<float> losses_;  // [steps, lanes]
};

void make_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) throw Error("The folder {} cannot be made: {}.", folder, error.message());
  check_writable(folder + "/metrics.csv");
}

int run_demo(const DemoOptions& options) {
  using Clock = std::chrono::steady_clock;
  make_folder(options.out);
  LiveRun run(options.experiment->experiment(), options.device->chooser(), options.device->wish);
  if (!run.trainer().data().notice.empty()) fmt::print(stderr, "{}\n", run.trainer().data().notice);
  Metrics metrics;
  {
    ProgressBar bar;
    const auto start = Clock::now();
    for (double spent = 0; spent < options.seconds;
         spent = std::chrono::duration<double>(Clock::now() - start).count()) {
      run.advance();
      metrics.note(run.trainer());
      bar.show(spent / options.seconds, fmt::format("step {}  loss {:.3f}", run.step(), run.trainer().loss(0)));
    }
  }
  const auto snapshot = run.snapshot();
  write_file_atomically(options.out + "/metrics.csv", metrics.csv(*snapshot));
  const std::string picture = options.out + "/attention-lab.png";
  draw_to_file(*snapshot, options.screen, picture);
  fmt::print("After {} steps on {}:\n", run.step(), snapshot->device);
  for (const LaneSnapshot& lane : snapshot->lanes)
    fmt::print("  {:<16} training loss {:.3f}, accuracy {:.3f} on {} of the test set, {:.2f} ms a step\n", lane.title,
               lane.last_train_loss, lane.last_test_accuracy, snapshot->test_pictures, lane.cost.step_ms);
  fmt::print("The window is drawn in {}, the numbers are in {}/metrics.csv.\n", picture, options.out);
  return 0;
}

}  // namespace

Action demo_command(CLI::App& app) {
  auto options = std::make_shared<DemoOptions>();
  options->experiment = add_experiment_options(app);
  options->device = add_device_option(app);
  app.add_option("--seconds", options->seconds, "How long to train (default 60)")->check(CLI::Range(0.1, 86400.0));
  app.add_option("--out", options->out, "The folder to write to (default attention-lab-demo)")->type_name("DIR");
  return [options] { return run_demo(*options); };
}

}  // namespace lab
