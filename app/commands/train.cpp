#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "app/commands/commands.h"
#include "app/commands/device_option.h"
#include "app/commands/experiment_options.h"
#include "app/commands/interrupt.h"
#include "app/commands/learned_report.h"
#include "app/commands/progress_bar.h"
#include "app/commands/sampling_options.h"
#include "core/base/file.h"
#include "core/data/tasks.h"
#include "core/history/run_file.h"
#include "core/train/alike.h"
#include "core/train/usual_experiment.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

struct TrainOptions {
  std::shared_ptr<ExperimentOptions> experiment;
  std::shared_ptr<DeviceOption> device;
  int epochs = 0;          // 0: as usual for the task
  int64_t steps = 0;       // 0: as many as the epochs have
  int64_t save_every = 0;  // steps; 0: with each epoch
  std::string save, resume, weights, save_experiment;
  std::vector<std::string> ask;
  LearnedReport report;
};

// What is remembered of a lane while it trains.
struct LaneLog {
  std::vector<double> milliseconds;
  std::vector<float> losses;

  double median_ms() const {
    if (milliseconds.empty()) return 0;
    std::vector<double> sorted = milliseconds;
    std::nth_element(sorted.begin(), sorted.begin() + sorted.size() / 2, sorted.end());
    return sorted[sorted.size() / 2];
  }
  double seconds() const {
    double total = 0;
    for (double ms : milliseconds) total += ms / 1e3;
    return total;
  }
  /// The mean of the latest losses, at most a hundred: one batch alone says little.
  double train_loss() const {
    const size_t count = std::min<size_t>(losses.size(), 100);
    double total = 0;
    for (size_t i = losses.size() - count; i < losses.size(); ++i) total += losses[i];
    return count ? total / static_cast<double>(count) : 0;
  }
};

class Training {
 public:
  explicit Training(const TrainOptions& options)
      : options_(options),
        resumed_(options.resume.empty() ? std::nullopt : std::optional(RunFile::load(options.resume))),
        experiment_(options.experiment->experiment(resumed_ ? std::optional(resumed_->experiment()) : std::nullopt)),
        data_(data_for(options, experiment_)),
        device_(options.device->choose(training_step_of(experiment_, data_))),
        trainer_(experiment_, data_, *device_.device),
        logs_(trainer_.lanes()),
        records_(trainer_.lanes()),
        total_(steps_wanted(options, trainer_)) {
    if (!trainer_.data().notice.empty()) fmt::print(stderr, "{}\n", trainer_.data().notice);
    if (options.device->wish != DeviceWish::kCpu)
      fmt::print(stderr, "Training on {}. {}\n", trainer_.device().name(), device_.why);
    if (const std::string same = alike_in_words(experiment_, trainer_.data()); !same.empty())
      fmt::print(stderr, "{}\n", same);
    if (!options.weights.empty()) load_weights(options.weights, trainer_);
    if (resumed_) resume();
  }

  int run() {
    const Interrupt interrupt;
    if (!options_.save_experiment.empty()) save_experiment(trainer_.experiment(), options_.save_experiment);
    {
      ProgressBar bar;
      while (trainer_.steps() < total_ && !trainer_.finished() && !interrupt.asked()) {
        trainer_.step();
        note_step(bar);
        if (save_is_due()) save();
        if (bar.visible()) show(bar);
      }
    }
    if (!trainer_.setback().empty()) fmt::print(stderr, "{}\n", trainer_.setback());
    note_stopping();
    if (interrupt.asked()) fmt::print(stderr, "Stopped after step {}.\n", trainer_.steps());
    options_.report.print(trainer_, options_.ask);
    summarise();
    if (!options_.save.empty()) {
      save();
      fmt::print(stderr, "The run is in {}.\n", options_.save);
    }
    return 0;
  }

 private:
  static DatasetPtr data_for(const TrainOptions& options, const Experiment& experiment) {
    for (const std::string& path : {options.save, options.save_experiment})
      if (!path.empty()) check_writable(path);  // before hours of training, not after
    ProgressBar bar;
    return load_data(experiment, [&](double share) {
      bar.show(share, "learning pairs of characters");
      return true;
    });
  }
  static int64_t steps_wanted(const TrainOptions& options, const Trainer& trainer) {
    if (options.steps > 0) return options.steps;
    const int64_t usual = usual_steps(trainer.experiment().task);
    return options.epochs == 0 && usual > 0 ? usual : std::max(options.epochs, 1) * trainer.steps_per_epoch();
  }

