// Whether the explanations can be believed: the answer's probability as what they rank highest is removed; and what the
// model would answer after each layer.

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/explain/explain_scene.h"
#include "app/widgets/line_plot.h"
#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kRow = 22, kUnderPlot = 28, kLabels = 42;  // logical pixels
constexpr float kLabelled[] = {20, 40, 60, 80};            // per cent removed
constexpr float kLow = 0.3f;                               // a probability that could not be seen from 0 … 1
// What a verdict calls better than chance is better by so much, or by so much of a small probability.
constexpr float kNotable = 0.05f, kNotableShare = 0.25f;

/// Where a way is furthest below chance, in numbers: which way, and after how many tenths of the parts.
std::string verdict(const ExplainScene& scene) {
  const Explanation& e = scene.explanation;
  if (!e.finished()) return fmt::format("The {} are being removed…", scene.parts());
  const auto gap = [&](int way, int tenths) { return e.at_random[tenths] - e.ways[way].remaining[tenths]; };
  int best = 0, at = 1;
  for (int way = 0; way < kExplanationWays; ++way)
    for (int tenths = 1; tenths < kDeletions; ++tenths)
      if (gap(way, tenths) > gap(best, at)) best = way, at = tenths;
  if (gap(best, at) < std::min(kNotable, kNotableShare * e.at_random.front()))
    return fmt::format("None of the four finds {} that matter more than random ones: here they explain nothing.",
                       scene.parts());
  return fmt::format(
      "{} finds what matters: without the {} % of {} it ranks highest, {:.2f} is left; without {} % at "
      "random, {:.2f}.",
      explanation_kind(best).title, 10 * at, scene.parts(), e.ways[best].remaining[at], 10 * at, e.at_random[at]);
}

float largest_probability(const Explanation& explanation) {
  float largest = 0;
  for (const float left : explanation.at_random) largest = std::max(largest, left);
  for (const Explanation::Way& way : explanation.ways)
    for (const float left : way.remaining) largest = std::max(largest, left);
  return largest;
}

/// How the read-out of a layer is made, and what it is to be removed.
std::string small_words(const ExplainScene& scene) {
  if (!scene.of_text())
    return "The model's own last norm and head, on the class token as it is there. Removed patches are black.";
  const ModelKind kind = scene.snapshot.data->kind;
  return fmt::format(
      "The model's own last norm and head, on the {} as it is there. A removed token is blank: zeros at its place, "
      "instead of its embedding.{}",
      kind == ModelKind::kTextClassifier ? "class token"
      : kind == ModelKind::kWriter       ? "text's last token"
                                         : "last token written before",
      kind == ModelKind::kWriter ? " Colours go up to the highest of the tokens before the last." : "");
}

/// What the grey line is, at the right of the heading; how wide that is.
float draw_legend(float width) {
  constexpr std::string_view kName = "at random, mean of 8 orders";
  static_assert(kRandomOrders == 8);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float left = at.x + width - text_width(kName, theme().caption) - px(4);
  draw_text({left, at.y + px(1)}, kName, theme().caption, colour::kQuiet);
  draw_swatch({left - px(16), at.y + px(9)}, colour::kQuiet);
  return at.x + width - left + px(24);
}

void draw_layer(const ExplainScene& scene, size_t layer, std::span<const float> p, float width) {
  const auto best = std::max_element(p.begin(), p.end()) - p.begin();
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float middle = at.y + px(kRow) / 2, text = middle - theme().caption->FontSize / 2;
  const std::string name = layer == 0 ? "before layer 1" : fmt::format("after layer {}", layer);
  draw_text({at.x, text}, name, theme().caption, colour::kQuiet, px(96));
  draw_text({at.x + px(100), text}, scene.name(static_cast<int>(best)),
            best == scene.explanation.answer ? theme().heading : theme().caption, colour::kText, px(86));
  draw_bar({at.x + px(190), middle - px(5)}, {at.x + width - px(44), middle + px(5)}, p[best], colour::kAccent);
  draw_text_right({at.x + width, text}, fmt::format("{:.2f}", p[best]), theme().caption, colour::kText);
  ImGui::Dummy({width, px(kRow)});
}

}  // namespace

void draw_deletion(const ExplainScene& scene, float width) {
  std::array<float, kDeletions> percent;
  for (int i = 0; i < kDeletions; ++i) percent[i] = 10.0f * static_cast<float>(i);
  std::vector<Line> lines;
  for (int way = 0; way < std::min(scene.explanation.tested, kExplanationWays); ++way)
    lines.push_back(
        {explanation_kind(way).title, way_colour(way), percent, scene.explanation.ways[way].remaining, true});
  if (scene.explanation.finished())
    lines.push_back({"At random", colour::kQuiet, percent, scene.explanation.at_random, true});
  const float height = std::max(ImGui::GetContentRegionAvail().y, px(kPlotsLeast));
  ImGui::BeginChild("deletion", {width, height}, false, ImGuiWindowFlags_NoBackground);
  const float legend = draw_legend(width);
  heading(
      shortened(fmt::format("How probable {} remains as {} are removed, highest first", scene.answer(), scene.parts()),
                theme().heading, width - legend));
  small_print(verdict(scene));
  PlotOptions options;
  options.height = ImGui::GetContentRegionAvail().y / theme().scale - kUnderPlot;
  options.last_step = 100;
  options.x_labels = kLabelled;
  options.label_width = kLabels;
  options.unit_range = largest_probability(scene.explanation) > kLow;
  options.unit = "% removed";
  options.hint = scene.of_text() ? "the texts show what is removed there" : "the pictures show what is removed there";
  line_plot("deletion", lines, options, scene.state().plot);
  ImGui::EndChild();
}

void draw_by_layer(const ExplainScene& scene, float width) {
  const std::span<const float> rows = scene.explanation.by_layer;
  const size_t answers = scene.probabilities().size();
  ImGui::BeginGroup();
  heading("What it would answer after each layer");
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  for (size_t layer = 0; layer * answers < rows.size(); ++layer)
    draw_layer(scene, layer, rows.subspan(layer * answers, answers), width);
  ImGui::Dummy({width, px(4)});
  ImGui::PopStyleVar();
  ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + width);
  styled_text(small_words(scene), theme().caption, colour::kQuiet);
  ImGui::PopTextWrapPos();
  ImGui::EndGroup();
}

}  // namespace lab
