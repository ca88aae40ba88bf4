#include "app/panels/step/step_matrices.h"

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
std::vector<Rgba> pixels(const StepScene& scene, const StepStage& stage, const StepMatrix& m) {
  const Range range = range_of(m);
  const float span = range.high > range.low ? range.high - range.low : 1;
  std::vector<Rgba> result(static_cast<size_t>(m.rows) * m.columns);
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c) {
      const float x = m.at(r, c);
      Rgba& pixel = result[static_cast<size_t>(r) * m.columns + c];
      if (!std::isfinite(x) || !pair_exists(scene, stage, m, r, c))
        pixel = colour::kAbsent;
      else if (m.down == Along::kPixels)
        pixel = grey(static_cast<uint8_t>(std::lround(std::clamp(x, 0.0f, 1.0f) * 255)));
      else
        pixel = heat(scene.view.lanes.style.colours, (x - range.low) / span);
    }
  return result;
}

/// What is written left of the rows, as far as there is room for it: every so many.
struct Labels {
  float width = 0;  // real pixels; 0: none
  int every = 1;
};
bool has_names(Along along) { return along != Along::kNumbers && along != Along::kOne && along != Along::kPixels; }

Labels row_labels(const StepScene& scene, const StepMatrix& m, float height, bool small) {
  if (small || !has_names(m.down)) return {};
  Labels labels;
  labels.every = std::max(1, static_cast<int>(std::ceil(px(14) * static_cast<float>(m.rows) / height)));
  for (int row = 0; row < m.rows; row += labels.every)
    labels.width = std::max(labels.width, text_width(place_label(scene, m.down, row), theme().caption));
  labels.width = std::min(labels.width, px(76)) + px(6);
  return labels;
}

/// So that all fit side by side: no cell larger than reads well, none wider than tall.
struct Place {
  ImVec2 size;
  Labels labels;
  float room() const { return labels.width + std::max(size.x, px(kNarrowest)); }
};
std::vector<Place> places(const StepScene& scene, float width, float height, bool small) {
  std::vector<Place> all;
  const float cell = px(small ? kLargestCell / 2 : kLargestCell);
  float taken = px(kGap) * static_cast<float>(scene.matrices.size() - 1), wanted = 0;
  for (const StepMatrix& m : scene.matrices) {
    const float tall = std::min(height, cell * static_cast<float>(m.rows));
    const float wide = std::min({cell * static_cast<float>(m.columns), height * 1.6f,
                                 std::max(tall * static_cast<float>(m.columns) / static_cast<float>(m.rows), height)});
    all.push_back({{std::max(wide, px(kNarrowest)), std::max(tall, px(14))}, row_labels(scene, m, tall, small)});
    taken += all.back().labels.width;
    wanted += all.back().size.x;
  }
  const float share = std::min(1.0f, (width - taken) / wanted);
  for (size_t i = 0; i < all.size(); ++i) {
    const StepMatrix& m = scene.matrices[i];
    ImVec2& size = all[i].size;
    size.x = std::max(px(14), std::floor(size.x * share));
    if (m.rows == m.columns && m.rows > 1) size.x = size.y = std::min(size.x, size.y);
  }
  return all;
}

void draw_row_labels(const StepScene& scene, const StepMatrix& m, const Place& place, ImVec2 at) {
  if (place.labels.width == 0) return;
  const float each = place.size.y / static_cast<float>(m.rows);
  for (int row = 0; row < m.rows; row += place.labels.every)
    draw_text({at.x, at.y + each * (static_cast<float>(row) + 0.5f) - theme().caption->FontSize / 2},
              place_label(scene, m.down, row), theme().caption,
              row == scene.cell.row && m.result ? colour::kText : colour::kQuiet, place.labels.width - px(4));
}

