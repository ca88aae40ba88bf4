#include "app/panels/step_matrices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kGap = 26, kTitle = 20, kFoot = 18, kLargestCell = 26, kNarrowest = 46;  // logical pixels

struct Range {
  float low = INFINITY, high = -INFINITY;
};
Range range_of(const StepMatrix& m) {
  Range range;
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c)
      if (const float x = m.at(r, c); std::isfinite(x)) range = {std::min(range.low, x), std::max(range.high, x)};
  return range;
}

/// Dark: the lowest number, bright: the largest; pairs that do not exist are paper. Pixels are grey.
std::vector<Rgba> pixels(const StepScene& scene, const StepMatrix& m) {
  const Range range = range_of(m);
  const float span = range.high > range.low ? range.high - range.low : 1;
  std::vector<Rgba> result(static_cast<size_t>(m.rows) * m.columns);
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c) {
      const float x = m.at(r, c);
      Rgba& pixel = result[static_cast<size_t>(r) * m.columns + c];
      if (!std::isfinite(x) || !pair_exists(scene, m, r, c))
        pixel = colour::kAbsent;
      else if (m.down == Along::kPixels)
        pixel = grey(static_cast<uint8_t>(std::lround(std::clamp(x, 0.0f, 1.0f) * 255)));
      else
        pixel = heat(scene.view.lanes.style.colours, (x - range.low) / span);
    }
  return result;
}

/// So that all fit side by side: no cell larger than reads well, none wider than tall.
std::vector<ImVec2> sizes(const StepScene& scene, float width, float height, bool small) {
  std::vector<ImVec2> all;
  float taken = px(kGap) * static_cast<float>(scene.matrices.size() - 1), wanted = 0;
  const float cell = px(small ? kLargestCell / 2 : kLargestCell);
  for (const StepMatrix& m : scene.matrices) {
    const float tall = std::min(height, cell * static_cast<float>(m.rows));
    const float wide = std::min({cell * static_cast<float>(m.columns), height * 1.6f,
                                 std::max(tall * static_cast<float>(m.columns) / static_cast<float>(m.rows), height)});
    all.push_back({std::max(wide, px(kNarrowest)), std::max(tall, px(14))});
    wanted += all.back().x;
  }
  const float share = std::min(1.0f, (width - taken) / wanted);
  for (size_t i = 0; i < all.size(); ++i) {
    const StepMatrix& m = scene.matrices[i];
    const bool square = m.rows == m.columns && m.rows > 1;
    all[i].x = std::max(px(14), std::floor(all[i].x * share));
    if (square) all[i].x = all[i].y = std::min(all[i].x, all[i].y);
  }
  return all;
}

/// "row: the patch in row 3, column 4" and so on, under the mouse.
void say_cell(const StepScene& scene, const StepMatrix& m, const Cell& at) {
  const std::string row = place_name(scene, m.down, at.row), column = place_name(scene, m.across, at.column);
  const bool pairs = m.down == Along::kTokens && m.across == Along::kKeys;
  const std::string place = pairs         ? fmt::format("Query: {}. Key: {}.", row, column)
                            : row.empty() ? column
                                          : row + ", " + column;
  const std::string number =
      pair_exists(scene, m, at.row, at.column) ? fmt::format("{:.6g}", m.at(at.row, at.column)) : "no such pair";
  tooltip(Tip(fmt::format("{}  =  {}\n{}", m.name, number, place)));
}

void draw_matrix(const StepScene& scene, int index, ImVec2 size) {
  const StepMatrix& m = scene.matrices[index];
  ImGui::PushID(index);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = std::max(size.x, px(110));
  draw_text(at, fmt::format("{}  {}×{}", m.name, m.rows, m.columns), theme().heading,
            m.result ? colour::kAccent : colour::kText, room);
  ImGui::Dummy({room, px(kTitle)});
  const ImVec2 low = ImGui::GetCursorScreenPos();
  const Cells cells("cells", scene.state.textures[index], size, m.rows, m.columns);
  if (index == scene.cell.matrix) cells.light({scene.cell.row, scene.cell.column});
  if (scene.state.hovered.matrix == index) cells.light({scene.state.hovered.row, scene.state.hovered.column});
  if (const Cell cell = cells.hovered()) {
    scene.state.next_hovered = {index, cell.row, cell.column};
    say_cell(scene, m, cell);
  }
  if (const Cell cell = cells.clicked()) {
    if (m.result) scene.state.chosen = {index, cell.row, cell.column};
    if (m.down == Along::kTokens) scene.view.selection.query = cell.row;
    if (m.down == Along::kPatches) scene.view.selection.query = cell.row + scene.snapshot.geometry.prefix;
  }
  const Range range = range_of(m);
  draw_text({low.x, low.y + size.y + px(3)}, brief(range.low) + " … " + brief(range.high), theme().caption,
            colour::kQuiet, room);
  ImGui::SetCursorScreenPos({low.x, low.y + size.y});
  ImGui::Dummy({room, px(kFoot)});
  ImGui::EndGroup();
  ImGui::PopID();
}

/// Between what goes in and what comes out.
void draw_arrow(float middle) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float x = at.x - px(kGap) / 2, reach = px(5);
  ImGui::GetWindowDrawList()->AddTriangleFilled({x - reach, middle - reach}, {x - reach, middle + reach},
                                                {x + reach, middle}, colour::kQuiet);
}

}  // namespace

void paint_matrices(const StepScene& scene, TextureStore& textures) {
  StepState& state = scene.state;
  const StepState::Painted now{&scene.record, scene.record.step, state.stage, scene.head,
                               scene.view.lanes.style.colours};
  if (state.painted == now && state.textures.size() == scene.matrices.size()) return;
  state.painted = now;
  state.textures.clear();
  for (size_t i = 0; i < scene.matrices.size(); ++i) {
    const StepMatrix& m = scene.matrices[i];
    state.textures.push_back(textures.upload(fmt::format("step matrix {}", i), m.columns, m.rows, pixels(scene, m)));
  }
}

void draw_matrices(const StepScene& scene, float height, bool small) {
  const float top = ImGui::GetCursorScreenPos().y;
  const auto all = sizes(scene, ImGui::GetContentRegionAvail().x, height - px(kTitle + kFoot), small);
  const float edge = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    if (i > 0) {
      ImGui::SameLine(0, px(kGap));
      if (ImGui::GetCursorScreenPos().x + std::max(all[i].x, px(110)) > edge) ImGui::NewLine();
      if (scene.matrices[i].result && !scene.matrices[i - 1].result)
        draw_arrow(top + px(kTitle) + std::min(all[i - 1].y, all[i].y) / 2);
    }
    draw_matrix(scene, i, all[i]);
  }
}

}  // namespace lab
