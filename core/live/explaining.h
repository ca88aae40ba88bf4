#pragma once
// Explaining: explains one lane's answer between training steps. What is asked for anew takes most of the time until it
// is there, is shown as far as it is there, and training steps go by beside it; then it is kept up to date, in portions
// of never more than kShare of the time while steps go by, and at most a few times a second.
//
//   Explaining explaining;
//   explaining.asked = {.lane = 0};                                          // 1. −1: nothing is explained
//   snapshot.explanation = explaining.look(trainer, probe, fed, {step, …});  // 2. at every snapshot
//   explaining.unfinished()                                                  // 3. another snapshot would show more

#include <chrono>
#include <memory>
#include <vector>

#include "core/inspect/answer_network.h"
#include "core/live/command.h"
#include "core/live/snapshot.h"
#include "core/train/trainer.h"

namespace lab {

class Explaining {
 public:
  static constexpr double kShare = 0.1, kFirstShare = 0.8;  // of the time, and while there is nothing to show yet

  Explaining();
  ~Explaining();

  command::Explain asked;

  struct Moment {
    int64_t step = 0;      // of the trainer's weights
    bool playing = false;  // training goes on
  };
  /// `fed`: what a translator's answer is gone on from (Probing::fed).
  const ExplanationSnapshot& look(Trainer& trainer, const Probe& probe, const std::vector<int>& fed, const Moment& now);
  bool unfinished() const { return working_; }

  /// The weights were changed otherwise than by the steps that are counted.
  void forget();

 private:
  using Clock = std::chrono::steady_clock;
  class Model;  // of a lane, that explains
  /// What is explained; what a translator had answered before is of the moment, as its weights are.
  struct Subject {
    command::Explain asked;
    std::vector<uint8_t> pixels;
    AskedText text;
    bool operator==(const Subject&) const = default;
  };

  bool outdated(const Moment& now) const;
  void begin(Trainer& trainer, const std::vector<int>& fed, int64_t step);
  void go_on();
  double allowance(const Moment& now, double since_last);
  void work(Trainer& trainer, const std::vector<int>& fed, const Moment& now, Clock::time_point start);

  ExplanationSnapshot latest_, next_;  // the latter is worked on
  Subject subject_;                    // that they are of
  std::unique_ptr<Model> model_;
  bool working_ = false;
  double credit_ = 0;                     // seconds that may be worked while steps go by
  Clock::time_point looked_{}, begun_{};  // the end of the latest look; when the latest was begun
};

}  // namespace lab
