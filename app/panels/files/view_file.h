#pragma once
// The view as text, for the file of a saved run: the open page, what is looked at, pins and comparison, how heat and
// curves are drawn. Whoever opens the run sees what its saver saw.

#include <string>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// JSON.
std::string view_text(const View& view, const Snapshot& snapshot);
/// Takes over what the text says of the view, and asks the session for the rest. What it does not say, or says in
/// words of another version, stays as it is: a view is never an error.
void take_view(const std::string& text, const Snapshot& snapshot, View& view, Commands& commands);

/// Once a frame: takes over the view of a run that was opened.
void follow_opened_run(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
