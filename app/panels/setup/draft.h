#pragma once
// Draft: the experiment as the viewer wants it. What can change while training goes on is sent
// at once; what needs a restart is collected here until the viewer says so.

#include <deque>
#include <functional>

#include "app/panels/commands.h"
#include "core/live/snapshot.h"

namespace lab {

class Draft {
 public:
  /// Call once a frame: takes over an experiment that changed elsewhere.
  void follow(const Snapshot& snapshot);

  const Experiment& wanted() const { return wanted_; }
  /// `change` is made to the wanted experiment, and to the running one when that can go on.
  void edit(const std::function<void(Experiment&)>& change, Commands& commands);

  /// Whether changes wait for a restart.
  bool waits() const { return needs_restart(running(), wanted_); }
  void restart(Commands& commands);
  void discard() { wanted_ = running(); }

 private:
  const Experiment& running() const { return sent_.empty() ? seen_ : sent_.back(); }
  void send(const Experiment& experiment, Commands& commands);

  Experiment seen_;              // of the latest snapshot
  std::deque<Experiment> sent_;  // on their way to the trainer
  Experiment wanted_;
  std::string message_;
  bool started_ = false;
};

}  // namespace lab
