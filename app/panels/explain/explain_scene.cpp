#include "app/panels/explain/explain_scene.h"

#include <algorithm>

#include "app/widgets/table.h"
#include "app/widgets/text.h"

namespace lab {

std::string ExplainScene::name(int answer) const {
  const Dataset& data = *snapshot.data;
  if (!data.classes.empty()) return data.classes[answer];
  return quoted_token((data.kind == ModelKind::kTranslator ? data.answer_tokenizer : data.tokenizer).token(answer));
}

std::span<const float> ExplainScene::probabilities() const {
  const size_t answers = explanation.by_layer.size() / (snapshot.experiment.model.layers + 1);
  return std::span(explanation.by_layer).last(answers);
}

int ExplainScene::most_probable() const {
  const std::span<const float> p = probabilities();
  return static_cast<int>(std::max_element(p.begin(), p.end()) - p.begin());
}

int ExplainScene::truth() const {
  const Probe& probe = snapshot.probe;
  const auto place = static_cast<size_t>(snapshot.explanation.place);
  if (snapshot.data->kind == ModelKind::kWriter) return probe.answer.empty() ? -1 : probe.answer.back();
  if (snapshot.data->kind == ModelKind::kTranslator) return place < probe.answer.size() ? probe.answer[place] : -1;
  return probe.label;
}

int ExplainScene::removed_tenths() const {
  const float hovered = state().plot.hovered;
  return hovered < 0 ? 0 : std::clamp(static_cast<int>(hovered / 10), 0, kDeletions - 1);
}

std::vector<bool> ExplainScene::removed(int way) const {
  const std::vector<float>& relevance = explanation.ways[way].relevance;
  const std::vector<uint32_t> order = highest_first(relevance);
  std::vector<bool> removed(relevance.size());
  for (size_t i = 0; i < removed_parts(order.size(), removed_tenths()); ++i) removed[order[i]] = true;
  return removed;
}

ImU32 way_colour(int way) { return colour::kLanes[way]; }

void draw_way_title(int way, float width) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  draw_swatch({at.x, at.y + px(9)}, way_colour(way));
  draw_text({at.x + px(16), at.y}, explanation_kind(way).title, theme().heading, colour::kText, width - px(16));
  ImGui::Dummy({width, px(20)});
}

}  // namespace lab
