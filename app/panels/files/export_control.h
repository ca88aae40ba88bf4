#pragma once
// What the viewer can ask of exporting, by key or mouse; and where files go.

#include <string>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// The whole window as a PNG, at once.
void export_window(View& view);
/// The sheet, for the panel of that name; empty: the whole window.
void ask_export(View& view, const std::string& panel);
/// The formats that a panel can be written in: CSV where its page has numbers.
bool can_export(const ExportState& state, const std::string& panel, ExportFormat format);

/// Files of one export, by format: "lanes-step-400.svg", or "lanes-step-400-2.svg" where one of them is there already.
/// Throws Error where the folder is missing and cannot be made.
std::vector<std::string> free_paths(const std::string& folder, const std::string& panel, int64_t step,
                                    const std::vector<ExportFormat>& formats);

}  // namespace lab
