#include "app/panels/setup/lane_exceptions.h"

#include <algorithm>
#include <cctype>

#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "core/base/error.h"

namespace lab {
namespace {

const Lane& edited_lane(const SetupState& setup) { return setup.draft.wanted().lanes[setup.edited_lane]; }

/// Half of the heads look at their neighbours only; where all do already, at everything.
HeadException usual_exception(const Lane& lane, const ModelSettings& model) {
  HeadException exception;
  exception.heads = {1, std::max(model.heads / 2, 1)};
  exception.spending.score = lane.score;
  exception.spending.pattern = usual_pattern(find_pattern(lane.pattern.kind == "local" ? "dense" : "local"));
  return exception;
}

void add_exception(SetupState& setup, Commands& commands) {
  const HeadException added = usual_exception(edited_lane(setup), setup.draft.wanted().model);
  change_lane(setup, commands, [&](Lane& lane) { lane.exceptions.push_back(added), lane.name.clear(); });
  setup.edited_exception = static_cast<int>(edited_lane(setup).exceptions.size()) - 1;
}

void remove_exception(SetupState& setup, Commands& commands) {
  change_lane(setup, commands, [index = setup.edited_exception](Lane& lane) {
    if (index < std::ssize(lane.exceptions)) lane.exceptions.erase(lane.exceptions.begin() + index);
    lane.name.clear();
  });
  setup.edited_exception = -1;
}

/// The first number chosen stands alone; the next makes a range of the two.
Range chosen_range(const Range& before, int number) {
  const bool single = !before.all() && before.first == before.last;
  if (!single) return {number, number};
  return {std::min(before.first, number), std::max(before.first, number)};
}

/// Chips for all, and for each of 1 … count. True when `range` changed.
bool draw_range(const char* label, Range& range, int count) {
  const Range before = range;
  ImGui::PushID(label);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_text({at.x, at.y + px(4)}, label, theme().caption, colour::kQuiet);
  ImGui::SetCursorScreenPos({at.x + px(48), at.y});
  if (flowing_chip(true, "all", range.all(), "Every one.")) range = {};
  for (int number = 1; number <= count; ++number)
    if (flowing_chip(false, std::to_string(number), !before.all() && before.has(number - 1),
                     "Click one; then another, for all between them."))
      range = chosen_range(before, number);
  ImGui::PopID();
  return !(range == before);
}

void draw_place(SetupState& setup, Commands& commands) {
  const ModelSettings& model = setup.draft.wanted().model;
  HeadException exception = edited_lane(setup).exceptions[setup.edited_exception];
  const bool layers = draw_range("Layers", exception.layers, model.layers);
  const bool heads = draw_range("Heads", exception.heads, model.heads);
  if (layers || heads)
    change_lane(setup, commands, [&, index = setup.edited_exception](Lane& lane) {
      if (index >= std::ssize(lane.exceptions)) return;
      lane.exceptions[index].layers = exception.layers;
      lane.exceptions[index].heads = exception.heads;
    });
}

std::string capitalised(std::string text) {
  text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
  return text;
}

void draw_parts(SetupState& setup, Commands& commands) {
  const std::vector<HeadException> exceptions = edited_lane(setup).exceptions;
  if (flowing_chip(true, exceptions.empty() ? "All heads" : "All other heads", setup.edited_exception < 0,
                   "What holds wherever no exception does."))
    setup.edited_exception = -1;
  for (int i = 0; i < std::ssize(exceptions); ++i) {
    ImGui::PushID(i);
    if (flowing_chip(false, capitalised(title_of_place(exceptions[i])), setup.edited_exception == i,
                     "An exception; where two are for the same head, the later one counts."))
      setup.edited_exception = i;
    ImGui::PopID();
  }
  if (exceptions.size() < Allocation::kMostExceptions &&
      flowing_chip(false, "+ other heads", false, "Some heads or layers of this lane spend attention differently."))
    add_exception(setup, commands);
  if (setup.edited_exception >= 0 && setup.edited_exception < std::ssize(exceptions) &&
      flowing_chip(false, "remove " + title_of_place(exceptions[setup.edited_exception]), false,
                   "These heads do as the others again."))
    remove_exception(setup, commands);
}

}  // namespace

void draw_exceptions(SetupState& setup, Commands& commands) {
  setup.edited_exception = std::min<int>(setup.edited_exception, std::ssize(edited_lane(setup).exceptions) - 1);
  draw_parts(setup, commands);
  if (setup.edited_exception >= 0) draw_place(setup, commands);
  const ModelSettings& model = setup.draft.wanted().model;
  try {
    validate(edited_lane(setup), model.layers, model.heads);
  } catch (const Error& error) {
    trouble_print(error.what());
  }
}

void change_lane(SetupState& setup, Commands& commands, const std::function<void(Lane&)>& change) {
  setup.draft.edit(
      [&, lane = setup.edited_lane](Experiment& experiment) {
        if (lane < static_cast<int>(experiment.lanes.size())) change(experiment.lanes[lane]);
      },
      commands);
}

bool flowing_chip(bool first, std::string_view label, bool on, std::string_view sentence) {
  const float right = ImGui::GetWindowPos().x + ImGui::GetContentRegionMax().x, gap = px(4);
  const float width = text_width(label, theme().caption) + px(14);
  if (!first && ImGui::GetItemRectMax().x + gap + width <= right) ImGui::SameLine(0, gap);
  return chip(std::string(label).c_str(), on, sentence);
}

}  // namespace lab
