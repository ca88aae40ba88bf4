#pragma once
// Setup: the experiment's settings, and the lanes.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

void draw_setup(const Snapshot& snapshot, SetupState& setup, Commands& commands, TextureStore& textures);

/// What keys do, too. Beyond the last setting, none is chosen.
void choose_setting(SetupState& setup, int by);
void change_chosen_setting(const Snapshot& snapshot, SetupState& setup, Commands& commands, int by);
/// Nothing when there are four already.
void add_lane(SetupState& setup, Commands& commands);
void edit_lane(SetupState& setup, int lane);
/// Nothing when it is the only one.
void remove_lane(SetupState& setup, int lane, Commands& commands);

}  // namespace lab
