#include "app/panels/lanes/looking_at.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/keys.h"
#include "app/panels/lanes/compare.h"
#include "app/panels/lanes/drawing.h"
#include "app/panels/texts/attentions.h"
#include "app/panels/texts/text_field.h"
#include "app/panels/texts/token_view.h"
#include "app/panels/toolbar_controls.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 12, kBar = 72, kSample = 220;

std::string sample_name(const Snapshot& snapshot) {
  if (!snapshot.tokens.empty()) return text_name(snapshot);
  if (snapshot.probe.index < 0) return "your picture: " + snapshot.probe.source;
  return fmt::format("picture {} of {}", grouped(snapshot.probe.index + 1), grouped(snapshot.data->test.count()));
}

void label(std::string_view text) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text({at.x, at.y + (ImGui::GetFrameHeight() - theme().body->FontSize) / 2}, text, theme().body, colour::kQuiet);
  ImGui::Dummy({text_width(text, theme().body), ImGui::GetFrameHeight()});
  ImGui::SameLine(0, px(6));
}

void draw_sample(const Snapshot& snapshot, Commands& commands) {
  const int index = std::max(snapshot.probe.index, 0);
  if (button("‹", {.tooltip = "The one before in the test set.", .tooltip_key = "↑", .width = px(28)}))
    look_at_sample(snapshot, index - 1, commands);
  ImGui::SameLine(0, px(6));
  const std::string name = shortened(sample_name(snapshot), theme().body, px(kSample));
  label(name);
  if (button("›", {.tooltip = "The next one of the test set.", .tooltip_key = "↓", .width = px(28)}))
    look_at_sample(snapshot, snapshot.probe.index + 1, commands);
}

void draw_layer(const Snapshot& snapshot, View& view) {
  const int layers = snapshot.experiment.model.layers, layer = resolve(view.selection, snapshot).layer;
  std::vector<std::string> names;
  for (int i = 0; i < layers; ++i) names.push_back(fmt::format("layer {} of {}", i + 1, layers));
  const int chosen = pick("layer", names[layer], names, layer, pick_width(names.front()),
                          {"The layer whose attention is shown.", "L"}, true);
  if (chosen >= 0) view.selection.layer = chosen;
}

void draw_head(const Snapshot& snapshot, View& view) {
  const int heads = snapshot.experiment.model.heads, head = resolve(view.selection, snapshot).head;
  std::vector<std::string> names;
  for (int i = -1; i < heads; ++i) names.push_back(head_name(i, heads));
  const int chosen = pick("head", names[head + 1], names, head + 1, pick_width(names.front()),
                          {"One head, or the mean of all.", "H"}, true);
  if (chosen >= 0) view.selection.head = chosen - 1;
}

void draw_lookings(View& view) {
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (ImGui::GetFrameHeight() - px(22)) / 2);
  draw_attention_chips(view.lanes.text);
}

/// The token of a translator's answer that looks; those of the first lane.
void draw_answer_query(const Snapshot& snapshot, View& view) {
  const std::vector<std::string>& tokens = snapshot.lanes.front().answer_tokens;
  const int query = std::min(view.lanes.images[0].query, static_cast<int>(tokens.size()) - 1);
  std::vector<std::string> names;
  for (const std::string& token : tokens) names.push_back(quoted_token(token));
  const int chosen = pick("query", names[query], names, query, pick_width(names[query]),
                          {"The token of the answer that looks. Click one, or a row of a map.", "Ctrl+arrow"}, true);
  if (chosen >= 0) view.lanes.text.answer_query = chosen;
}

void draw_query(const Snapshot& snapshot, View& view) {
  if (translates(snapshot) && view.lanes.text.looking != Looking::kTokens) return draw_answer_query(snapshot, view);
  const int query = resolve(view.selection, snapshot).query;
  std::vector<std::string> names;
  for (int token = 0; token < snapshot.geometry.queries; ++token) names.push_back(token_name(snapshot, token));
  const int chosen = pick(
      "query", names[query], names, query, pick_width(names[query]),
      {"The query: who looks. Click one, or a row of a map, to choose it; C: the class token.", "Ctrl+arrow"}, true);
  if (chosen >= 0) view.selection.query = chosen;
}

