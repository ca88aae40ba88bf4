#include "app/panels/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/panels/lanes/looking_at.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 20, kSmallest = 96, kLargest = 300, kPlot = 190, kRow = 22;  // logical pixels
constexpr float kUnderPlot = 28, kWords = 120, kBelow = 130;  // beside a picture; under the pictures, but for the plot
constexpr float kAnswers = 330;                               // the width of what each layer would answer
constexpr float kNotable = 0.05f;  // what a verdict calls better than chance is better by so much

/// Everything the drawing functions look at.
struct Scene {
  const Snapshot& snapshot;
  const Explanation& explanation;
  ExplainState& state;
  const Geometry& grid;
  std::string answer;  // "Boot"
};

ImU32 way_colour(int way) { return colour::kLanes[way]; }

/// How many tenths of the patches are shown as removed: those under the mouse in the plot.
int removed_tenths(const ExplainState& state) {
  return state.plot.hovered < 0 ? 0 : std::clamp(static_cast<int>(state.plot.hovered / 10), 0, kDeletions - 1);
}

std::vector<bool> removed_patches(const std::vector<float>& relevance, int tenths) {
  std::vector<int> order(relevance.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int a, int b) { return relevance[a] > relevance[b]; });
  std::vector<bool> removed(relevance.size());
  for (size_t i = 0; i < relevance.size() * tenths / (kDeletions - 1); ++i) removed[order[i]] = true;
  return removed;
}

void paint(const Scene& scene, ColourMap colours, TextureStore& textures) {
  const Snapshot& s = scene.snapshot;
  const ExplainState::Painted now = {s.serial, removed_tenths(scene.state), colours};
  if (now == scene.state.painted && !scene.state.textures.empty()) return;
  scene.state.painted = now;
  scene.state.textures.clear();
  for (int way = 0; way < kExplanationWays; ++way) {
    const std::vector<float>& relevance = scene.explanation.ways[way].relevance;
    const HeatScale scale = {colours, largest_of(relevance)};
    scene.state.textures.push_back(
        textures.upload(fmt::format("explained {}", way), s.probe.width, s.probe.height,
                        patch_pixels(s.probe.pixels, s.probe.height, s.probe.width, relevance, scene.grid, scale,
                                     removed_patches(relevance, now.removed))));
  }
}

void draw_lane_chips(const Snapshot& snapshot, View& view) {
  for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane) {
    ImGui::PushID(lane);
    if (lane > 0) ImGui::SameLine(0, px(4));
    if (chip(snapshot.lanes[lane].title.c_str(), lane == snapshot.explanation.lane,
             {"What this lane answers, and why.", std::string_view("1234").substr(lane, 1)}))
      view.selection.lane = lane;
    ImGui::PopID();
  }
}

/// "This lane answers Boot, with a probability of 0.98, and it is right."
std::string answer_words(const Scene& scene) {
  const Probe& probe = scene.snapshot.probe;
  const std::string right = probe.label < 0 ? ""
                            : probe.label == scene.explanation.answer
                                ? ", and is right"
                                : fmt::format("; it is {}", scene.snapshot.data->classes[probe.label]);
  return fmt::format("It answers {}, with a probability of {:.2f}{}. Where does that come from?", scene.answer,
                     scene.explanation.at_random[0], right);
}

void draw_picture(const Scene& scene, int way, float side) {
  const std::vector<float>& relevance = scene.explanation.ways[way].relevance;
  const int columns = scene.grid.columns;
  const Cells cells("patches", scene.state.textures[way], {side, side}, scene.grid.rows, columns);
  cells.grid();
  if (const Cell cell = cells.hovered()) {
    scene.state.next_patch = cell.row * columns + cell.column;
    tooltip(Tip(
        fmt::format("row {}, column {}: {}", cell.row + 1, cell.column + 1, brief(relevance[scene.state.next_patch]))));
  }
  if (const int patch = scene.state.patch; patch >= 0 && patch < static_cast<int>(relevance.size()))
    cells.light({patch / columns, patch % columns});
}

