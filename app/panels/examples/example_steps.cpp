#include "app/panels/examples/example_steps.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/widgets/number_table.h"
#include "app/widgets/text.h"
#include "core/examples/formula.h"

namespace lab {
namespace {

constexpr float kReadable = 760;  // logical pixels: no line of words is longer
constexpr float kIndent = 16;

/// A paragraph, wrapped before `width`.
void paragraph(std::string_view text, ImFont* font, ImU32 ink, float width) {
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, px(1)});
  for (const std::string& line : wrapped(text, font, width)) styled_text(line, font, ink);
  ImGui::PopStyleVar();
  ImGui::EndGroup();
}

float readable_width() { return std::min(ImGui::GetContentRegionAvail().x, px(kReadable)); }

/// What is shown of a table: its figures as text.
NumberTable shown(const ExampleTable& table) {
  NumberTable result = {table.title, table.rows, table.columns, {}, {}};
  for (const double number : table.numbers) result.figures.push_back(fixed(number, table.decimals));
  if (table.shares) result.shares.assign(table.numbers.begin(), table.numbers.end());
  return result;
}

void draw_formulas(const ExampleStep& step, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::BeginGroup();
  ImGui::Indent(px(kIndent));
  for (const std::string& formula : step.formulas) paragraph(formula, theme().body, colour::kText, width - px(kIndent));
  ImGui::Unindent(px(kIndent));
  ImGui::EndGroup();
  ImGui::GetWindowDrawList()->AddRectFilled(at, {at.x + px(3), ImGui::GetItemRectMax().y}, colour::kAccentSoft);
}

void draw_tables(const ExampleStep& step, float width) {
  ImGui::BeginGroup();
  for (const ExampleTable& table : step.tables) number_table(shown(table), width);
  ImGui::EndGroup();
}

/// Formulas at the left and figures at the right, where both have room; else one below the other.
void draw_working(const ExampleStep& step) {
  const float whole = ImGui::GetContentRegionAvail().x, gap = px(28);
  float table = 0;
  for (const ExampleTable& one : step.tables) table = std::max(table, number_table_width(shown(one)));
  const float left = std::floor(std::min(whole / 2, whole - gap - table)), x = ImGui::GetCursorPosX();
  const bool beside = table > 0 && left >= px(440);
  draw_formulas(step, beside ? left : whole);
  if (step.tables.empty()) return;
  if (beside)
    ImGui::SameLine(x + left + gap);
  else
    ImGui::Dummy({1, px(2)});
  draw_tables(step, whole);
}

void draw_step(int number, const ExampleStep& step) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  ImGui::GetWindowDrawList()->AddLine(at, {at.x + ImGui::GetContentRegionAvail().x, at.y}, colour::kGrid);
  ImGui::Dummy({1, px(5)});
  styled_text(fmt::format("{}   {}", number, step.title), theme().title, colour::kText);
  paragraph(step.sentence, theme().body, colour::kText, readable_width());
  ImGui::Dummy({1, px(1)});
  draw_working(step);
  ImGui::Dummy({1, px(8)});
}

void draw_opening(const Example& example) {
  paragraph(example.about, theme().title, colour::kText, readable_width());
  for (const std::string_view sentence : example.assumptions) {
    const float left = ImGui::GetCursorPosX();
    styled_text("•", theme().body, colour::kQuiet);
    ImGui::SameLine(left + px(kIndent));
    paragraph(sentence, theme().body, colour::kQuiet, readable_width() - px(kIndent));
  }
  ImGui::Dummy({1, px(6)});
}

}  // namespace

void draw_example_steps(const Example& example, const std::vector<ExampleStep>& steps, const std::string& trouble) {
  draw_opening(example);
  if (!trouble.empty()) paragraph(trouble, theme().title, colour::kTroubleText, readable_width());
  for (size_t i = 0; i < steps.size(); ++i) draw_step(static_cast<int>(i) + 1, steps[i]);
}

}  // namespace lab