/// Twenty-four steps of the colour map; a click takes the other map.
void draw_colour_bar(HeatStyle& style) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float height = ImGui::GetFrameHeight(), width = px(kBar), top = at.y + (height - px(10)) / 2;
  constexpr int kSteps = 24;
  for (int i = 0; i < kSteps; ++i) {
    const float from = at.x + std::round(width * static_cast<float>(i) / kSteps);
    const float to = at.x + std::round(width * static_cast<float>(i + 1) / kSteps);
    ImGui::GetWindowDrawList()->AddRectFilled({from, top}, {to, top + px(10)},
                                              heat(style.colours, (static_cast<float>(i) + 0.5f) / kSteps));
  }
  const bool clicked = ImGui::InvisibleButton("colour map", {width, height});
  tooltip(
      {"Dark: no weight. Bright: the largest weight, given above each picture. Light grey: no such pair. "
       "Click for the other colour map: viridis, or cividis for red–green colour blindness.",
       "M"});
  if (clicked) style.colours = style.colours == ColourMap::kViridis ? ColourMap::kCividis : ColourMap::kViridis;
}

void draw_scale(HeatStyle& style) {
  label("0");
  draw_colour_bar(style);
  ImGui::SameLine(0, px(6));
  label("largest");
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (ImGui::GetFrameHeight() - px(22)) / 2);
  if (chip("one scale", style.shared,
           {"Off: the colours of each picture go up to its own largest weight. On: up to the largest of all lanes.",
            "S"}))
    style.shared = !style.shared;
}

void draw_change(View& view) {
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (ImGui::GetFrameHeight() - px(22)) / 2);
  if (chip("change it", view.change.open,
           {"Switch heads off, sharpen them, mask tokens, move weights, and see what depends on them.", "Ctrl+J"}))
    view.change.open = !view.change.open;
}

void draw_drawing_chip(const Snapshot& snapshot, View& view) {
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + (ImGui::GetFrameHeight() - px(22)) / 2);
  if (chip("draw", view.drawing.open, {"Draw a picture of your own, and see the lanes answer as you draw.", "Ctrl+L"}))
    open_or_close_drawing(snapshot, view.drawing);
}

float scale_width() {
  const float words = text_width("0", theme().body) + text_width("largest", theme().body);
  return words + px(kBar + 18) + text_width("one scale", theme().caption) + px(14);
}

}  // namespace

void draw_picture_choice(const Snapshot& snapshot, Commands& commands) {
  ImGui::BeginGroup();
  draw_sample(snapshot, commands);
  ImGui::EndGroup();
}

void draw_looking_at(const Snapshot& snapshot, View& view, Commands& commands, bool scale) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const ModelSettings& model = snapshot.experiment.model;
  const float sample = std::min(text_width(sample_name(snapshot), theme().body), px(kSample)) + px(68);
  Controls controls = {
      {sample, [&] { draw_sample(snapshot, commands); }},
      {pick_width(fmt::format("layer 1 of {}", model.layers)), [&] { draw_layer(snapshot, view); }},
      {pick_width(head_name(-1, model.heads)), [&] { draw_head(snapshot, view); }},
      {pick_width(token_name(snapshot, resolve(view.selection, snapshot).query)), [&] { draw_query(snapshot, view); }}};
  const auto chip_width = [](const char* label) { return text_width(label, theme().caption) + px(14); };
  if (scale && snapshot.data->test.has_pictures())
    controls.insert(controls.begin() + 1, {chip_width("draw"), [&] { draw_drawing_chip(snapshot, view); }});
  if (scale && translates(snapshot))
    controls.insert(controls.begin() + 1, {attention_chips_width(), [&] { draw_lookings(view); }});
  if (scale && !snapshot.tokens.empty())
    controls.push_back({token_choices_width(snapshot), [&] { draw_token_choices(snapshot, view); }});
  if (scale) controls.push_back({scale_width(), [&] { draw_scale(view.lanes.style); }});
  if (scale)
    controls.push_back(
        {reference_width(snapshot, view.lanes.compare), [&] { draw_reference_choice(snapshot, view.lanes.compare); }});
  if (scale) controls.push_back({chip_width("change it"), [&] { draw_change(view); }});
  if (scale && !snapshot.tokens.empty()) {
    controls.push_back({px(kTextField), [&] { draw_text_field(snapshot, view, commands); }});
    if (snapshot.data->kind == ModelKind::kWriter)
      controls.push_back({sampling_width(), [&] { draw_sampling(snapshot, view, commands); }});
  }
  bool first = true;
  for (const Control& control : controls) {
    if (!first && ImGui::GetItemRectMax().x + px(kGap) + control.width <= right) ImGui::SameLine(0, px(kGap));
    ImGui::BeginGroup();
    control.draw();
    ImGui::EndGroup();
    first = false;
  }
}

}  // namespace lab
