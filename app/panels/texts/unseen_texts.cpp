#include "app/panels/texts/unseen_texts.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/widgets/table.h"
#include "app/widgets/text.h"
#include "app/widgets/token_text.h"

namespace lab {

using namespace card;

namespace {

constexpr float kSpace = 4, kHead = 17, kText = 20, kCell = 24, kBar = 5, kGap = 6, kNarrowest = 40;  // logical pixels

/// Where a text and its probabilities stand in a card.
struct Table {
  float text;    // width of the texts; 0: they stand above their probabilities
  float column;  // width of a class, the gap to the next included
};

Table table_of(const Dataset& data, float width) {
  float widest = 0;
  for (const std::string& text : data.unseen)
    widest = std::max(widest, text_width(sentence_text(text, *theme().body), theme().body));
  const auto classes = static_cast<float>(data.classes.size());
  const float beside = widest + px(12);
  if (width - beside >= classes * px(kNarrowest)) return {beside, (width - beside + px(kGap)) / classes};
  return {0, (width + px(kGap)) / classes};
}

float row_height(const Table& table) { return px(table.text > 0 ? kCell : kText + kCell); }

/// A piece that the model reads as ‹unknown› is quiet.
void draw_text_as_read(const Tokenizer& tokenizer, const std::string& text, ImVec2 at) {
  for (const std::string_view piece : tokenizer.pieces(text)) {
    const bool known = tokenizer.find(piece) != Tokenizer::kUnknown;
    const std::string shown = sentence_text(piece, *theme().body);
    draw_text(at, shown, theme().body, known ? colour::kText : colour::kQuiet);
    at.x += text_width(shown, theme().body);
  }
}

void draw_names(const TextScene& scene, const Table& table) {
  const ImVec2 at = ImGui::GetCursorScreenPos();
  float x = at.x + table.text;
  for (const std::string& name : scene.data().classes) {
    draw_text({x, at.y}, name, theme().caption, colour::kQuiet, table.column - px(kGap));
    x += table.column;
  }
  ImGui::Dummy({scene.width, px(kHead)});
}

void draw_probabilities(const TextScene& scene, const Table& table, std::span<const float> probabilities, ImVec2 at) {
  const size_t best = std::max_element(probabilities.begin(), probabilities.end()) - probabilities.begin();
  for (size_t k = 0; k < probabilities.size(); ++k, at.x += table.column) {
    const float right = at.x + table.column - px(kGap);
    draw_text(at, fmt::format("{:.0f} %", 100 * probabilities[k]), k == best ? theme().heading : theme().caption,
              colour::kText);
    draw_bar({at.x, at.y + px(kCell - kBar - 2)}, {right, at.y + px(kCell - 2)}, probabilities[k], scene.colour);
  }
}

}  // namespace

float height_of_unseen(const Snapshot& snapshot, float width) {
  const Dataset& data = *snapshot.data;
  if (data.unseen.empty() || snapshot.lanes.front().unseen.empty()) return 0;
  return px(kSpace + kCaption + kHead) + static_cast<float>(data.unseen.size()) * row_height(table_of(data, width));
}

void draw_unseen(const TextScene& scene) {
  const size_t classes = scene.data().classes.size();
  if (height_of_unseen(scene.snapshot, scene.width) == 0) return;
  const Table table = table_of(scene.data(), scene.width);
  ImGui::Dummy({scene.width, px(kSpace)});
  caption_line({"Never trained on; grey: new characters", "Never trained on"}, "", scene.width);
  draw_names(scene, table);
  for (size_t i = 0; i < scene.data().unseen.size(); ++i) {
    const ImVec2 at = ImGui::GetCursorScreenPos();
    const float below = table.text > 0 ? 0 : px(kText);
    draw_text_as_read(scene.data().tokenizer, scene.data().unseen[i], {at.x, at.y + px(2)});
    draw_probabilities(scene, table, std::span(scene.lane.unseen).subspan(i * classes, classes),
                       {at.x + table.text, at.y + below});
    ImGui::Dummy({scene.width, row_height(table)});
  }
}

}  // namespace lab
