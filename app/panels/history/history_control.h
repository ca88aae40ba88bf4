#pragma once
// What the viewer can ask of the run's history, by mouse or key: look back, let it pass as a film, and go on from then.

#include <span>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// The place of what is shown among the remembered moments; their number: now.
int shown_place(const HistorySnapshot& history, int64_t step);
/// Shows the moment at a place, as far as there are places; their number or more: now.
void look_back_to(const Snapshot& snapshot, View& view, Commands& commands, int place);
/// So many moments earlier (−1) or later (1).
void look_by(const Snapshot& snapshot, View& view, Commands& commands, int by);
void look_at_now(View& view, Commands& commands);

/// From the moment that is shown, or from the first.
void play_or_stop_film(const Snapshot& snapshot, View& view, Commands& commands);
/// Once a frame.
void follow_history(const Snapshot& snapshot, View& view, Commands& commands);

/// The latest checkpoint not after what is shown, or −1.
int64_t checkpoint_of(const Snapshot& snapshot);
/// Training goes on from there.
void go_on_from_then(const Snapshot& snapshot, View& view, Commands& commands);

/// What the memory budget may be, in bytes; 0: nothing is remembered.
std::span<const int64_t> history_budgets();
void next_history_budget(const Snapshot& snapshot, Commands& commands);

}  // namespace lab