/// What the way is, and how well it does, in `width` beside its picture.
void draw_words(const Scene& scene, int way, ImVec2 size) {
  const ExplanationKind& kind = explanation_kind(way);
  ImGui::BeginChild("words", size, false, ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar);
  styled_text(fmt::format("{:.2f}", area_under(scene.explanation.ways[way].remaining)), theme().title, colour::kText);
  caption("left on average");
  ImGui::Dummy({1, px(6)});
  const std::string words = fmt::format("{} {}", kind.explanation, kind.source);
  for (const std::string& line : wrapped(words, theme().caption, size.x)) caption(line);
  ImGui::EndChild();
  tooltip(
      Tip(fmt::format("{} {}", kind.explanation, kind.source.empty() ? "" : fmt::format("Source: {}.", kind.source))));
}

void draw_way(const Scene& scene, int way, float side, float width) {
  ImGui::PushID(way);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_swatch({at.x, at.y + px(9)}, way_colour(way));
  draw_text({at.x + px(16), at.y}, explanation_kind(way).title, theme().heading, colour::kText, width - px(16));
  ImGui::Dummy({width, px(20)});
  draw_picture(scene, way, side);
  if (width - side >= px(kWords)) {
    ImGui::SameLine(0, px(10));
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    draw_words(scene, way, {width - side - px(10), side});
    ImGui::PopStyleVar();
  }
  ImGui::EndGroup();
  ImGui::PopID();
}

/// Where a way is furthest below chance, in numbers: which way, and after how many tenths of the patches.
std::string verdict(const Scene& scene) {
  const Explanation& e = scene.explanation;
  const auto gap = [&](int way, int tenths) { return e.at_random[tenths] - e.ways[way].remaining[tenths]; };
  int best = 0, at = 1;
  for (int way = 0; way < kExplanationWays; ++way)
    for (int tenths = 1; tenths < kDeletions; ++tenths)
      if (gap(way, tenths) > gap(best, at)) best = way, at = tenths;
  if (gap(best, at) < kNotable)
    return "None of the four finds patches that matter more than random ones: here they explain nothing.";
  return fmt::format(
      "{} finds what matters: without the {} % of patches it ranks highest, {:.2f} is left; without {} % at "
      "random, {:.2f}.",
      explanation_kind(best).title, 10 * at, e.ways[best].remaining[at], 10 * at, e.at_random[at]);
}

void draw_deletion(const Scene& scene, float width) {
  std::array<float, kDeletions> percent;
  for (int i = 0; i < kDeletions; ++i) percent[i] = 10.0f * static_cast<float>(i);
  std::vector<Line> lines;
  for (int way = 0; way < kExplanationWays; ++way)
    lines.push_back(
        {explanation_kind(way).title, way_colour(way), percent, scene.explanation.ways[way].remaining, true});
  lines.push_back({"At random", colour::kQuiet, percent, scene.explanation.at_random, true});
  const float height = std::max(ImGui::GetContentRegionAvail().y, px(kPlot + 90));
  ImGui::BeginChild("deletion", {width, height}, false, ImGuiWindowFlags_NoBackground);
  heading(shortened(fmt::format("How probable {} remains as patches are removed, highest first", scene.answer),
                    theme().heading, width));
  small_print(verdict(scene));
  PlotOptions options;
  options.height = ImGui::GetContentRegionAvail().y / theme().scale - kUnderPlot;
  options.last_step = 100;
  options.unit_range = true;
  options.unit = "% removed";
  options.hint = "the pictures show what is removed there";
  line_plot("deletion", lines, options, scene.state.plot);
  ImGui::EndChild();
}