/// Below the columns, where all find room.
bool draw_column_labels(const StepScene& scene, const StepMatrix& m, ImVec2 at, float width) {
  if (!has_names(m.across)) return false;
  const float each = width / static_cast<float>(m.columns);
  for (int column = 0; column < m.columns; ++column)
    if (text_width(place_label(scene, m.across, column), theme().caption) > each - px(2)) return false;
  for (int column = 0; column < m.columns; ++column)
    draw_text({at.x + each * static_cast<float>(column) + px(1), at.y}, place_label(scene, m.across, column),
              theme().caption, colour::kQuiet);
  return true;
}

/// "row: the patch in row 3, column 4" and so on, under the mouse.
void say_cell(const StepScene& scene, const StepMatrix& m, const Cell& at) {
  const std::string row = place_name(scene, m.down, at.row), column = place_name(scene, m.across, at.column);
  const bool pairs = m.down == Along::kTokens && m.across == Along::kKeys;
  const std::string place = pairs         ? fmt::format("Query: {}. Key: {}.", row, column)
                            : row.empty() ? column
                                          : row + ", " + column;
  const std::string number = pair_exists(scene, scene.stage(), m, at.row, at.column)
                                 ? fmt::format("{:.6g}", m.at(at.row, at.column))
                                 : "no such pair";
  tooltip(Tip(fmt::format("{}  =  {}\n{}", m.name, number, place)));
}

void draw_matrix(const StepScene& scene, int index, const Place& place) {
  const StepMatrix& m = scene.matrices[index];
  const ImVec2 size = place.size;
  ImGui::PushID(index);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float room = place.room();
  const std::string shape = fmt::format("  {}×{}", m.rows, m.columns);
  draw_text(at, m.name, theme().heading, m.result ? colour::kAccent : colour::kText, room + px(kGap - 4));
  const float named = text_width(m.name, theme().heading);
  if (named + text_width(shape, theme().caption) <= room + px(kGap - 4))
    draw_text({at.x + named, at.y + px(1)}, shape, theme().caption, colour::kQuiet);
  ImGui::Dummy({room, px(kTitle)});
  const ImVec2 low = {at.x + place.labels.width, ImGui::GetCursorScreenPos().y};
  draw_row_labels(scene, m, place, {at.x, low.y});
  ImGui::SetCursorScreenPos(low);
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
  if (!draw_column_labels(scene, m, {low.x, low.y + size.y + px(3)}, size.x))
    draw_text({at.x, low.y + size.y + px(3)}, brief(range.low) + " … " + brief(range.high), theme().caption,
              colour::kQuiet, room + px(kGap - 4));
  ImGui::SetCursorScreenPos({at.x, low.y + size.y});
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
  const StepState::Painted now{&scene.record, scene.snapshot.serial, scene.open, scene.head,
                               scene.view.lanes.style.colours};
  if (state.painted == now && state.textures.size() == scene.matrices.size()) return;
  state.painted = now;
  state.textures.clear();
  for (size_t i = 0; i < scene.matrices.size(); ++i) {
    const StepMatrix& m = scene.matrices[i];
    state.textures.push_back(
        textures.upload(fmt::format("step matrix {}", i), m.columns, m.rows, pixels(scene, scene.stage(), m)));
  }
}

void draw_matrices(const StepScene& scene, float height, bool small) {
  const float top = ImGui::GetCursorScreenPos().y, left = ImGui::GetCursorScreenPos().x;
  const float width = ImGui::GetContentRegionAvail().x;
  const auto all = places(scene, width, height - px(kTitle + kFoot), small);
  for (int i = 0; i < static_cast<int>(all.size()); ++i) {
    if (i > 0) {
      ImGui::SameLine(0, px(kGap));
      if (ImGui::GetCursorScreenPos().x + all[i].room() > left + width + 1) ImGui::NewLine();
      if (scene.matrices[i].result && !scene.matrices[i - 1].result)
        draw_arrow(top + px(kTitle) + std::min(all[i - 1].size.y, all[i].size.y) / 2);
    }
    draw_matrix(scene, i, all[i]);
  }
}

// --- flow

