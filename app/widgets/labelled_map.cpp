#include "app/widgets/labelled_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <vector>

#include "app/widgets/text.h"
#include "app/widgets/token_text.h"
#include "app/widgets/wheel.h"
#include "core/text/utf8.h"

namespace lab {
namespace {

constexpr float kLongestLabel = 96, kLabelShare = 0.32f;  // logical pixels; of the room
constexpr float kLargestCell = 40, kLabelGap = 5;
constexpr float kTightest = 0.9f;  // from one label to the next, lines
constexpr float kWheel = 1.25f;    // zoom for a notch

/// The map keeps most of the room.
float longest_label(ImVec2 room) { return std::min(px(kLongestLabel), kLabelShare * std::min(room.x, room.y)); }

/// Everything that is drawn from, in real pixels of the screen.
struct Scene {
  const LabelledMap& map;
  const MapView& view;
  MapShape shape;
  MapPlaces places;
  ImVec2 low, high;  // corners of the map
  Cell hovered;

  float longest = 0;  // label

  float cell_width() const { return places.size.x * view.zoom / static_cast<float>(shape.columns); }
  float cell_height() const { return places.size.y * view.zoom / static_cast<float>(shape.rows); }
  ImVec2 at(float row, float column) const {
    return {low.x + (column - view.column) * cell_width(), low.y + (row - view.row) * cell_height()};
  }
};

float widest(const std::vector<TokenText>& texts) {
  float width = 0;
  for (const TokenText& text : texts) width = std::max(width, text_width(text.text, theme().caption));
  return width;
}

void draw_texture(const Scene& scene) {
  const MapView& view = scene.view;
  const ImVec2 from = {view.column / static_cast<float>(scene.shape.columns),
                       view.row / static_cast<float>(scene.shape.rows)};
  ImGui::GetWindowDrawList()->AddImage(scene.map.texture, scene.low, scene.high, from,
                                       {from.x + 1 / view.zoom, from.y + 1 / view.zoom});
}

/// Of those that are seen.
void paint_cells(const Scene& scene) {
  const std::vector<Rgba> pixels = weight_pixels(scene.map.weights, scene.map.scale);
  ImDrawList& list = *ImGui::GetWindowDrawList();
  ImGui::PushClipRect(scene.low, scene.high, true);
  const auto last = [&](float first, int count) {
    return std::min(count, static_cast<int>(std::ceil(first + static_cast<float>(count) / scene.view.zoom)));
  };
  for (int row = static_cast<int>(scene.view.row); row < last(scene.view.row, scene.shape.rows); ++row)
    for (int column = static_cast<int>(scene.view.column); column < last(scene.view.column, scene.shape.columns);
         ++column) {
      const ImVec2 a = scene.at(static_cast<float>(row), static_cast<float>(column));
      const ImVec2 b = scene.at(static_cast<float>(row + 1), static_cast<float>(column + 1));
      list.AddRectFilled({std::round(a.x), std::round(a.y)}, {std::round(b.x), std::round(b.y)},
                         pixels[static_cast<size_t>(row) * scene.shape.columns + column]);
    }
  ImGui::PopClipRect();
}

void draw_cells(const Scene& scene) {
  if (scene.map.texture != ImTextureID{})
    draw_texture(scene);
  else if (!scene.map.weights.empty())
    paint_cells(scene);
  ImGui::GetWindowDrawList()->AddRect({scene.low.x - 1, scene.low.y - 1}, {scene.high.x + 1, scene.high.y + 1},
                                      colour::kLine);
}

/// A box of cells, dark beside light, so that it shows on any colour.
void draw_box(ImVec2 a, ImVec2 b, ImU32 inner) {
  ImDrawList& list = *ImGui::GetWindowDrawList();
  const float line = std::fmax(1.0f, px(1));
  list.AddRect({a.x - line, a.y - line}, {b.x + line, b.y + line}, colour::kWhite, 0, 0, line);
  list.AddRect(a, b, inner, 0, 0, line);
}

void draw_path(const Scene& scene) {
  std::vector<ImVec2> points;
  for (size_t row = 0; row < scene.map.path.size(); ++row)
    if (scene.map.path[row] >= 0)
      points.push_back(scene.at(static_cast<float>(row) + 0.5f, static_cast<float>(scene.map.path[row]) + 0.5f));
  if (points.empty()) return;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (const bool under : {true, false}) {
    const ImU32 colour = under ? colour::kBlack : colour::rgb(0xFF5A4D);
    list.AddPolyline(points.data(), static_cast<int>(points.size()), colour, 0, px(under ? 3.5f : 1.75f));
    if (scene.cell_width() < px(8)) continue;
    for (const ImVec2& point : points) list.AddCircleFilled(point, px(under ? 4.0f : 3.0f), colour);
  }
}

void draw_marks(const Scene& scene) {
  const float rows = static_cast<float>(scene.shape.rows), columns = static_cast<float>(scene.shape.columns);
  ImGui::PushClipRect({scene.low.x - px(2), scene.low.y - px(2)}, {scene.high.x + px(2), scene.high.y + px(2)}, true);
  if (!scene.map.path.empty()) draw_path(scene);
  const float selected = static_cast<float>(scene.map.selected);
  if (selected >= 0) draw_box(scene.at(selected, 0), scene.at(selected + 1, columns), colour::kBlack);
  if (const Cell lit = scene.hovered ? scene.hovered : scene.map.lit) {
    const float row = static_cast<float>(lit.row), column = static_cast<float>(lit.column);
    draw_box(scene.at(row, 0), scene.at(row + 1, columns), colour::kHoverLine);
    draw_box(scene.at(0, column), scene.at(rows, column + 1), colour::kHoverLine);
  }
  ImGui::PopClipRect();
}

/// The labels of one edge: the lit and the selected one, and of the others those with room beside them.
struct Edge {
  const Scene& scene;
  const std::vector<TokenText>& texts;
  bool columns;