/// A row for each layer: what the model would answer if it ended there.
void draw_by_layer(const Scene& scene, float width) {
  const Explanation& e = scene.explanation;
  const size_t classes = scene.snapshot.data->classes.size();
  ImGui::BeginGroup();
  heading("What it would answer after each layer");
  for (size_t row = 0; row * classes < e.by_layer.size(); ++row) {
    const float* p = e.by_layer.data() + row * classes;
    const size_t best = std::max_element(p, p + classes) - p;
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float middle = at.y + px(kRow) / 2, text = middle - theme().caption->FontSize / 2;
    const std::string name = row == 0 ? "before layer 1" : fmt::format("after layer {}", row);
    draw_text({at.x, text}, name, theme().caption, colour::kQuiet, px(96));
    draw_text({at.x + px(100), text}, scene.snapshot.data->classes[best],
              static_cast<int>(best) == e.answer ? theme().heading : theme().caption, colour::kText, px(86));
    draw_bar({at.x + px(190), middle - px(5)}, {at.x + width - px(44), middle + px(5)}, p[best], colour::kAccent);
    draw_text_right({at.x + width, text}, fmt::format("{:.2f}", p[best]), theme().caption, colour::kText);
    ImGui::Dummy({width, px(kRow)});
  }
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  styled_text("The model's own last norm and head, on the class token as it is there. Removed patches are black.",
              theme().caption, colour::kQuiet);
  ImGui::PopTextWrapPos();
  ImGui::EndGroup();
}

int wanted_lane(const Snapshot& snapshot, const View& view) {
  if (view.page != Page::kExplain || snapshot.lanes.empty() || !snapshot.tokens.empty()) return -1;
  return std::clamp(view.selection.lane, 0, static_cast<int>(snapshot.lanes.size()) - 1);
}

/// The side of the four pictures: as large as the plot below leaves room for, with words beside them where they fit.
float picture_side(ImVec2 room, float column) {
  const float down = std::clamp(room.y - px(kPlot + kBelow), px(kSmallest), px(kLargest));
  return std::floor(column >= down + px(kWords) ? down
                                                : std::max(std::min(column, px(kSmallest)), column - px(kWords)));
}

}  // namespace

void ask_for_explanation(const Snapshot& snapshot, View& view, Commands& commands) {
  const int wanted = wanted_lane(snapshot, view);
  if (wanted == view.explain.asked) return;
  view.explain.asked = wanted;
  commands.send(command::Explain{wanted});
}

void draw_explain(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  if (!snapshot.tokens.empty())
    return small_print(
        "Pictures only: a picture's patches can be blackened to see which of them an answer needs, and a text's tokens "
        "cannot; Lanes shows which tokens are looked at.");
  if (snapshot.lanes.empty() || snapshot.explanation.lane < 0) return caption("The explanation is on its way…");
  draw_picture_choice(snapshot, commands);
  ImGui::SameLine(0, px(kGap));
  draw_lane_chips(snapshot, view);
  const Explanation& explanation = snapshot.explanation.explanation;
  const Scene scene = {snapshot, explanation, view.explain, snapshot.geometry,
                       snapshot.data->classes[explanation.answer]};
  view.explain.plot.begin_frame();
  view.explain.patch = std::exchange(view.explain.next_patch, -1);
  caption(answer_words(scene));
  paint(scene, view.lanes.style.colours, textures);
  const ImVec2 room = ImGui::GetContentRegionAvail();
  const float width = room.x, column = (width - (kExplanationWays - 1) * px(kGap)) / kExplanationWays;
  const float side = picture_side(room, column);
  for (int way = 0; way < kExplanationWays; ++way) {
    if (way > 0) ImGui::SameLine(0, px(kGap));
    draw_way(scene, way, side, column);
  }
  const bool beside = width > px(2 * kAnswers + kGap);
  draw_deletion(scene, beside ? width - px(kAnswers + kGap) : width);
  if (beside) ImGui::SameLine(0, px(kGap));
  draw_by_layer(scene, std::min(width, px(kAnswers)));
}

}  // namespace lab