namespace {

constexpr float kThumb = 78, kWidest = 132, kName = 20, kBetween = 18;  // logical pixels

/// What a stage makes: the last of its results.
StepMatrix made_by(const StepScene& scene, int stage) {
  std::vector<StepMatrix> all = matrices({scene.record, scene.stages[stage], scene.head});
  std::ranges::stable_partition(all, [](const StepMatrix& m) { return !m.result; });
  return all.back();
}

int first_of_group(const StepScene& scene) {
  int first = scene.open;
  while (first > 0 && scene.stages[first - 1].group == scene.stage().group) --first;
  return first;
}

/// One stage; true when it was clicked.
bool draw_thumb(const StepScene& scene, int stage, size_t index, ImVec2 at, float width) {
  const bool open = stage == scene.open;
  const float tall = px(kThumb);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  list.AddImage(scene.state.flow[index], at, {at.x + width, at.y + tall});
  if (open)
    list.AddRect({at.x - px(3), at.y - px(3)}, {at.x + width + px(3), at.y + tall + px(3)}, colour::kAccent, px(3), 0,
                 px(2));
  draw_text({at.x, at.y + tall + px(4)}, short_stage_title(scene.stages[stage]),
            open ? theme().heading : theme().caption, open ? colour::kAccent : colour::kText, width + px(kBetween - 4));
  ImGui::SetCursorScreenPos(at);
  ImGui::PushID(stage);
  const bool clicked = ImGui::InvisibleButton("thumb", {width, tall + px(kName)});
  tooltip(Tip(sentence({scene.record, scene.stages[stage], scene.head})));
  ImGui::PopID();
  return clicked;
}

}  // namespace

std::string short_stage_title(const StepStage& stage) {
  const size_t at = stage.title.find(".layers.");
  if (at == stage.title.npos) return stage.title;
  const size_t dot = stage.title.find('.', at + 8);
  return fmt::format("layer {} {}", std::stoi(stage.title.substr(at + 8)) + 1, stage.title.substr(dot + 1));
}

void paint_flow(const StepScene& scene, TextureStore& textures) {
  StepState& state = scene.state;
  const int first = first_of_group(scene);
  const StepState::Painted now{&scene.record, scene.snapshot.serial, first, scene.head, scene.view.lanes.style.colours};
  if (state.flow_painted == now) return;
  state.flow_painted = now;
  state.flow.clear();
  for (int i = first; i < static_cast<int>(scene.stages.size()) && scene.stages[i].group == scene.stage().group; ++i) {
    const StepMatrix m = made_by(scene, i);
    state.flow.push_back(
        textures.upload(fmt::format("step flow {}", i - first), m.columns, m.rows, pixels(scene, scene.stages[i], m)));
  }
}

void draw_flow_strip(const StepScene& scene) {
  const ImVec2 from = ImGui::GetCursorScreenPos();
  const float edge = from.x + ImGui::GetContentRegionAvail().x;
  const int first = first_of_group(scene);
  ImVec2 at = from;
  int clicked = -1;
  for (size_t i = 0; i < scene.state.flow.size(); ++i) {
    const int stage = first + static_cast<int>(i);
    const StepMatrix m = made_by(scene, stage);
    const float natural = px(kThumb) * static_cast<float>(m.columns) / static_cast<float>(m.rows);
    const float width = std::clamp(natural, px(54), px(kWidest));
    if (i > 0 && at.x + width > edge) at = {from.x, at.y + px(kThumb + kName + 12)};
    if (draw_thumb(scene, stage, i, at, width)) clicked = stage;
    at.x += width + px(kBetween);
    const float reach = px(4), middle = at.y + px(kThumb) / 2, x = at.x - px(kBetween) / 2;
    if (i + 1 < scene.state.flow.size())
      ImGui::GetWindowDrawList()->AddTriangleFilled({x - reach, middle - reach}, {x - reach, middle + reach},
                                                    {x + reach, middle}, colour::kQuiet);
  }
  ImGui::SetCursorScreenPos(from);
  ImGui::Dummy({edge - from.x, at.y + px(kThumb + kName + 8) - from.y});
  if (clicked >= 0) scene.state.stage = clicked, scene.state.title.clear(), scene.state.chosen = {};
}

}  // namespace lab