  void resume() {
    resumed_->resume(trainer_);
    records_ = resumed_->records();
    if (!options_.save.empty()) keep_what_was_left();
    if (trainer_.steps() >= total_)
      throw Error("{} has done {} steps already; ask for more with --steps or --epochs.", options_.resume,
                  trainer_.steps());
    resumed_.reset();
  }

  // What a window left in the file is for the next window.
  void keep_what_was_left() {
    view_ = resumed_->view();
    changes_ = resumed_->changes();
    for (Moment& moment : resumed_->moments(trainer_)) history_.add(std::move(moment));
  }

  void note_stopping() const {
    for (int lane = 0; lane < trainer_.lanes(); ++lane) {
      const Stopping& s = trainer_.stopping(lane);
      if (s.best_step == 0) continue;
      fmt::print(stderr, "{}: best at step {}, with a loss of {:.4f} on {} held-out pictures; {}.\n", lane_text(lane),
                 s.best_step, s.best_loss, trainer_.held_out_pictures(),
                 s.stopped
                     ? fmt::format("training stopped early at step {}, at the weights of that best step", s.evaluated)
                     : "training was not over");
    }
  }

  bool epoch_ends() const { return trainer_.steps() % trainer_.steps_per_epoch() == 0; }
  bool save_is_due() const {
    if (options_.save.empty()) return false;
    return options_.save_every > 0 ? trainer_.steps() % options_.save_every == 0 : epoch_ends();
  }
  void save() { save_run(options_.save, trainer_, records_, history_, view_, changes_); }

  std::string lane_text(int lane) const { return text(trainer_.experiment().lanes[lane]); }

  void note_step(ProgressBar& bar) {
    for (int lane = 0; lane < trainer_.lanes(); ++lane) {
      records_[lane].add_step(trainer_, lane);
      if (epoch_ends()) records_[lane].add_test(evaluate(lane));
      if (trainer_.at_rest(lane)) continue;
      logs_[lane].milliseconds.push_back(trainer_.step_seconds(lane) * 1e3);
      logs_[lane].losses.push_back(trainer_.loss(lane));
    }
    const bool report = options_.report.json && trainer_.steps() % 100 == 0;
    if (!report && !epoch_ends()) return;
    bar.clear();
    if (epoch_ends() && trainer_.steps() < total_) note_epoch();
    if (report) print_progress();
  }

  void note_epoch() {
    for (int lane = 0; lane < trainer_.lanes(); ++lane) {
      const Evaluation& test = records_[lane].test;
      const int64_t epoch = trainer_.steps() / trainer_.steps_per_epoch();
      if (options_.report.json)
        fmt::print("{}\n", Json{{"epoch", epoch},
                                {"step", trainer_.steps()},
                                {"lane", lane_text(lane)},
                                {"test_loss", test.loss},
                                {"test_accuracy", test.accuracy}}
                               .dump());
      else
        fmt::print("epoch {:>3}  {:<16} test loss {:.4f}, accuracy {:.4f}\n", epoch, lane_text(lane), test.loss,
                   test.accuracy);
    }
    std::fflush(stdout);
  }

  void print_progress() const {
    for (int lane = 0; lane < trainer_.lanes(); ++lane)
      fmt::print("{}\n", Json{{"step", trainer_.steps()},
                              {"lane", lane_text(lane)},
                              {"train_loss", logs_[lane].train_loss()},
                              {"weights_norm", trainer_.weights_norm(lane)}}
                             .dump());
    std::fflush(stdout);
  }

  void show(ProgressBar& bar) {
    if (trainer_.steps() % 50 == 1) seen_ = trainer_.evaluate(0, trainer_.data().test, 200).accuracy;
    double ms = 0;
    for (const LaneLog& log : logs_) ms += log.milliseconds.back();
    bar.show(static_cast<double>(trainer_.steps()) / static_cast<double>(total_),
             fmt::format("step {}/{}  loss {:.3f}  accuracy about {:.2f}  {:.0f} a second", trainer_.steps(), total_,
                         logs_[0].train_loss(), seen_, trainer_.experiment().batch / ms * 1e3));
  }

