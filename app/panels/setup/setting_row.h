#pragma once
// Setting row: a setting's label and the control that changes it by mouse, whatever experiment it is of: the one that
// is wanted next, or one as a single lane trains by it.
//
//   if (const SettingChange change = draw_setting_row(setting, experiment, snapshot, keys)) change(experiment);

#include <functional>
#include <string_view>
#include <vector>

#include "app/panels/setup/settings.h"

namespace lab {

/// What the viewer just did to an experiment; empty: nothing.
using SettingChange = std::function<void(Experiment&)>;

/// `keys`: those that do the same; empty: none.
SettingChange draw_setting_row(const Setting& setting, const Experiment& experiment, const Snapshot& snapshot,
                               std::string_view keys = {});

/// Those that a lane may have of its own (core/train/own_settings.h).
std::span<const Setting* const> settings_of_lanes();
/// They in two columns or one, each as the lane trains by it.
SettingChange draw_own_settings(const Experiment& seen, const Snapshot& snapshot, int columns);

}  // namespace lab
