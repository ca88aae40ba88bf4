#include "app/panels/banner.h"

#include <algorithm>

#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "core/base/error.h"

namespace lab {
namespace {

struct Paper {
  ImU32 fill, line, ink;
};
constexpr Paper kNotice = {colour::kNotice, colour::kNoticeLine, colour::kText};
constexpr Paper kTrouble = {colour::kTrouble, colour::kTroubleLine, colour::kTroubleText};

/// A bar with a sentence that wraps before the `room` kept for buttons; the cursor goes there.
void begin_bar(const char* id, const Paper& paper, std::string_view sentence, float room) {
  const float width = ImGui::GetContentRegionAvail().x, pad = px(12);
  const float wrap = std::max(px(120), width - room - 3 * pad);
  ImFont* font = theme().body;
  const ImVec2 text =
      font->CalcTextSizeA(font->FontSize, 1e9f, wrap, sentence.data(), sentence.data() + sentence.size());
  const float height = std::max(text.y, ImGui::GetFrameHeight()) + px(14);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + width, at.y + height + px(space::kGap)}, colour::kBackground);
  ImGui::PushStyleColor(ImGuiCol_ChildBg, paper.fill);
  ImGui::PushStyleColor(ImGuiCol_Border, paper.line);
  ImGui::BeginChild(id, {width, height}, true, ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
  ImGui::PopStyleColor(2);
  const ImVec2 low = ImGui::GetWindowPos();
  ImGui::GetWindowDrawList()->AddText(font, font->FontSize, {low.x + pad, low.y + std::round((height - text.y) / 2)},
                                      paper.ink, sentence.data(), sentence.data() + sentence.size(), wrap);
  ImGui::SetCursorScreenPos({low.x + width - room - pad, low.y + std::round((height - ImGui::GetFrameHeight()) / 2)});
}

void end_bar() {
  ImGui::EndChild();
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() - ImGui::GetStyle().ItemSpacing.y + px(space::kGap));
}

/// Why the wanted experiment cannot run, or nothing.
std::string objection(const Experiment& wanted, const Snapshot& snapshot) {
  try {
    const bool same_task = snapshot.data && wanted.task == snapshot.experiment.task;
    validate(wanted, same_task ? snapshot.data->train.height : 0, same_task ? snapshot.data->train.width : 0);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

void draw_waiting_changes(const Snapshot& snapshot, Draft& draft, Commands& commands) {
  const std::string trouble = objection(draft.wanted(), snapshot);
  const bool possible = trouble.empty();
  constexpr const char* kRestart = "Restart with changes";
  float room = button_width("Discard");
  if (possible) room += button_width(kRestart) + px(8);
  begin_bar("waiting", possible ? kNotice : kTrouble,
            possible ? "These changes start training again from step 0." : std::string_view(trouble), room);
  if (possible &&
      button(kRestart,
             {.primary = true, .tooltip = "Every lane starts again, with these settings.", .tooltip_key = "Enter"}))
    draft.restart(commands);
  if (possible) ImGui::SameLine(0, px(8));
  if (button("Discard", {.tooltip = "Training goes on as it is.", .tooltip_key = "Backspace"})) draft.discard();
  end_bar();
}

/// True when the viewer dismisses it.
bool draw_sentence(const char* id, const Paper& paper, const std::string& sentence) {
  begin_bar(id, paper, sentence, button_width("Dismiss"));
  const bool dismissed = button("Dismiss", {.tooltip = "It has been read.", .tooltip_key = "Esc"});
  end_bar();
  return dismissed;
}

}  // namespace

void draw_banner(const Snapshot& snapshot, View& view, Commands& commands) {
  const bool failed = snapshot.phase == Phase::kFailed;
  const std::string& said = notice(snapshot);
  if (view.setup.draft.waits()) draw_waiting_changes(snapshot, view.setup.draft, commands);
  if (!view.trouble.empty() && draw_sentence("trouble", kTrouble, view.trouble)) view.trouble.clear();
  if (!view.exporting.said.empty() && draw_sentence("exported", kNotice, view.exporting.said))
    view.exporting.said.clear();
  if (!said.empty() && said != view.dismissed && draw_sentence("notice", failed ? kTrouble : kNotice, said))
    view.dismissed = said;
}

const std::string& notice(const Snapshot& snapshot) {
  if (!snapshot.message.empty()) return snapshot.message;
  return snapshot.event.empty() && snapshot.data ? snapshot.data->notice : snapshot.event;
}

}  // namespace lab
