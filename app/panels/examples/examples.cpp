#include "app/panels/examples/examples.h"

#include <algorithm>
#include <string>
#include <utility>

#include "app/panels/examples/example_steps.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"
#include "core/base/error.h"

namespace lab {
namespace {

constexpr float kInputs = 264, kField = 58, kBetween = 4, kGap = 24;  // logical pixels
constexpr float kSideBySide = 560;                                    // narrower: the steps below the numbers
constexpr float kKeyStep = 0.1f;                                      // a press of a key
constexpr std::string_view kNumberKeys = "J, K: choose a number;  −, =: change it";

/// Fills what is empty, and works the open example out where its numbers changed.
void prepare(ExamplesState& state) {
  if (state.inputs.empty())
    for (const Example& example : examples()) state.inputs.push_back(example.inputs());
  if (!std::exchange(state.stale, false)) return;
  state.steps.clear();
  state.trouble.clear();
  try {
    state.steps = work_out(examples()[state.open], state.inputs[state.open]);
  } catch (const Error& error) {
    state.trouble = error.what();
  }
}

void open_example(ExamplesState& state, int example) {
  state.open = example;
  state.chosen = -1;
  state.stale = true;
}

void draw_chooser(ExamplesState& state) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (int i = 0; i < static_cast<int>(examples().size()); ++i) {
    const Example& example = examples()[i];
    const float wide = text_width(example.title, theme().caption) + px(14 + 6);
    if (i > 0 && ImGui::GetItemRectMax().x + wide <= right) ImGui::SameLine(0, px(6));
    if (chip(example.title, i == state.open, {std::string_view(example.about), "W"})) open_example(state, i);
  }
}

/// Counts the open example's numbers, so that the chosen one is known.
struct NumberFields {
  ExamplesState& state;
  int next = 0;

  void draw(const ExampleInput& input, float& value) {
    const bool chosen = next++ == state.chosen;
    if (chosen) ImGui::PushStyleColor(ImGuiCol_FrameBg, colour::kHover);
    ImGui::PushID(next);
    const float speed = input.whole ? 0.05f : 0.01f;
    if (drag("##number", value, {input.low, input.high, speed, false, input.whole}, px(kField),
             {input.title + ".", kNumberKeys}))
      state.stale = true;
    ImGui::PopID();
    if (chosen) ImGui::PopStyleColor();
    if (chosen && std::exchange(state.show_chosen, false)) ImGui::SetScrollHereY();
  }
};

/// A label at the left, its fields at the right.
void draw_row(const std::string& label, ExampleInput& input, int row, NumberFields& fields) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = std::min(ImGui::GetContentRegionAvail().x, px(kInputs));
  const float taken = static_cast<float>(input.columns) * px(kField + kBetween) - px(kBetween);
  draw_text({at.x, at.y + (ImGui::GetFrameHeight() - theme().body->FontSize) / 2}, label, theme().body, colour::kText,
            room - taken - px(6));
  ImGui::SetCursorScreenPos({at.x + room - taken, at.y});
  for (int column = 0; column < input.columns; ++column) {
    if (column > 0) ImGui::SameLine(0, px(kBetween));
    fields.draw(input, input.values[row * input.columns + column]);
  }
}

void draw_input(ExampleInput& input, NumberFields& fields) {
  if (input.rows.empty()) return draw_row(input.title, input, 0, fields);
  ImGui::Dummy({1, px(2)});
  heading(input.title);
  for (int row = 0; row < static_cast<int>(input.rows.size()); ++row) draw_row(input.rows[row], input, row, fields);
  ImGui::Dummy({1, px(4)});
}

void draw_inputs(ExamplesState& state) {
  NumberFields fields{state};
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {px(8), px(3)});
  for (ExampleInput& input : state.inputs[state.open]) draw_input(input, fields);
  ImGui::PopStyleVar();
  ImGui::Dummy({1, px(4)});
  const bool own = state.inputs[state.open] == examples()[state.open].inputs();
  if (!own && button("The first numbers again", {.tooltip = "Undoes every change of this example's numbers.",
                                                 .tooltip_key = "O",
                                                 .width = std::min(ImGui::GetContentRegionAvail().x, px(kInputs))}))
    reset_example(state);
}

void scroll(ExamplesState& state) {
  if (const float heights = std::exchange(state.scroll, 0.0f); heights != 0)
    ImGui::SetScrollY(ImGui::GetScrollY() + heights * ImGui::GetWindowHeight());
}

void draw_beside(ExamplesState& state) {
  const Example& example = examples()[state.open];
  ImGui::BeginChild(("inputs of " + std::string(example.name)).c_str(), {px(kInputs + 14), 0}, false,
                    ImGuiWindowFlags_NoBackground);
  draw_inputs(state);
  ImGui::EndChild();
  ImGui::SameLine(0, px(kGap - 14));
  ImGui::BeginChild(("steps of " + std::string(example.name)).c_str(), {0, 0}, false, ImGuiWindowFlags_NoBackground);
  scroll(state);
  draw_example_steps(example, state.steps, state.trouble);
  ImGui::EndChild();
}

/// The numbers of the open example, one after the other.
std::vector<std::pair<const ExampleInput*, float*>> numbers(ExamplesState& state) {
  std::vector<std::pair<const ExampleInput*, float*>> all;
  for (ExampleInput& input : state.inputs[state.open])
    for (float& value : input.values) all.emplace_back(&input, &value);
  return all;
}

}  // namespace

void draw_examples(const Snapshot&, View& view, Commands&, TextureStore&) {
  ExamplesState& state = view.examples;
  draw_chooser(state);
  prepare(state);
  ImGui::Dummy({1, px(4)});
  if (ImGui::GetContentRegionAvail().x >= px(kSideBySide)) return draw_beside(state);
  ImGui::BeginChild("example", {0, 0}, false, ImGuiWindowFlags_NoBackground);
  scroll(state);
  draw_inputs(state);
  draw_example_steps(examples()[state.open], state.steps, state.trouble);
  ImGui::EndChild();
}

void open_next_example(ExamplesState& state) {
  open_example(state, (state.open + 1) % static_cast<int>(examples().size()));
}

void reset_example(ExamplesState& state) {
  prepare(state);
  state.inputs[state.open] = examples()[state.open].inputs();
  state.stale = true;
}

void choose_number(ExamplesState& state, int by) {
  prepare(state);
  const int count = static_cast<int>(numbers(state).size());
  state.chosen = state.chosen < 0 ? (by > 0 ? 0 : count - 1) : state.chosen + by;
  if (state.chosen >= count) state.chosen = -1;  // beyond the last: none
  state.show_chosen = true;
}

void change_number(ExamplesState& state, int by) {
  prepare(state);
  if (state.chosen < 0) return;
  const auto [input, value] = numbers(state)[state.chosen];
  const float steps = std::round(*value / kKeyStep) + static_cast<float>(by);
  *value = std::clamp(input->whole ? *value + static_cast<float>(by) : steps / std::round(1 / kKeyStep), input->low,
                      input->high);
  state.stale = true;
}

}  // namespace lab
