#include "app/panels/step/step.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/step/glossary.h"
#include "app/panels/step/step_chain.h"
#include "app/panels/step/step_control.h"
#include "app/panels/step/step_flow.h"
#include "app/panels/step/step_formula.h"
#include "app/panels/step/step_matrices.h"
#include "app/panels/step/step_row.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "app/widgets/token_line.h"

namespace lab {

namespace {

constexpr float kChain = 216, kGap = 18;  // logical pixels

void draw_buttons(const Snapshot& snapshot, View& view, Commands& commands) {
  const auto beside = [] { ImGui::SameLine(0, px(6)); };
  if (button("Next stage", {.primary = true, .key = "↓", .tooltip = "What happens next in this step."}))
    go_stages(snapshot, view, 1);
  beside();
  if (button("Back", {.key = "←", .tooltip = "The stage before."})) go_stages(snapshot, view, -1);
  beside();
  if (button("Go in",
             {.key = "Enter",
              .tooltip = "From what flows to its matrices, to the arithmetic of one number. Training pauses."}))
    go_deeper(snapshot, view, commands);
  beside();
  if (button("Out", {.key = "Esc", .tooltip = "From the arithmetic back to the matrices, and to what flows."}))
    go_out(view);
  beside();
  if (button("Next training step",
             {.key = "→", .tooltip = "Trains one batch; the page stays at the same stage, with the new numbers."}))
    commands.send(command::StepBatch{});
}

void draw_lane_chips(const Snapshot& snapshot, View& view) {
  const int shown = step_lane(snapshot, view);
  for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane) {
    ImGui::PushID(lane);
    ImGui::SameLine(0, px(lane > 0 ? 4 : 14));
    if (chip(snapshot.lanes[lane].title.c_str(), lane == shown,
             {"This lane, at the same stage.", std::string_view("1234").substr(lane, 1)}))
      view.selection.lane = lane;
    ImGui::PopID();
  }
}

std::string where_words(const Snapshot& snapshot, const View& view) {
  const StepRecord* record = step_record(snapshot, view);
  if (!record) return "";
  std::string text = fmt::format("inside step {}, {} {} of the batch of {}", grouped(record->step),
                                 record->tokens.empty() ? "picture" : "text", record->slot + 1, record->batch);
  if (record->ahead) text += "; tried out and taken back: → takes it";
  if (record->label >= 0 && record->label < static_cast<int>(snapshot.data->classes.size()))
    text += fmt::format("; it is: {}", snapshot.data->classes[record->label]);
  return text;
}

void draw_sample_choice(const Snapshot& snapshot, View& view) {
  if (button("‹", {.tooltip = "The previous sample of the batch.", .tooltip_key = "[", .width = px(28)}))
    look_at_slot(snapshot, view, -1);
  ImGui::SameLine(0, px(6));
  if (button("›", {.tooltip = "The next sample of the batch.", .tooltip_key = "]", .width = px(28)}))
    look_at_slot(snapshot, view, 1);
  ImGui::SameLine(0, px(10));
  ImGui::AlignTextToFramePadding();
  styled_text(where_words(snapshot, view), theme().caption, colour::kQuiet);
}

/// "Softmax · layer 1 · head 2 of 4"
void draw_stage_title(const StepScene& scene) {
  std::string text = scene.stage().group + "  ·  " + scene.stage().title;
  if (of_one_head(scene.stage().kind))
    text += fmt::format("  ·  head {} of {} (H)", scene.head + 1, scene.record.heads);
  heading(text);
}

/// What flows: what every stage of the group makes, and this one's matrices, small.
void draw_flow(const StepScene& scene) {
  draw_flow_strip(scene);
  ImGui::Dummy({1, px(10)});
  heading("What this stage makes of what");
  draw_matrices(scene, std::clamp(ImGui::GetContentRegionAvail().y - px(6), px(90), px(560)), true);
}

void draw_matrix_depth(const StepScene& scene) {
  draw_matrices(scene, ImGui::GetContentRegionAvail().y - px(8), false);
}

void draw_arithmetic(const StepScene& scene) {
  draw_formula(scene);
  caption("Point at a number to see where it comes from, or at a cell to work it out; a click keeps it.");
  if (!shows_row(scene)) return draw_matrices(scene, ImGui::GetContentRegionAvail().y - px(8), false);
  draw_row(scene, ImGui::GetContentRegionAvail().y - row_in_lanes_height(scene) - px(8));
  draw_row_in_lanes(scene);
}

/// The text itself, where its tokens come in; the one whose number is worked out is framed.
void draw_text_read(const StepScene& scene) {
  const StageKind kind = scene.stage().kind;
  if (kind != StageKind::kTokens && kind != StageKind::kEmbed) return;
  const float width = ImGui::GetContentRegionAvail().x;
  token_line("text", {.tokens = tokens_read(scene), .selected = scene.cell.row}, width);
}

void draw_stage(const StepScene& scene) {
  draw_stage_title(scene);
  draw_explained(sentence(scene.stage_view()), ImGui::GetContentRegionAvail().x);
  draw_text_read(scene);
  ImGui::Dummy({1, px(4)});
  constexpr void (*kDepths[])(const StepScene&) = {draw_flow, draw_matrix_depth, draw_arithmetic};
  kDepths[static_cast<int>(scene.state.depth)](scene);
}

void draw_nothing_yet(const Snapshot& snapshot, Commands& commands) {
  ImGui::Dummy({1, px(16)});
  small_print(snapshot.history.past ? "This is a look back; End shows training as it is now, and its steps."
                                    : "Nothing is opened up yet: take one training step, and see inside it.");
  if (button("Take a training step", {.primary = true, .key = "→"})) commands.send(command::StepBatch{});
}

}  // namespace

void draw_step(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  if (snapshot.lanes.empty()) return caption("The step is on its way…");
  draw_buttons(snapshot, view, commands);
  draw_lane_chips(snapshot, view);
  if (!step_record(snapshot, view)) return draw_nothing_yet(snapshot, commands);
  draw_sample_choice(snapshot, view);
  view.step.hovered = std::exchange(view.step.next_hovered, {});
  const StepScene scene = make_step_scene(snapshot, view);
  paint_matrices(scene, textures);
  if (view.step.depth == StepDepth::kFlow) paint_flow(scene, textures);
  if (view.step.depth == StepDepth::kArithmetic && shows_row(scene)) paint_row(scene, textures);
  ImGui::BeginChild("chain", {px(kChain), 0}, false, ImGuiWindowFlags_NoBackground);
  draw_chain(scene);
  ImGui::EndChild();
  ImGui::SameLine(0, px(kGap));
  ImGui::BeginChild("stage", {0, 0}, false, ImGuiWindowFlags_NoBackground);
  draw_stage(scene);
  ImGui::EndChild();
}

}  // namespace lab
