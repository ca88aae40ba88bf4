#include "app/panels/explain.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "app/panels/looking_at.h"
#include "app/widgets/button.h"
#include "app/widgets/cells.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kGap = 20, kSmallest = 110, kLargest = 300, kSentence = 66, kPlot = 190, kRow = 22;  // logical pixels
constexpr float kAnswers = 330;  // the width of what each layer would answer
constexpr float kChance = 1.1f;  // what a verdict calls better must be better by so much

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
  return state.plot.hovered < 0 ? 0 : std::clamp(static_cast<int>(state.plot.hovered / 10 + 0.5f), 0, kDeletions - 1);
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

void draw_way(const Scene& scene, int way, float side) {
  const ExplanationKind& kind = explanation_kind(way);
  const Explanation::Way& found = scene.explanation.ways[way];
  ImGui::PushID(way);
  ImGui::BeginGroup();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_swatch({at.x, at.y + px(9)}, way_colour(way));
  draw_text({at.x + px(16), at.y}, kind.title, theme().heading, colour::kText, side - px(16));
  ImGui::Dummy({side, px(20)});
  const Cells cells("patches", scene.state.textures[way], {side, side}, scene.grid.rows, scene.grid.columns);
  cells.grid();
  if (const Cell cell = cells.hovered()) {
    scene.state.next_patch = cell.row * scene.grid.columns + cell.column;
    tooltip(Tip(fmt::format("row {}, column {}: {}", cell.row + 1, cell.column + 1,
                            brief(found.relevance[scene.state.next_patch]))));
  }
  if (const int patch = scene.state.patch; patch >= 0 && patch < static_cast<int>(found.relevance.size()))
    cells.light({patch / scene.grid.columns, patch % scene.grid.columns});
  const ImVec2 below = ImGui::GetCursorScreenPos();
  const std::string left = fmt::format("{:.2f}", area_under(found.remaining));
  draw_text(below, "left on average", theme().caption, colour::kQuiet, side - px(40));
  draw_text_right({below.x + side, below.y - px(2)}, left, theme().heading, colour::kText);
  ImGui::Dummy({side, px(20)});
  const ImVec2 sentence = ImGui::GetCursorScreenPos();
  float y = sentence.y;
  const std::string words =
      std::string(kind.explanation) + (kind.source.empty() ? "" : fmt::format(" ({})", kind.source));
  for (const std::string& line : wrapped(words, theme().caption, side)) {
    if (y + px(14) > sentence.y + px(kSentence)) break;
    draw_text({sentence.x, y}, line, theme().caption, colour::kQuiet, side);
    y += px(15);
  }
  ImGui::Dummy({side, px(kSentence)});
  tooltip(words);
  ImGui::EndGroup();
  ImGui::PopID();
}

/// The way that finds what matters best, against chance, in numbers.
std::string verdict(const Scene& scene) {
  const Explanation& e = scene.explanation;
  const auto better = [&](const Explanation::Way& a, const Explanation::Way& b) {
    return area_under(a.remaining) < area_under(b.remaining);
  };
  const auto best = std::min_element(e.ways.begin(), e.ways.end(), better);
  const float found = area_under(best->remaining), chance = area_under(e.at_random);
  if (found * kChance > chance)
    return "None of the four finds patches whose removal matters more than that of random ones: here, they explain "
           "nothing.";
  const ExplanationKind& kind = explanation_kind(static_cast<int>(best - e.ways.begin()));
  constexpr int kShown = 2;  // tenths
  return fmt::format(
      "{} finds best what matters: without the {} % of patches it ranks highest, {} falls from {:.2f} to {:.2f}; "
      "without {} % at random, to {:.2f}.",
      kind.title, 10 * kShown, scene.answer, best->remaining[0], best->remaining[kShown], 10 * kShown,
      e.at_random[kShown]);
}

void draw_deletion(const Scene& scene, float width) {
  std::array<float, kDeletions> percent;
  for (int i = 0; i < kDeletions; ++i) percent[i] = 10.0f * static_cast<float>(i);
  std::vector<Line> lines;
  for (int way = 0; way < kExplanationWays; ++way)
    lines.push_back(
        {explanation_kind(way).title, way_colour(way), percent, scene.explanation.ways[way].remaining, true});
  lines.push_back({"At random", colour::kQuiet, percent, scene.explanation.at_random, true});
  ImGui::BeginChild("deletion", {width, px(kPlot + 100)}, false, ImGuiWindowFlags_NoBackground);
  heading(fmt::format("How probable {} remains as patches are removed, highest first", scene.answer));
  small_print(verdict(scene));
  PlotOptions options;
  options.height = kPlot;
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
  if (view.page != Page::kExplain || snapshot.lanes.empty()) return -1;
  return std::clamp(view.selection.lane, 0, static_cast<int>(snapshot.lanes.size()) - 1);
}

/// The side of the four pictures: as large as the width allows and the plot below leaves room for.
float picture_side(ImVec2 room) {
  const float across = (room.x - (kExplanationWays - 1) * px(kGap)) / kExplanationWays;
  const float down = room.y - px(kPlot + kSentence + 150);
  return std::floor(std::clamp(std::min(across, down), px(kSmallest), px(kLargest)));
}

}  // namespace

void ask_for_explanation(const Snapshot& snapshot, View& view, Commands& commands) {
  const int wanted = wanted_lane(snapshot, view);
  if (wanted == view.explain.asked) return;
  view.explain.asked = wanted;
  commands.send(command::Explain{wanted});
}

void draw_explain(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
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
  const float side = picture_side(ImGui::GetContentRegionAvail()), width = ImGui::GetContentRegionAvail().x;
  const float column = std::max(side, std::min(px(kLargest), (width - 3 * px(kGap)) / kExplanationWays));
  for (int way = 0; way < kExplanationWays; ++way) {
    if (way > 0) ImGui::SameLine(0, px(kGap) + column - side);
    draw_way(scene, way, side);
  }
  const bool beside = width > px(2 * kAnswers + kGap);
  draw_deletion(scene, beside ? width - px(kAnswers + kGap) : width);
  if (beside) ImGui::SameLine(0, px(kGap));
  draw_by_layer(scene, std::min(width, px(kAnswers)));
}

}  // namespace lab
