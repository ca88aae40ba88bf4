#include "app/panels/setup/draft.h"

#include <algorithm>

namespace lab {

void Draft::follow(const Snapshot& snapshot) {
  const bool refused = snapshot.message != message_ && !snapshot.message.empty();
  message_ = snapshot.message;
  if (refused) sent_.clear();  // what was sent may never come back
  if (refused && started_ && !waits()) wanted_ = seen_;
  if (started_ && snapshot.experiment == seen_) return;
  started_ = true;
  seen_ = snapshot.experiment;
  const auto own = std::find(sent_.begin(), sent_.end(), seen_);
  if (own != sent_.end()) {
    sent_.erase(sent_.begin(), own + 1);
  } else {
    sent_.clear();
    wanted_ = seen_;
  }
}

void Draft::edit(const std::function<void(Experiment&)>& change, Commands& commands) {
  change(wanted_);
  Experiment running_changed = running();
  change(running_changed);
  if (running_changed != running() && !needs_restart(running(), running_changed)) send(running_changed, commands);
}

void Draft::restart(Commands& commands) { send(wanted_, commands); }

void Draft::send(const Experiment& experiment, Commands& commands) {
  sent_.push_back(experiment);
  commands.send(command::SetExperiment{experiment});
}

}  // namespace lab
