#include "app/panels/texts/text_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/lanes/change_it.h"
#include "app/panels/texts/text_answers.h"
#include "app/panels/texts/token_view.h"
#include "app/panels/texts/unseen_texts.h"
#include "app/widgets/text.h"
#include "app/widgets/token_bars.h"
#include "app/widgets/token_line.h"

namespace lab {

using namespace card;

namespace {

constexpr float kBars = 140, kBeside = 14;  // logical pixels
constexpr int kMostBars = 16, kFewAnswers = 2;
constexpr float kTall = 620;        // a card with room for more
constexpr size_t kManyTokens = 60;  // more are written smaller

// Of the card's height: what is longer scrolls.
float most_text(ModelKind kind) { return kind == ModelKind::kWriter ? 0.22f : 0.3f; }

TokenLine plain_line(const Tokenizer& tokenizer, std::span<const std::string> tokens) {
  TokenLine line;
  line.tokens = tokens;
  line.letters = tokenizer.kind() != Tokenizer::Kind::kWords;
  if (tokens.size() > kManyTokens) line.font = theme().caption;
  return line;
}

/// The weights of the row that is looked at; a pair that does not exist is NaN.
std::vector<float> looked_at(const LaneImage& image) {
  const int keys = image.pairs->keys();
  const float* row = image.weights.data() + static_cast<size_t>(image.query) * keys;
  std::vector<float> weights(row, row + keys);
  for (int key = 0; key < keys; ++key)
    if (!image.pairs->exists(image.query, key)) weights[key] = NAN;
  return weights;
}

/// Tokens that may be more than there is room for.
TokenPick draw_tokens(const char* id, const TokenLine& line, ImVec2 size) {
  const bool scrolls = token_line_height(line, size.x) > size.y;
  ImGui::BeginChild(id, size, false, ImGuiWindowFlags_NoBackground);
  const TokenPick pick = token_line("tokens", line, size.x - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0));
  ImGui::EndChild();
  return pick;
}

/// The side that is looked at is shaded; on the side that looks, the query is framed.
TokenPick draw_side(const TextScene& scene, const char* id, TokenLine line, bool looks, bool is_looked_at,
                    float height) {
  const std::vector<float> weights = looked_at(scene.image);
  if (is_looked_at) {
    line.weights = weights;
    line.scale = scene.image.row_scale;
    line.lit = scene.lit();
  }
  if (looks) line.selected = scene.image.query;
  const TokenPick pick = draw_tokens(id, line, {scene.width, height});
  if (is_looked_at && pick.hovered >= 0) scene.view.lanes.next_hovered = {scene.image.query, pick.hovered};
  if (looks && pick.clicked >= 0) scene.choose(pick.clicked);
  return pick;
}

void draw_text(const TextScene& scene) {
  const bool cross = scene.looking() == Looking::kCross, own = scene.looking() == Looking::kTokens;
  const std::string whose = quoted_token(scene.queries()[scene.image.query]);
  const CardWords words = {scene.looking() == Looking::kAnswer ? "The text" : fmt::format("Where {} looks", whose),
                           own || cross ? "It looks at" : "Text"};
  caption_line(words, own || cross ? heat_range(scene.image.row_scale) : "", scene.width);
  const TokenPick pick = draw_side(scene, "text", plain_line(scene.data().tokenizer, scene.snapshot.tokens), own,
                                   own || cross, scene.layout.text);
  if (pick.hovered >= 0 && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    double_click_token(scene.view.change, scene.number, Looking::kTokens, pick.hovered);
  if (pick.clicked < 0 || own) return;
  scene.view.lanes.text.looking = Looking::kTokens;
  scene.view.selection.query = pick.clicked;
}

void draw_answer_tokens(const TextScene& scene) {
  if (scene.lane.answer_tokens.empty()) return;
  const bool answer = scene.looking() == Looking::kAnswer, true_one = !scene.snapshot.probe.answer.empty();
  const std::string whose = answer ? quoted_token(scene.queries()[scene.image.query]) : "";
  const CardWords words = {answer     ? fmt::format("Where {} looks", whose)
                           : true_one ? "The true answer: click who looks"
                                      : "Its answer: click who looks",
                           true_one ? "True answer" : "Its answer"};
  caption_line(words, answer ? heat_range(scene.image.row_scale) : "", scene.width);
  const bool looks = scene.looking() != Looking::kTokens;
  const TokenPick pick = draw_side(scene, "answer", plain_line(scene.data().answer_tokenizer, scene.lane.answer_tokens),
                                   looks, answer, scene.layout.answer);
  if (pick.clicked < 0 || looks) return;
  scene.view.lanes.text = {Looking::kCross, pick.clicked};
}

CardWords map_caption(const TextScene& scene) {
  if (scene.looking() == Looking::kTokens) return map_words(scene);
  if (scene.looking() == Looking::kAnswer) return {"The answer's tokens to each other", "Answer to answer"};
  return {"Answer (rows) to text (columns)", "Answer to text"};
}

/// The map, and at its right or below what may come next.
void draw_map_and_next(const TextScene& scene) {
  const float map = scene.layout.beside ? scene.layout.map : scene.width;
  ImGui::BeginGroup();
  draw_token_view(scene, map_caption(scene), {map, scene.layout.map}, scene.view);
  ImGui::EndGroup();
  if (scene.data().kind == ModelKind::kTextClassifier) return;
  if (scene.layout.beside) ImGui::SameLine(0, px(kBeside));
  const float width = scene.layout.beside ? scene.width - map - px(kBeside) : scene.width;
  ImGui::BeginGroup();
  draw_next(scene, width);
  ImGui::EndGroup();
}

/// What height is left goes to more classes, or more of what may come next.
void fill_with_answers(const Dataset& data, float left, TextCardLayout& layout) {
  const auto rows = [&](float each, int most) {
    return std::clamp(static_cast<int>(left / each), 0, std::max(most, 0));
  };
  if (data.kind == ModelKind::kTextClassifier) {
    const int more = rows(px(kAnswer), static_cast<int>(data.classes.size()) - layout.answers);
    layout.answers += more;
    layout.height += static_cast<float>(more) * px(kAnswer);
  } else if (!layout.beside) {
    const int more = rows(px(kTokenBarHeight), kMostBars - layout.bars);
    layout.bars += more;
    layout.height += static_cast<float>(more) * px(kTokenBarHeight);
  }
}

}  // namespace

TextCardLayout lay_out_text_cards(const Snapshot& snapshot, float width, float height, bool lines) {
  const float inner = width - 2 * px(kEdge), most = std::floor(height * most_text(snapshot.data->kind));
  const Dataset& data = *snapshot.data;
  const bool roomy = height >= px(kTall);
  TextCardLayout layout = {width, height, 0, 0, 0, roomy, false, next_bars(roomy), px(written_height(roomy)), kAnswers};
  const float unseen = height_of_unseen(snapshot, inner);
  if (unseen > 0 && !roomy) layout.answers = kFewAnswers;
  layout.text = std::min(most, token_line_height(plain_line(data.tokenizer, snapshot.tokens), inner));
  for (const LaneSnapshot& lane : snapshot.lanes)
    if (!lane.answer_tokens.empty())
      layout.answer =
          std::max(layout.answer,
                   std::min(most, token_line_height(plain_line(data.answer_tokenizer, lane.answer_tokens), inner)));
  const float captions = layout.answer > 0 ? 3 * kCaption : 2 * kCaption;
  const float rest = px(kTitle + captions + height_of_answers(data.kind, layout) + kFoot + kEdge) + layout.text +
                     layout.answer + unseen;
  const bool next = data.kind != ModelKind::kTextClassifier;
  const float bars = next ? px(height_of_next(layout.roomy)) : 0;
  const bool three = shows_all_attentions(snapshot.lanes.front(), inner);
  const float most_of_map = three && !lines ? width_of_large(inner) : inner;
  const float below = std::min(most_of_map, height - rest - bars);
  const float beside = next && !three ? std::min(inner - px(kBars + kBeside), height - rest) : 0;
  layout.beside = beside > below;
  layout.map = std::floor(std::max(std::min(inner, px(kSmallest)), std::max(below, beside)));
  if (layout.beside) layout.bars = std::clamp(static_cast<int>(layout.map / px(kTokenBarHeight)), kAnswers, kMostBars);
  layout.height = std::ceil(rest + (layout.beside ? std::max(layout.map, bars - px(kCaption)) : layout.map + bars));
  fill_with_answers(data, height - layout.height, layout);
  if (data.kind == ModelKind::kWriter) layout.written += std::max(0.0f, height - layout.height);
  layout.height += layout.written - px(written_height(layout.roomy));
  return layout;
}

void draw_text_card(const Snapshot& snapshot, int lane, const Selection& selection, const TextCardLayout& layout,
                    View& view, Commands& commands) {
  const TextScene scene = {{snapshot, snapshot.lanes[lane], view.lanes.images[lane], selection, lane_colour(lane),
                            layout.width - 2 * px(kEdge), layout.map, lane},
                           layout,
                           view,
                           commands};
  draw_card(lane, selection.lane == lane, {layout.width, layout.height}, scene.colour, [&] {
    draw_card_title(scene, lane, verdict(scene), view);
    draw_text(scene);
    draw_answer_tokens(scene);
    draw_map_and_next(scene);
    draw_answers(scene);
    draw_unseen(scene);
    draw_card_foot(scene);
  });
}

}  // namespace lab
