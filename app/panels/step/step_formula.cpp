#include "app/panels/step/step_formula.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kLine = 26, kPadding = 12;  // logical pixels

/// Sets pieces of text one after the other, broken at the edge.
class Setter {
 public:
  Setter(ImVec2 from, float width) : from_(from), at_(from), width_(width) {}

  /// Where the next piece of that width goes.
  ImVec2 place(float width) {
    if (at_.x > from_.x && at_.x + width > from_.x + width_) new_line();
    const ImVec2 at = at_;
    at_.x += width;
    return at;
  }
  void new_line() { at_ = {from_.x, at_.y + px(kLine)}; }
  float bottom() const { return at_.y + px(kLine); }

 private:
  ImVec2 from_, at_;
  float width_;
};

void set_number(const StepScene& scene, const StepTerm& term, Setter& setter, int id) {
  ImFont* const font = theme().body;
  const ImVec2 at = setter.place(text_width(term.text, font));
  const ImVec2 size = {text_width(term.text, font), px(kLine - 6)};
  const bool lit = scene.state.hovered == term.cell;
  ImGui::GetWindowDrawList()->AddRectFilled({at.x - px(1), at.y}, {at.x + size.x + px(1), at.y + size.y},
                                            lit ? colour::kHover : colour::kAccentSoft, px(3));
  if (lit)
    ImGui::GetWindowDrawList()->AddRect({at.x - px(1), at.y}, {at.x + size.x + px(1), at.y + size.y},
                                        colour::kHoverLine, px(3));
  draw_text({at.x, at.y + px(2)}, term.text, font, colour::kText);
  ImGui::SetCursorScreenPos(at);
  ImGui::PushID(id);
  ImGui::InvisibleButton("number", size);
  if (ImGui::IsItemHovered()) {
    scene.state.next_hovered = term.cell;
    const StepMatrix& m = scene.matrices[term.cell.matrix];
    const std::string row = place_name(scene, m.down, term.cell.row);
    tooltip(Tip(fmt::format("{} of {}{}{}", fmt::format("{:.6g}", m.at(term.cell.row, term.cell.column)), m.name,
                            row.empty() ? ", " : ": " + row + ", ", place_name(scene, m.across, term.cell.column))));
  }
  ImGui::PopID();
}

/// Words may be broken at their spaces.
void set_words(std::string_view text, Setter& setter) {
  ImFont* const font = theme().body;
  while (!text.empty()) {
    if (text.front() == '\n') {
      setter.new_line();
      text.remove_prefix(1);
      continue;
    }
    size_t end = text.find_first_of(" \n", 1);
    if (end == text.npos) end = text.size();
    const std::string_view piece = text.substr(0, end);
    const ImVec2 at = setter.place(text_width(piece, font));
    draw_text({at.x, at.y + px(2)}, piece, font, colour::kText);
    text.remove_prefix(end);
  }
}

std::string cell_name(const StepScene& scene) {
  const StepMatrix& m = scene.result();
  const std::string row = place_name(scene, m.down, scene.cell.row),
                    column = place_name(scene, m.across, scene.cell.column);
  if (m.down == Along::kTokens && m.across == Along::kKeys)
    return fmt::format("{}: how {} looks at {}", m.name, row, column);
  return fmt::format("{}{}, {}", m.name, row.empty() ? "" : " of " + row, column);
}

}  // namespace

void draw_formula(const StepScene& scene) {
  const Arithmetic sum = arithmetic(scene.stage_view(), scene.cell);
  const ImVec2 low = ImGui::GetCursorScreenPos();
  const float width = ImGui::GetContentRegionAvail().x;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.ChannelsSplit(2);
  list.ChannelsSetCurrent(1);
  draw_text({low.x + px(kPadding), low.y + px(9)}, cell_name(scene), theme().strong, colour::kText,
            width - 2 * px(kPadding));
  Setter setter({low.x + px(kPadding), low.y + px(9 + kLine)}, width - 2 * px(kPadding));
  int id = 0;
  for (const StepTerm& term : sum.terms)
    term.cell.matrix >= 0 ? set_number(scene, term, setter, id++) : set_words(term.text, setter);
  const float height = setter.bottom() + px(6) - low.y;
  list.ChannelsSetCurrent(0);
  list.AddRectFilled(low, {low.x + width, low.y + height}, colour::kField, px(6));
  list.AddRect(low, {low.x + width, low.y + height}, colour::kLine, px(6));
  list.ChannelsMerge();
  ImGui::SetCursorScreenPos(low);
  ImGui::Dummy({width, height});
}

}  // namespace lab