  Evaluation evaluate(int lane) { return trainer_.evaluate(lane, trainer_.data().test, trainer_.data().test.count()); }

  void summarise() {
    for (int lane = 0; lane < trainer_.lanes(); ++lane) {
      const Evaluation test = epoch_ends() ? records_[lane].test : evaluate(lane);
      const LaneLog& log = logs_[lane];
      const double epochs = static_cast<double>(trainer_.steps()) / static_cast<double>(trainer_.steps_per_epoch());
      if (options_.report.json)
        fmt::print("{}\n", Json{{"summary", true},
                                {"task", trainer_.data().task},
                                {"lane", lane_text(lane)},
                                {"device", trainer_.device().name()},
                                {"epochs", epochs},
                                {"steps", trainer_.steps()},
                                {"train_loss", log.train_loss()},
                                {"test_loss", test.loss},
                                {"test_accuracy", test.accuracy},
                                {"ms_per_step", log.median_ms()},
                                {"seconds", log.seconds()},
                                {"best_step", trainer_.stopping(lane).best_step},
                                {"stopped_early", trainer_.stopping(lane).stopped},
                                {"penalty", trainer_.terms(lane).penalty},
                                {"guidance", trainer_.terms(lane).guidance},
                                {"weights_norm", trainer_.weights_norm(lane)},
                                {"on_target", trainer_.terms(lane).on_target}}
                               .dump());
      else
        fmt::print(
            "{:<16} {} steps, {:.2f} epochs: training loss {:.4f}, test loss {:.4f}, test accuracy {:.4f}; "
            "{:.2f} ms a step, {:.1f} s\n",
            lane_text(lane), trainer_.steps(), epochs, log.train_loss(), test.loss, test.accuracy, log.median_ms(),
            log.seconds());
    }
  }

  TrainOptions options_;
  std::optional<RunFile> resumed_;  // until it is
  Experiment experiment_;
  DatasetPtr data_;
  ChosenDevice device_;
  Trainer trainer_;
  std::vector<LaneLog> logs_;
  std::vector<LaneRecord> records_;
  History history_{std::numeric_limits<int64_t>::max()};  // this, the view and the changes: of the run that goes on
  std::string view_;
  MadeChanges changes_;
  int64_t total_;
  double seen_ = 0;  // the first lane's accuracy on a few test pictures
};

}  // namespace

Action train_command(CLI::App& app) {
  auto options = std::make_shared<TrainOptions>();
  options->experiment = add_experiment_options(app);
  options->device = add_device_option(app);
  app.add_option("--epochs", options->epochs,
                 "Passes over the training set (default: of texts what the task needs, else 1)")
      ->check(CLI::Range(1, 100000));
  app.add_option("--steps", options->steps, "End after so many updates, whatever --epochs says")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 40));
  app.add_option("--save", options->save, "Write the run, with each epoch and at the end, so that it can be resumed")
      ->type_name("RUN");
  app.add_option("--save-every", options->save_every, "Write it after so many steps each instead")
      ->check(CLI::Range(int64_t{1}, int64_t{1} << 40));
  auto* resume = app.add_option("--resume", options->resume, "Go on with a saved run, exactly where it was left")
                     ->type_name("RUN")
                     ->excludes("--experiment");
  app.add_option("--weights", options->weights, "Start from these weights, trained here or by PyTorch (safetensors)")
      ->type_name("FILE")
      ->excludes(resume);
  app.add_option("--save-experiment", options->save_experiment, "Write the experiment as JSON, for --experiment")
      ->type_name("FILE");
  app.add_option("--ask", options->ask, "A text of yours to answer at the end; may be given more than once")
      ->type_name("TEXT")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  app.add_option("--begin", options->report.beginning, "What a model that writes goes on from at the end")
      ->type_name("TEXT");
  add_sampling_options(app, options->report.sampling);
  app.add_flag("--json", options->report.json, "One JSON object a line; the last are a summary of each lane");
  return [options] { return Training(*options).run(); };
}

}  // namespace lab
