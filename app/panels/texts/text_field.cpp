#include "app/panels/texts/text_field.h"

#include <fmt/format.h>
#include <imgui_stdlib.h>

#include "app/widgets/button.h"
#include "app/widgets/characters.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kNumber = 64, kGap = 10;  // logical pixels
constexpr const char* kByHand = "by hand";

/// One of the numbers of Sampling.
struct SamplingNumber {
  const char* name;
  const char* explanation;
  float (*get)(const Sampling&);
  void (*set)(Sampling&, float);
  DragStyle style;
};
const SamplingNumber kNumbers[] = {
    {"temperature",
     "0: always the likeliest token. 1: as likely as it was learnt. Above: bolder.",
     [](const Sampling& s) { return s.temperature; },
     [](Sampling& s, float v) { s.temperature = v; },
     {0, 3, 0.005f}},
    {"top k",
     "Draws from so many of the likeliest tokens; 0: from all.",
     [](const Sampling& s) { return static_cast<float>(s.top_k); },
     [](Sampling& s, float v) { s.top_k = static_cast<int>(v); },
     {0, 200, 0.2f, false, true}},
    {"top p",
     "Draws from the likeliest tokens that together have this share.",
     [](const Sampling& s) { return s.top_p; },
     [](Sampling& s, float v) { s.top_p = v; },
     {0.01f, 1, 0.002f}},
};

void send(TextField& field, Commands& commands) { commands.send(command::Write{field.writing}); }

void draw_number(const SamplingNumber& number, TextField& field, Commands& commands) {
  ImGui::PushID(number.name);
  ImGui::AlignTextToFramePadding();
  styled_text(number.name, theme().body, colour::kQuiet);
  ImGui::SameLine(0, px(6));
  float value = number.get(field.writing.sampling);
  if (drag("##value", value, number.style, px(kNumber), number.explanation)) {
    number.set(field.writing.sampling, value);
    send(field, commands);
  }
  ImGui::PopID();
}

/// Leaves the cursor at its right.
void draw_by_hand(View& view) {
  bool& stepping = view.lanes.tokens.stepping;
  const float top = ImGui::GetCursorPosY();
  ImGui::SetCursorPosY(top + (ImGui::GetFrameHeight() - px(22)) / 2);
  if (chip(
          kByHand, stepping,
          {"On: → writes the likeliest token, ← takes one back, a click on a bar goes on with that one. Off: → trains.",
           "Ctrl+Enter"}))
    stepping = !stepping;
  ImGui::SameLine(0, px(kGap));
  ImGui::SetCursorPosY(top);
}

/// A line ends in a sign: the field has one line.
constexpr std::string_view kLineEnd = "↵";
std::string in_one_line(std::string text) {
  for (size_t at = 0; (at = text.find('\n', at)) != std::string::npos; at += kLineEnd.size())
    text.replace(at, 1, kLineEnd);
  return text;
}
std::string in_lines(std::string text) {
  for (size_t at = 0; (at = text.find(kLineEnd, at)) != std::string::npos; ++at)
    text.replace(at, kLineEnd.size(), "\n");
  return text;
}

/// What was typed goes when a text of the test set is looked at again.
void follow(const Snapshot& snapshot, TextField& field, bool active) {
  if (snapshot.writing != field.seen) field.writing = field.seen = snapshot.writing;
  if (snapshot.probe.index < 0 && snapshot.probe.text == field.sent) field.own_seen = true;
  if (!field.own_seen || snapshot.probe.index < 0 || active) return;
  field.own_seen = false;
  field.text.clear();
}

void look_at_typed(const TextField& field, Commands& commands) {
  if (field.text.empty())
    commands.send(command::SetProbe{0});
  else
    commands.send(command::SetProbeText{field.sent});
}

/// Of the text that is looked at, and of what is answered.
std::string missing_here(const Snapshot& snapshot) {
  Characters seen;
  for (const std::string& token : snapshot.tokens) seen.add(token);
  for (const LaneSnapshot& lane : snapshot.lanes)
    for (const std::string& token : lane.answer_tokens) seen.add(token);
  return missing_glyphs(seen, *theme().body);
}

}  // namespace

float sampling_width() {
  float width = button_width("Another") + text_width(kByHand, theme().caption) + px(14 + kGap);
  for (const SamplingNumber& number : kNumbers) width += text_width(number.name, theme().body) + px(kNumber + 6 + kGap);
  return width;
}

void draw_sampling(const Snapshot& snapshot, View& view, Commands& commands) {
  for (const SamplingNumber& number : kNumbers) {
    draw_number(number, view.lanes.field, commands);
    ImGui::SameLine(0, px(kGap));
  }
  draw_by_hand(view);
  if (button("Another", {.tooltip = "Draws again: another text from the same weights.", .tooltip_key = "Ctrl+A"}))
    write_another(snapshot, view.lanes.field, commands);
}

void type_text(TextField& field, const std::string& text, Commands& commands) {
  field.text = in_one_line(text);
  field.sent = in_lines(text);
  field.own_seen = false;
  look_at_typed(field, commands);
}

void write_another(const Snapshot& snapshot, TextField& field, Commands& commands) {
  if (!snapshot.data || snapshot.data->kind != ModelKind::kWriter) return;
  ++field.writing.seed;
  send(field, commands);
}

std::string text_name(const Snapshot& snapshot) {
  if (snapshot.probe.index < 0) return "your text";
  return fmt::format("text {} of {}", grouped(snapshot.probe.index + 1), grouped(snapshot.data->test.count()));
}

void draw_text_field(const Snapshot& snapshot, View& view, Commands& commands) {
  TextField& field = view.lanes.field;
  const bool writes = snapshot.data->kind == ModelKind::kWriter;
  if (std::exchange(field.wants_keys, false)) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const char* hint = writes ? "Type a beginning" : "Type a text of your own";
  if (ImGui::InputTextWithHint("##own text", hint, &field.text)) {
    view.selection.query = view.lanes.text.answer_query = -1;
    type_text(field, field.text, commands);
  }
  follow(snapshot, field, ImGui::IsItemActive());
  tooltip({"What the lanes make of it is shown with every letter. Empty: a text of the test set.", "Ctrl+W"});
  if (!snapshot.probe.notice.empty()) small_print(snapshot.probe.notice);
  if (const std::string missing = missing_here(snapshot); !missing.empty()) trouble_print(missing);
}

}  // namespace lab
