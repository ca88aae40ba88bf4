#pragma once
// What the viewer can ask of the Budget page, by mouse or key, and how it goes on between frames. Training pauses while
// a sweep runs, since both would share the processors; while the viewer trains nevertheless, the sweep waits.

#include <memory>
#include <span>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// The standing of every lane that has been tested.
std::vector<Standing> standings(const Snapshot& snapshot);
void pin_lanes(const Snapshot& snapshot, BudgetState& budget);
void next_price(BudgetState& budget);

/// Known ways to spend attention, as parse_lane takes them; a sweep may train them beside the lanes.
std::span<const char* const> known_ways();
/// Puts one on the table, or takes it off.
void toggle_way(BudgetState& budget, std::string_view way);
/// The sweep that would run now.
Sweep planned_sweep(const Snapshot& snapshot, const BudgetState& budget);

/// The last sweep, whether it runs or not; null: none yet.
std::shared_ptr<const SweepShown> shown_sweep(const BudgetState& budget);
/// Whether something of it is still to be trained.
bool unfinished(const SweepShown& shown);
/// Looks in budget.folder for the sweep of an earlier time; what is wrong with it is view.trouble.
void find_sweep(View& view);

bool sweeping(const BudgetState& budget);
/// Starts the sweep; of one that is under way, pauses it or lets it go on. Not while the Scaling page measures.
void sweep_or_pause(const Snapshot& snapshot, View& view, Commands& commands);
/// Trains what the last sweep, of this or an earlier time, has not.
void go_on_with_sweep(const Snapshot& snapshot, View& view, Commands& commands);
void stop_sweep(BudgetState& budget);
/// Once a frame, whichever page is open.
void follow_sweep(const Snapshot& snapshot, View& view, Commands& commands);

}  // namespace lab