  float first() const { return columns ? scene.view.column : scene.view.row; }
  float seen() const { return static_cast<float>(texts.size()) / scene.view.zoom; }
  float cell() const { return columns ? scene.cell_width() : scene.cell_height(); }
  /// Letters stand upright; words run upwards.
  bool upwards(int label) const {
    const std::string& text = texts[label].text;
    return columns && first_character(text).size() < text.size();
  }

  void draw() const {
    const float room = theme().caption->FontSize * kTightest;
    const Cell lit_cell = scene.hovered ? scene.hovered : scene.map.lit;
    const int lit = columns ? lit_cell.column : lit_cell.row, selected = columns ? -1 : scene.map.selected;
    const auto beside = [&](int label, int other) {
      return other >= 0 && static_cast<float>(std::abs(label - other)) * cell() < room;
    };
    for (const int label : labels_with_room(static_cast<int>(texts.size()), first(), seen(), cell(), room))
      if (!beside(label, selected) && !beside(label, lit))
        draw_label(label, texts[label].quiet ? colour::kQuiet : colour::kText, 0);
    if (selected >= 0) draw_over(selected, colour::kAccent, colour::kAccentSoft);
    if (lit >= 0) draw_over(lit, colour::kText, colour::kHover);
  }

  void draw_over(int label, ImU32 ink, ImU32 paper) const {
    const float middle = static_cast<float>(label) + 0.5f;
    if (middle >= first() && middle <= first() + seen() && label < static_cast<int>(texts.size()))
      draw_label(label, ink, paper);
  }

