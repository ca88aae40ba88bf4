#include "app/panels/step/step_matrices.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/text.h"

namespace lab {

namespace {

constexpr float kGap = 26, kTitle = 20, kFoot = 18, kNarrowest = 46;  // logical pixels
constexpr float kSmallCell = 18, kLargestCell = 44;
constexpr int kMostWritten = 1500;  // cells whose numbers are written out

struct Extremes {
  float low = INFINITY, high = -INFINITY;
};
Extremes extremes_of(const StepMatrix& m) {
  Extremes range;
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c)
      if (const float x = m.at(r, c); std::isfinite(x)) range = {std::min(range.low, x), std::max(range.high, x)};
  return range;
}

/// Dark: the lowest number, bright: the largest; pairs that do not exist are paper. Pixels are grey.
Rgba colour_of(const StepScene& scene, const StepStage& stage, const StepMatrix& m, const Extremes& range, int r,
               int c) {
  const float x = m.at(r, c), span = range.high > range.low ? range.high - range.low : 1;
  if (!std::isfinite(x) || !pair_exists(scene, stage, m, r, c)) return colour::kAbsent;
  if (m.down == Along::kPixels) return grey(static_cast<uint8_t>(std::lround(std::clamp(x, 0.0f, 1.0f) * 255)));
  return heat(scene.view.lanes.style.colours, (x - range.low) / span);
}

/// What is written left of the rows, as far as there is room for it: every so many.
struct Labels {
  float width = 0;  // real pixels; 0: none
  int every = 1;
};
bool has_names(Along along) { return along != Along::kNumbers && along != Along::kOne && along != Along::kPixels; }

Labels row_labels(const StepScene& scene, const StepMatrix& m, float height, bool small) {
  if (!has_names(m.down)) return {};
  Labels labels;
  labels.every = std::max(1, static_cast<int>(std::ceil(px(14) * static_cast<float>(m.rows) / height)));
  if (small && labels.every > 1) return {};
  for (int row = 0; row < m.rows; row += labels.every)
    labels.width = std::max(labels.width, text_width(place_label(scene, m.down, row), theme().caption));
  labels.width = std::min(labels.width, px(76)) + px(6);
  return labels;
}

/// Whose rows and columns are the same things.
bool square(const StepMatrix& m) {
  return m.rows == m.columns && m.rows > 1 && m.down != Along::kNumbers && m.across != Along::kNumbers;
}

/// So that all fit side by side: no cell larger than reads well, none wider than tall.
struct Place {
  ImVec2 size;
  Labels labels;
  float room() const { return labels.width + std::max(size.x, px(kNarrowest)); }
};
std::vector<Place> places(const StepScene& scene, float width, float height, bool small) {
  std::vector<Place> all;
  const float cell = px(small ? kSmallCell : kLargestCell);
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
    if (square(m)) size.x = size.y = std::min(size.x, size.y);
    all[i].labels = row_labels(scene, m, size.y, small);
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

/// "0.31", "−1.2", "17"; no −0.
std::string written(float number, int decimals) {
  if (!std::isfinite(number)) return "";
  const std::string text = fmt::format("{:.{}f}", std::abs(number), decimals);
  return number < 0 && text.find_first_of("123456789") != text.npos ? "−" + text : text;
}

bool all_whole(const StepMatrix& m) {
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c)
      if (const float x = m.at(r, c); std::isfinite(x) && x != std::floor(x)) return false;
  return true;
}

/// How many decimals a cell of that width has room for; −1: not even the fewest.
int decimals_for(const StepMatrix& m, const Extremes& range, float width) {
  const int most = all_whole(m) ? 0 : 2, fewest = std::min(most, 1);
  for (int decimals = most; decimals >= fewest; --decimals)
    if (std::max(text_width(written(range.low, decimals), theme().caption),
                 text_width(written(range.high, decimals), theme().caption)) +
            px(2) <=
        width)
      return decimals;
  return -1;
}

/// In every cell its number, where all find room.
void draw_numbers(const StepScene& scene, const StepMatrix& m, const Extremes& range, ImVec2 low, ImVec2 size) {
  if (m.rows * m.columns > kMostWritten || m.down == Along::kPixels) return;
  const ImVec2 cell = {size.x / static_cast<float>(m.columns), size.y / static_cast<float>(m.rows)};
  ImFont* font = theme().caption;
  if (font->FontSize > cell.y) return;
  const int decimals = decimals_for(m, range, cell.x);
  if (decimals < 0) return;
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c) {
      if (!pair_exists(scene, scene.stage(), m, r, c)) continue;
      const std::string text = written(m.at(r, c), decimals);
      const ImVec2 middle = {low.x + cell.x * (static_cast<float>(c) + 0.5f),
                             low.y + cell.y * (static_cast<float>(r) + 0.5f)};
      draw_text({middle.x - text_width(text, font) / 2, middle.y - font->FontSize / 2}, text, font,
                is_dark(colour_of(scene, scene.stage(), m, range, r, c)) ? IM_COL32_WHITE : IM_COL32_BLACK);
    }
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
  const Extremes range = extremes_of(m);
  draw_numbers(scene, m, range, low, size);
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

std::vector<Rgba> matrix_pixels(const StepScene& scene, const StepStage& stage, const StepMatrix& m) {
  const Extremes range = extremes_of(m);
  std::vector<Rgba> pixels;
  pixels.reserve(static_cast<size_t>(m.rows) * m.columns);
  for (int r = 0; r < m.rows; ++r)
    for (int c = 0; c < m.columns; ++c) pixels.push_back(colour_of(scene, stage, m, range, r, c));
  return pixels;
}

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
        textures.upload(fmt::format("step matrix {}", i), m.columns, m.rows, matrix_pixels(scene, scene.stage(), m)));
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

}  // namespace lab
