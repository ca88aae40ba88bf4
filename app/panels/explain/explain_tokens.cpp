// The four ways of explaining as the text each, its tokens bright where they matter, and which matter most in words.

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/explain/explain_scene.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "app/widgets/token_line.h"

namespace lab {
namespace {

constexpr float kTitle = 20, kGap = 4, kLowest = 28;  // logical pixels
constexpr size_t kManyTokens = 60;                    // more are written smaller, and closer
constexpr float kClose = 3;
constexpr int kNamed = 3;  // of the most important tokens

/// The tokens that are explained: of a classifier all but its first, which is no word.
std::span<const std::string> tokens_of(const ExplainScene& scene) {
  return std::span(scene.snapshot.tokens).subspan(scene.explanation.first);
}

TokenLine line_of(const ExplainScene& scene) {
  TokenLine line;
  line.tokens = tokens_of(scene);
  line.letters = scene.snapshot.data->tokenizer.kind() != Tokenizer::Kind::kWords;
  if (line.tokens.size() > kManyTokens) line.font = theme().caption, line.leading = kClose;
  return line;
}

/// "Most: “force”, “field”, “of”": those that speak for the answer, the most important first.
std::string most_important(const ExplainScene& scene, int way) {
  const std::vector<float>& relevance = scene.explanation.ways[way].relevance;
  if (relevance.empty()) return "On its way…";
  const std::vector<uint32_t> order = highest_first(relevance);
  std::string words;
  for (size_t i = 0; i < std::min<size_t>(kNamed, order.size()) && relevance[order[i]] > 0; ++i)
    words += fmt::format("{}{}", i == 0 ? "Most: " : ", ", quoted_token(tokens_of(scene)[order[i]]));
  return words.empty() ? "Nothing speaks for the answer." : words;
}

/// A writer's last token answers, and may owe the answer to itself many times more than to the others, which would all
/// be dark: colours go up to the highest of these.
HeatScale scale_of(const ExplainScene& scene, std::span<const float> relevance) {
  const bool writes = scene.snapshot.data->kind == ModelKind::kWriter && !relevance.empty();
  const float all = largest_of(relevance);
  const float others = writes ? largest_of(relevance.first(relevance.size() - 1)) : all;
  return {scene.view.lanes.style.colours, std::max(others > 0 ? others : all, 0.0f), others < all};
}

void draw_line(const ExplainScene& scene, int way, ImVec2 size) {
  std::vector<float> weights = scene.explanation.ways[way].relevance;
  TokenLine line = line_of(scene);
  line.scale = scale_of(scene, weights);
  const std::vector<float> relevance = weights;
  const std::vector<bool> removed = scene.removed(way);
  for (size_t i = 0; i < weights.size(); ++i)
    weights[i] = removed[i] ? NAN : std::max(weights[i], 0.0f);  // below 0 as dark as 0
  line.weights = weights;
  line.lit = scene.state().part;
  ImGui::BeginChild("text", size, false, ImGuiWindowFlags_NoBackground);
  const float height = token_line_height(line, size.x);
  const bool scrolls = height > size.y, writes = scene.snapshot.data->kind == ModelKind::kWriter;
  if (writes && ImGui::IsWindowAppearing()) ImGui::SetScrollY(height);  // what it goes on from is at the end
  const TokenPick pick = token_line("tokens", line, size.x - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0));
  ImGui::EndChild();
  if (pick.hovered < 0) return;
  scene.state().next_part = pick.hovered;
  if (relevance.empty()) return;  // not known yet: the text is there, on paper
  tooltip(Tip(fmt::format("{}: {}{}", quoted_token(line.tokens[pick.hovered]), brief(relevance[pick.hovered]),
                          removed[pick.hovered] ? ", removed" : "")));
}

void draw_words(int way, float width, float height) {
  const ExplanationKind& kind = explanation_kind(way);
  const std::string words = fmt::format("{} {}", kind.of_text, kind.source);
  const std::vector<std::string> lines = wrapped(words, theme().caption, width);
  if (static_cast<float>(lines.size()) * theme().caption->FontSize > height) return;
  for (const std::string& line : lines) caption(line);
}

/// `line` and `words`: heights of the text and of what is said about the way.
void draw_way(const ExplainScene& scene, int way, float width, float line, float words) {
  draw_way_title(way, width);
  const std::string_view source = explanation_kind(way).source;
  tooltip(Tip(fmt::format("{} {}", scene.sentence(way), source.empty() ? "" : fmt::format("Source: {}.", source))));
  draw_line(scene, way, {width, line});
  ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
  ImGui::Dummy({1, px(kGap)});
  styled_text(shortened(most_important(scene, way), theme().caption, width), theme().caption, colour::kText);
  caption(way < scene.explanation.tested
              ? fmt::format("{:.2f} left on average", area_under(scene.explanation.ways[way].remaining))
              : " ");
  ImGui::Dummy({1, px(kGap)});
  draw_words(way, width, words);
  ImGui::PopStyleVar();
}

}  // namespace

void draw_token_ways(const ExplainScene& scene, float width) {
  const float around = px(kTitle + 2 * kGap) + 2 * theme().caption->FontSize + 3 * ImGui::GetStyle().ItemSpacing.y;
  const float all = ImGui::GetContentRegionAvail().y - around, room = all - px(kPlots);
  const float wanted = token_line_height(line_of(scene), width), most = std::max(all - px(kPlotsLeast), px(kLowest));
  const float line = std::floor(std::clamp(wanted, px(kLowest), most));
  for (int way = 0; way < kExplanationWays; ++way) {
    if (way > 0) ImGui::SameLine(0, px(kExplainGap));
    ImGui::PushID(way);
    ImGui::BeginGroup();
    draw_way(scene, way, width, line, room - line);
    ImGui::EndGroup();
    ImGui::PopID();
  }
}

}  // namespace lab
