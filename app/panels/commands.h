#pragma once
// Commands: what the panels ask for in one frame, in order. The window sends them to the
// session after the frame; a test looks at them.

#include <utility>
#include <vector>

#include "core/live/command.h"

namespace lab {

class Commands {
 public:
  void send(Command command) { waiting_.push_back(std::move(command)); }
  /// All that waited, oldest first; none wait after.
  std::vector<Command> take() { return std::exchange(waiting_, {}); }
  const std::vector<Command>& waiting() const { return waiting_; }

 private:
  std::vector<Command> waiting_;
};

}  // namespace lab
