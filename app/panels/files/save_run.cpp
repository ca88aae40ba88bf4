#include "app/panels/files/save_run.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include "app/panels/files/open_picture.h"
#include "app/panels/files/view_file.h"
#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/memory.h"

namespace lab {
namespace {

void save(const Snapshot& snapshot, View& view, Commands& commands) {
  HistoryState& state = view.history;
  try {
    const std::string path = expanded_path(state.path);
    check_writable(path);
    commands.send(command::SaveRun{path, view_text(view, snapshot)});
    state.saving = false;
    state.trouble.clear();
  } catch (const Error& error) {
    state.trouble = error.what();
  }
}

}  // namespace

void draw_save_run(const Snapshot& snapshot, View& view, Commands& commands) {
  HistoryState& state = view.history;
  Sheet sheet("save run", "Save the run", state.saving, 520);
  if (!sheet) return;
  small_print(fmt::format(
      "Weights, optimiser, curves, settings, the history ({}), what you changed in the attention and what you look at "
      "in one file. Opened again, here or with attention-lab train --resume, training goes on exactly as if it had "
      "never stopped.",
      size_text(snapshot.history.bytes)));
  if (ImGui::IsWindowAppearing()) {
    ImGui::SetKeyboardFocusHere();
    state.trouble.clear();
    if (state.path.empty()) state.path = fmt::format("{}-{}.run", snapshot.experiment.task, snapshot.history.live_step);
  }
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered =
      ImGui::InputTextWithHint("##path", "path of the file", &state.path, ImGuiInputTextFlags_EnterReturnsTrue);
  if (!state.trouble.empty()) trouble_print(state.trouble);
  if (button("Save", {.primary = true}) || entered) save(snapshot, view, commands);
  ImGui::SameLine();
  if (button("Cancel")) state.saving = false;
}

}  // namespace lab
