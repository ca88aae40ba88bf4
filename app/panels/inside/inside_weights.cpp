#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/inside/inside_views.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

constexpr float kRow = 40, kBars = 28, kColumns = 980, kGap = 28, kNameShare = 0.34f;  // logical pixels

std::string shape_words(const Shape& shape) {
  std::string words;
  for (int i = 0; i < shape.rank(); ++i) words += (i > 0 ? " × " : "") + grouped(shape[i]);
  return words;
}

void draw_histogram(const Histogram& h, ImVec2 at, ImVec2 size, ImU32 ink) {
  const int64_t most = std::max<int64_t>(*std::max_element(h.bins.begin(), h.bins.end()), 1);
  const auto edge = [&](int bin) { return std::round(at.x + size.x * static_cast<float>(bin) / Histogram::kBins); };
  const float gap = size.x / Histogram::kBins >= 4 ? 1 : 0;
  ImDrawList& list = *ImGui::GetWindowDrawList();
  for (int bin = 0; bin < Histogram::kBins; ++bin) {
    if (h.bins[bin] == 0) continue;
    const float tall = std::max(size.y * static_cast<float>(h.bins[bin]) / static_cast<float>(most), px(1));
    list.AddRectFilled({edge(bin), at.y + size.y - tall}, {edge(bin + 1) - gap, at.y + size.y}, ink);
  }
  list.AddLine({at.x, at.y + size.y}, {at.x + size.x, at.y + size.y}, colour::kLine);
}

/// Where some are exactly 0, how many: dead units, tokens that were not met.
std::string deviation(const Histogram& h) {
  const std::string zeros = h.zeros > 0 ? fmt::format(", 0: {:.2g} %", 100 * h.zeros) : "";
  return fmt::format("± {:.2g}{}", h.deviation, zeros);
}

void histogram_tip(const char* what, const Histogram& h) {
  tooltip(Tip(fmt::format("{} {} from {} to {}, 0 in the middle: mean {}, standard deviation {}; {} % are exactly 0.",
                          grouped(h.count), what, brief(-h.largest), brief(h.largest), brief(h.mean),
                          brief(h.deviation), brief(100 * h.zeros))));
}

/// The bars, and at their right mean and deviation.
void draw_side(const char* what, const Histogram& h, ImVec2 at, float width, ImU32 ink) {
  const ImVec2 bars = {std::floor(width * 0.48f), px(kBars)};
  draw_histogram(h, {at.x, at.y + px(4)}, bars, ink);
  const float right = at.x + bars.x + px(8);
  draw_text({right, at.y + px(2)}, fmt::format("{:.2g}", h.mean), theme().caption, colour::kText,
            width - bars.x - px(10));
  draw_text({right, at.y + px(18)}, deviation(h), theme().caption, colour::kQuiet, width - bars.x - px(10));
  ImGui::SetCursorScreenPos(at);
  ImGui::InvisibleButton(what, {width, px(kRow)});
  histogram_tip(what, h);
}

void draw_parameter(const ParameterInside& p, bool gradients, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  if (ImGui::IsRectVisible({width, px(kRow)})) {
    const float name = std::floor(width * kNameShare), side = std::floor((width - name) / 2);
    ImGui::GetWindowDrawList()->AddLine(at, {at.x + width, at.y}, colour::kGrid);
    const size_t last = p.name.rfind('.');  // where it is long, its end tells more
    std::string shown = p.name;
    while (text_width(shown, theme().caption) > name - px(10) && shown.find('.') < last)
      shown = "…" + shown.substr(shown.find('.', shown.starts_with("…") ? 4 : 0) + 1);
    draw_text({at.x, at.y + px(4)}, shown, theme().caption, colour::kText, name - px(8));
    draw_text({at.x, at.y + px(20)}, shape_words(p.shape), theme().caption, colour::kQuiet, name - px(8));
    ImGui::InvisibleButton("name", {name, px(kRow)});
    tooltip(Tip(p.name));
    draw_side("weights", p.weights, {at.x + name, at.y}, side, colour::kLanes[0]);
    if (gradients) draw_side("gradients", p.gradients, {at.x + name + side, at.y}, side, colour::kLanes[1]);
  }
  ImGui::SetCursorScreenPos(at);
  ImGui::Dummy({width, px(kRow)});
}

void draw_head(float width, bool gradients) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const float name = std::floor(width * kNameShare), side = std::floor((width - name) / 2);
  draw_text({at.x + name, at.y}, "weights: mean ± deviation", theme().heading, colour::kLanes[0], side - px(8));
  if (gradients)
    draw_text({at.x + name + side, at.y}, "gradients of the last step", theme().heading, colour::kLanes[1], side);
  ImGui::Dummy({width, px(22)});
}

/// Parameters first … end − 1, one below the other.
void draw_column(const WeightsInside& found, size_t first, size_t end, float width) {
  ImGui::BeginGroup();
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  draw_head(width, found.gradients);
  for (size_t i = first; i < end; ++i) {
    ImGui::PushID(static_cast<int>(i));
    draw_parameter(found.parameters[i], found.gradients, width);
    ImGui::PopID();
  }
  ImGui::PopStyleVar();
  ImGui::EndGroup();
}

std::string summary(const InsideScene& scene) {
  const WeightsInside& found = *scene.inside.weights;
  int64_t count = 0;
  for (const ParameterInside& p : found.parameters) count += p.weights.count;
  const char* gradients = found.gradients               ? "Gradients are those of the last step, before clipping."
                          : scene.snapshot.history.past ? "Of a remembered moment the gradients are not kept."
                                                        : "Gradients are shown after the next training step.";
  return fmt::format(
      "{} numbers are learnt, in {} parts{}. Each picture has 0 in its middle and reaches to the part's "
      "largest number at either side. {}",
      grouped(count), found.parameters.size(), shown_step(scene), gradients);
}

}  // namespace

void draw_inside_weights(const InsideScene& scene) {
  if (!scene.inside.weights) return caption("The weights are on their way…");
  const WeightsInside& found = *scene.inside.weights;
  small_print(summary(scene));
  ImGui::BeginChild("parameters", {0, 0}, false, ImGuiWindowFlags_NoBackground);
  scroll_by_keys(scene);
  const float width = ImGui::GetContentRegionAvail().x;
  const bool two = width > px(kColumns);
  const size_t count = found.parameters.size(), half = two ? (count + 1) / 2 : count;
  const float column = two ? std::floor((width - px(kGap)) / 2) : width;
  draw_column(found, 0, half, column);
  if (two) {
    ImGui::SameLine(0, px(kGap));
    draw_column(found, half, count, column);
  }
  ImGui::EndChild();
}

}  // namespace lab
