#include "app/panels/lanes/pair_canvas.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "app/panels/selection.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/heatmap.h"
#include "app/widgets/text.h"
#include "core/base/error.h"

namespace lab {
namespace {

constexpr float kPreview = 150, kSeen = 84, kGap = 14;
constexpr const char* kStart = "Start from …";
constexpr float kLit = 0.45f;  // where on the colour map a pair that exists stands

/// The patches of the grid: those that a query sees, and itself.
void draw_seen_patches(const TileMap& map, int query, ImVec2 size, TextureStore& textures) {
  const Geometry& grid = map.geometry();
  const HeatScale scale;
  std::vector<Rgba> pixels;
  for (int patch = 0; patch < grid.rows * grid.columns; ++patch)
    pixels.push_back(map.exists(query, grid.prefix + patch) ? scale(kLit) : Rgba{colour::kAbsent});
  const Cells cells("seen", textures.upload("pattern seen", grid.columns, grid.rows, pixels), size, grid.rows,
                    grid.columns);
  cells.grid(colour::kWhite);
  const int patch = query - grid.prefix;
  if (patch >= 0) cells.outline({patch / grid.columns, patch % grid.columns});
}

/// Layers that differ are shown one at a time.
void draw_layers(PairCanvasState& state) {
  constexpr const char* kLayers[] = {"layers 1, 3, …", "layers 2, 4, …"};
  for (int layer : {0, 1}) {
    if (layer > 0) ImGui::SameLine(0, px(4));
    if (chip(kLayers[layer], state.layer == layer, "Which layers the picture shows.")) state.layer = layer;
  }
}

/// The tokens from one cell to another, in a straight line, each as wide as the brush.
void paint_line(PairMask& mask, Cell from, Cell to, int brush, bool exists) {
  const int steps = std::max({std::abs(to.row - from.row), std::abs(to.column - from.column), 1});
  for (int step = 0; step <= steps; ++step) {
    const int row = from.row + (to.row - from.row) * step / steps - brush / 2;
    const int column = from.column + (to.column - from.column) * step / steps - brush / 2;
    for (int query = std::max(row, 0); query < std::min(row + brush, mask.tokens()); ++query)
      for (int key = std::max(column, 0); key < std::min(column + brush, mask.tokens()); ++key)
        mask.set(query, key, exists);
  }
}

std::optional<PairMask> paint(const Cells& cells, const PairMask& before, PairCanvasState& state) {
  const Cell at = cells.held();
  const Cell from = std::exchange(state.stroke, at);
  if (!at) return {};
  PairMask mask = before;
  const bool removes = ImGui::GetIO().KeyShift || ImGui::IsMouseDown(ImGuiMouseButton_Right);
  paint_line(mask, from ? from : at, at, state.brush, !removes);
  return mask == before ? std::nullopt : std::optional(mask);
}

/// What a painting starts from, and the brush.
std::optional<PairMask> draw_tools(const Geometry& geometry, std::span<const Pattern> starts, PairCanvasState& state) {
  std::optional<PairMask> mask;
  std::vector<std::string> names;
  for (const Pattern& start : starts) names.push_back(title(start, geometry.is_grid()));
  const int chosen =
      pick("start", kStart, names, -1, pick_width(kStart), {"The pairs of a pattern, to paint on."}, true);
  if (chosen >= 0) mask = painting_of(starts[chosen], geometry);
  ImGui::SameLine(0, px(6));
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + px(3));  // the chips are lower than the list
  if (chip("fill", false, "Every pair.")) mask = PairMask(geometry.queries, true);
  ImGui::SameLine(0, px(4));
  if (chip("clear", false, "No pair: a query without keys takes nothing along.")) mask = PairMask(geometry.queries);
  ImGui::SameLine(0, px(8));
  for (int brush : {1, 3, 9}) {
    if (chip(fmt::format("{}×{}", brush, brush).c_str(), state.brush == brush, "How many pairs the brush covers."))
      state.brush = brush;
    ImGui::SameLine(0, px(4));
  }
  ImGui::NewLine();
  return mask;
}

void follow(const Pattern& pattern, const Geometry& geometry, PairCanvasState& state, TextureStore& textures) {
  if (!find_pattern(pattern.kind).differs_by_layer) state.layer = 0;
  TileMapPtr& map = state.map;
  if (map && map->pattern() == pattern && map->geometry() == geometry && map->layer() == state.layer) return;
  map = std::make_shared<TileMap>(pattern, geometry, state.layer);
  const std::vector<float> lit(static_cast<size_t>(map->dense_pairs()), kLit);
  state.picture = textures.upload("pattern", map->keys(), map->queries(), map_pixels(lit, *map, {}));
}

/// The query whose keys the small picture shows: the one pointed at, or the patch in the middle.
int shown_query(const Cells& cells, const Geometry& geometry) {
  if (cells.hovered()) return cells.hovered().row;
  return geometry.prefix + geometry.rows / 2 * geometry.columns + geometry.columns / 2;
}

void draw_count(const TileMap& map) {
  styled_text(fmt::format("{} of {} pairs", grouped(map.pairs()), grouped(map.dense_pairs())), theme().body,
              colour::kText);
}

void draw_words(const TileMap& map, const Cells& cells, bool painted) {
  const Geometry& geometry = map.geometry();
  const double share = 100.0 * static_cast<double>(map.pairs()) / static_cast<double>(map.dense_pairs());
  std::string words = fmt::format("{:.0f} % of dense. ", share);
  if (painted)
    words += "A row is a query. Drag adds the keys it sees; shift or the right button removes.";
  else
    words += "Left: a row is a query, coloured are the keys it sees.";
  const std::string whose = cells.hovered() ? token_name(geometry, cells.hovered().row) : "the patch in the middle";
  if (!painted && geometry.is_grid()) words += " Right: what " + whose + " sees.";
  small_print(words);
}

/// True when it was clicked and there is something to undo. Undone twice, the painting is as it was.
bool draw_undo(const PairMask& mask, const PairCanvasState& state) {
  ImGui::SameLine(0, px(12));
  return chip("undo", false, "The painting before the last stroke, fill or start.") && state.undone.tokens() > 0 &&
         !(state.undone == mask);
}

/// Every query's keys; of a painted pattern over the whole width.
Cells draw_all_pairs(const PairCanvasState& state, bool painted) {
  const TileMap& map = *state.map;
  const float side = painted ? ImGui::GetContentRegionAvail().x : px(kPreview);
  const Cells cells("pairs", state.picture, {side, side}, map.queries(), map.keys(),
                    ImGuiButtonFlags_MouseButtonLeft | (painted ? ImGuiButtonFlags_MouseButtonRight : 0));
  if (cells.hovered()) cells.outline({cells.hovered().row, 0}, 1, map.keys());
  return cells;
}

std::optional<PairMask> draw_pictures(const Pattern& pattern, const Geometry& geometry, PairCanvasState& state,
                                      TextureStore& textures) {
  follow(pattern, geometry, state, textures);
  const TileMap& map = *state.map;
  const PatternKind& kind = find_pattern(pattern.kind);
  if (kind.differs_by_layer) draw_layers(state);
  const Cells cells = draw_all_pairs(state, kind.painted);
  if (geometry.is_grid()) {
    if (!kind.painted) ImGui::SameLine(0, px(kGap));
    const float side = px(kind.painted ? kSeen : kPreview);
    draw_seen_patches(map, shown_query(cells, geometry), {side * geometry.columns / geometry.rows, side}, textures);
    if (kind.painted) ImGui::SameLine(0, px(kGap));
  }
  ImGui::BeginGroup();
  draw_count(map);
  const bool undo = kind.painted && draw_undo(pattern.mask, state);
  draw_words(map, cells, kind.painted);
  ImGui::EndGroup();
  if (undo) return state.undone;
  return kind.painted ? paint(cells, pattern.mask, state) : std::nullopt;
}

/// For undo: the painting as it is before a change or a stroke, but not in its midst. One that was changed elsewhere is
/// another painting.
void remember(const PairMask& mask, const std::optional<PairMask>& changed, bool in_stroke, PairCanvasState& state) {
  if (!(mask == state.seen)) state.undone = {};
  if ((changed || state.stroke) && !in_stroke) state.undone = mask;
  state.seen = changed ? *changed : mask;
}

}  // namespace

std::optional<PairMask> draw_pair_canvas(const Pattern& pattern, const Geometry& geometry,
                                         std::span<const Pattern> starts, PairCanvasState& state,
                                         TextureStore& textures) {
  std::optional<PairMask> changed;
  const bool painted = find_pattern(pattern.kind).painted;
  if (painted && geometry.queries > PairMask::kMostTokens) {
    small_print(fmt::format("Pairs can be painted for up to {} tokens; there are {}. Choose larger patches.",
                            PairMask::kMostTokens, geometry.queries));
    return changed;
  }
  if (painted) changed = draw_tools(geometry, starts, state);
  const bool in_stroke = static_cast<bool>(state.stroke);
  try {
    if (const auto mask = draw_pictures(pattern, geometry, state, textures)) changed = mask;
  } catch (const Error& error) {
    trouble_print(error.what());
  }
  remember(pattern.mask, changed, in_stroke, state);
  return changed;
}

PairMask painting_of(const Pattern& pattern, const Geometry& geometry) {
  try {
    return TileMap(pattern, geometry).mask();
  } catch (const Error&) {
    return {};  // the pattern does not fit, or there are too many tokens: the canvas says so
  }
}

}  // namespace lab
