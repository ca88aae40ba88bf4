#include "core/live/session.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <optional>

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/live/live_run.h"

namespace lab {

namespace {
using Clock = std::chrono::steady_clock;
constexpr auto kBetweenSnapshots = std::chrono::milliseconds(33);
constexpr auto kBetweenLooks = std::chrono::milliseconds(150);  // while something is being found out
constexpr double kSlowestLimit = 0.1;                           // steps a second

/// Thrown into what is being loaded, once nobody waits for it any more.
struct NoLongerWanted {};

/// After these, training that had broken down can go on.
bool heals(const Command& command) {
  return std::holds_alternative<command::Restart>(command) || std::holds_alternative<command::SetExperiment>(command) ||
         std::holds_alternative<command::GoBack>(command) || std::holds_alternative<command::OpenRun>(command);
}
}  // namespace

// What runs on the trainer thread.
class Session::Worker {
 public:
  explicit Worker(Session& session) : session_(session) {}

  void run(const Experiment& experiment) {
    let_others_go_first();
    post(loading(experiment));
    load(experiment);
    while (auto commands = take()) {
      for (const Command& command : *commands) obey(command);
      if (run_ && run_->playing() && Clock::now() >= next_step_) advance();
      if (changed_ && (!playing() || Clock::now() - published_ >= kBetweenSnapshots)) publish();
    }
  }

 private:
  bool playing() const { return run_ && run_->playing() && !failed_; }

  // The commands that have come; waits for one while there is nothing else to do. Nothing: stop.
  std::optional<std::deque<Command>> take() {
    std::unique_lock lock(session_.mutex_);
    const auto called = [&] { return session_.stop_ || !session_.commands_.empty(); };
    const bool finding_out = run_ && run_->finding_out();
    if (playing()) {
      session_.wake_.wait_until(lock, next_step_, called);
    } else if (finding_out) {
      session_.wake_.wait_for(lock, kBetweenLooks, called);
      changed_ = true;
    } else {
      session_.wake_.wait(lock, called);
    }
    if (session_.stop_) return std::nullopt;
    return std::exchange(session_.commands_, {});
  }

  void load(const Experiment& experiment) {
    guard(true, [&] {
      run_.emplace(experiment, session_.chooser_, session_.wish_,
                   [this](const Experiment& loaded, double share) { return show_learning(loaded, share); });
      publish();
    });
  }

  bool still_wanted(const Experiment& loaded) {
    const auto replaces = [&](const Command& command) {
      const auto* set = std::get_if<command::SetExperiment>(&command);
      return std::holds_alternative<command::OpenRun>(command) || (set && !same_data(set->experiment, loaded));
    };
    const std::lock_guard lock(session_.mutex_);
    const std::deque<Command>& waiting = session_.commands_;
    return !session_.stop_ && std::none_of(waiting.begin(), waiting.end(), replaces);
  }

  bool show_learning(const Experiment& loaded, double share) {
    if (!still_wanted(loaded)) throw NoLongerWanted();
    if (Clock::now() - published_ < kBetweenSnapshots) return true;
    auto snapshot = loading(loaded);
    snapshot->learning = share;
    post(std::move(snapshot));
    return true;
  }

  void obey(const Command& command) {
    if (const auto* limit = std::get_if<command::SetSpeedLimit>(&command)) limit_ = limit->steps_per_second;
    if (const auto* set = std::get_if<command::SetExperiment>(&command); set && !run_) return load(set->experiment);
    if (!run_) return;
    const bool breaks = std::holds_alternative<command::StepBatch>(command);
    guard(breaks, [&] {
      run_->apply(command);
      message_.clear();
      if (heals(command)) failed_ = false;
    });
    changed_ = true;
  }

  void advance() {
    guard(true, [&] { run_->advance(); });
    const double limit = limit_ > 0 ? std::max(limit_, kSlowestLimit) : 0;
    next_step_ =
        limit > 0 ? Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(1 / limit))
                  : Clock::time_point{};
    changed_ = true;
  }

  // Runs work; what it throws becomes the next snapshot's message. `breaks`: training cannot go on.
  template <class Work>
  void guard(bool breaks, const Work& work) {
    try {
      work();
    } catch (const NoLongerWanted&) {
      changed_ = run_.has_value();
    } catch (const std::exception& error) {
      message_ = error.what();
      if (breaks) fail();
      changed_ = true;
      if (!run_) publish_failure();
    }
  }

  void fail() {
    failed_ = true;
    if (run_) run_->apply(command::Pause{});
  }

  void publish() {
    auto snapshot = run_->snapshot();
    if (!message_.empty()) snapshot->message = message_;
    if (failed_) snapshot->phase = Phase::kFailed;
    post(std::move(snapshot));
  }

  static std::shared_ptr<Snapshot> loading(const Experiment& experiment) {
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->experiment = experiment;
    return snapshot;
  }

  void publish_failure() {
    auto snapshot = std::make_shared<Snapshot>(*session_.latest());
    snapshot->phase = Phase::kFailed;
    snapshot->message = message_;
    post(std::move(snapshot));
  }

  void post(std::shared_ptr<Snapshot> snapshot) {
    snapshot->serial = ++serial_;
    session_.mailbox_.post(std::move(snapshot));
    published_ = Clock::now();
    changed_ = false;
    if (session_.published_) session_.published_();
  }

  Session& session_;
  std::optional<LiveRun> run_;
  std::string message_;
  bool failed_ = false, changed_ = false;
  double limit_ = 0;
  uint64_t serial_ = 0;
  Clock::time_point next_step_{}, published_{};
};

Session::Session(const Experiment& experiment, std::function<void()> published, DeviceChooser chooser, DeviceWish wish)
    : published_(std::move(published)), chooser_(std::move(chooser)), wish_(wish) {
  auto loading = std::make_shared<Snapshot>();
  loading->experiment = experiment;
  mailbox_.post(std::move(loading));
  thread_ = std::thread([this, experiment] { Worker(*this).run(experiment); });
}

Session::~Session() {
  {
    std::lock_guard lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

void Session::send(Command command) {
  {
    std::lock_guard lock(mutex_);
    commands_.push_back(std::move(command));
  }
  wake_.notify_one();
}

}  // namespace lab