  void draw_label(int label, ImU32 ink, ImU32 paper) const {
    ImFont* font = theme().caption;
    const std::string& text = texts[label].text;
    const float middle = static_cast<float>(label) + 0.5f, high = font->FontSize, gap = px(kLabelGap);
    const float width = std::min(text_width(text, font), scene.longest);
    const ImVec2 row = scene.at(middle, 0), column = scene.at(0, middle);
    ImVec2 low, size = {width, high};
    if (!columns) low = {scene.low.x - gap - width, row.y - high / 2};
    if (columns) low = {column.x - width / 2, scene.low.y - gap - high};
    if (upwards(label)) low = {column.x - high / 2, scene.low.y - gap - width}, size = {high, width};
    if (paper != 0)
      ImGui::GetWindowDrawList()->AddRectFilled({low.x - px(2), low.y}, {low.x + size.x + px(2), low.y + size.y}, paper,
                                                px(3));
    if (upwards(label))
      draw_text_upwards({low.x, low.y + size.y}, text, font, ink, width + 1);
    else
      draw_text(low, text, font, ink, width + 1);
  }
};

Cell cell_under_mouse(const Scene& scene) {
  const ImVec2 mouse = ImGui::GetIO().MousePos;
  const auto place = [](float at, int count) { return std::clamp(static_cast<int>(std::floor(at)), 0, count - 1); };
  return {place(scene.view.row + (mouse.y - scene.low.y) / scene.cell_height(), scene.shape.rows),
          place(scene.view.column + (mouse.x - scene.low.x) / scene.cell_width(), scene.shape.columns)};
}

/// What wheel, drag and double click do to the view.
void follow_mouse(const Scene& scene, MapView& view) {
  const ImGuiIO& io = ImGui::GetIO();
  const float wheel = wheel_over_item();
  if (wheel != 0) {
    const float row = view.row + (io.MousePos.y - scene.low.y) / scene.cell_height();
    const float column = view.column + (io.MousePos.x - scene.low.x) / scene.cell_width();
    view = zoomed(view, scene.shape, std::pow(kWheel, wheel), row, column);
  }
  if (ImGui::IsItemActive() && ImGui::IsMouseDragging(ImGuiMouseButton_Left))
    view = moved(view, scene.shape, -io.MouseDelta.y / scene.cell_height(), -io.MouseDelta.x / scene.cell_width());
  if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) view = {};
}

void say(const Scene& scene, const std::vector<TokenText>& rows, const std::vector<TokenText>& columns) {
  const Cell at = scene.hovered;
  const float weight = scene.map.weights[static_cast<size_t>(at.row) * scene.map.columns.size() + at.column];
  ImGui::BeginTooltip();
  styled_text(rows[at.row].text + "  →  " + columns[at.column].text, theme().strong, colour::kText);
  caption(std::isnan(weight) ? "no such pair" : fmt::format("weight {:.4f}", weight));
  ImGui::EndTooltip();
}

}  // namespace

MapPlaces place_map(const MapShape& shape, float widest_row, float widest_column, float line, ImVec2 room) {
  MapPlaces places{};
  places.row_labels = std::min(widest_row, longest_label(room)) + px(kLabelGap);
  places.column_labels = std::max(line, std::min(widest_column, longest_label(room))) + px(kLabelGap);
  const float rows = static_cast<float>(std::max(shape.rows, 1)),
              columns = static_cast<float>(std::max(shape.columns, 1));
  const float cell = std::min(
      {px(kLargestCell), (room.x - places.row_labels - 1) / columns, (room.y - places.column_labels - 1) / rows});
  places.size = {std::max(1.0f, std::floor(cell * columns)), std::max(1.0f, std::floor(cell * rows))};
  const float spare = std::max(0.0f, room.x - places.row_labels - places.size.x - 1);
  places.cells = {places.row_labels + std::floor(spare / 2), places.column_labels};
  return places;
}

MapPick labelled_map(const char* id, const LabelledMap& map, MapView& view, ImVec2 room) {
  const MapShape shape = {static_cast<int>(map.rows.size()), static_cast<int>(map.columns.size())};
  MapPick pick;
  if (shape.rows == 0 || shape.columns == 0) return pick;
  const std::vector<TokenText> rows = token_texts(map.rows, *theme().caption);
  const std::vector<TokenText> columns = token_texts(map.columns, *theme().caption);
  const MapPlaces places = place_map(shape, widest(rows), widest(columns), theme().caption->FontSize, room);
  view = clamped(view, shape);
  const ImVec2 start = ImGui::GetCursorScreenPos(), low = {start.x + places.cells.x, start.y + places.cells.y};
  Scene scene = {
      map, view, shape, places, low, {low.x + places.size.x, low.y + places.size.y}, {}, longest_label(room)};
  ImGui::SetCursorScreenPos(low);
  const bool released = ImGui::InvisibleButton(id, places.size);
  const bool dragged =
      ImGui::GetMouseDragDelta(ImGuiMouseButton_Left).x != 0 || ImGui::GetMouseDragDelta(ImGuiMouseButton_Left).y != 0;
  follow_mouse(scene, view);
  if (ImGui::IsItemHovered()) scene.hovered = pick.hovered = cell_under_mouse(scene);
  if (released && !dragged) pick.clicked = pick.hovered;
  draw_cells(scene);
  draw_marks(scene);
  Edge{scene, rows, false}.draw();
  Edge{scene, columns, true}.draw();
  if (pick.hovered && map.tip && !map.weights.empty()) say(scene, rows, columns);
  ImGui::SetCursorScreenPos(start);
  ImGui::Dummy({room.x, places.cells.y + places.size.y});
  return pick;
}

}  // namespace lab
