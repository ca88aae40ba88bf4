#include "app/panels/text_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "app/panels/card_parts.h"
#include "app/panels/change_it.h"
#include "app/panels/compare.h"
#include "app/panels/text_field.h"
#include "app/panels/token_view.h"
#include "app/widgets/text.h"
#include "app/widgets/token_bars.h"
#include "app/widgets/token_line.h"
#include "app/widgets/token_text.h"

namespace lab {

using namespace card;

namespace {

constexpr float kWritten = 54, kOwnAnswer = 24, kLabel = 46;  // logical pixels
constexpr float kTall = 620;                                  // a card with room for more
constexpr float kLabelled = 0.6f;                             // of the map's side is left by labels, or it has none

// Of the card's height: what is longer scrolls.
float most_text(ModelKind kind) { return kind == ModelKind::kWriter ? 0.22f : 0.3f; }
int next_bars(bool roomy) { return roomy ? 5 : kAnswers; }
float written_height(bool roomy) { return roomy ? 2 * kWritten : kWritten; }

/// Of what stands below the map, logical pixels.
float height_of_answers(ModelKind kind, bool roomy) {
  const float bars = kCaption + static_cast<float>(next_bars(roomy)) * kTokenBarHeight;
  if (kind == ModelKind::kWriter) return bars + kCaption + written_height(roomy);
  if (kind == ModelKind::kTranslator) return bars + kCaption + kOwnAnswer;
  return kCaption + kAnswers * kAnswer;
}

TokenLine plain_line(const Tokenizer& tokenizer, std::span<const std::string> tokens) {
  TokenLine line;
  line.tokens = tokens;
  line.letters = tokenizer.kind() != Tokenizer::Kind::kWords;
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

/// Tokens that may be more than there is room for. `end`: these are seen first.
TokenPick draw_tokens(const char* id, const TokenLine& line, ImVec2 size, bool end) {
  const bool scrolls = token_line_height(line, size.x) > size.y;
  ImGui::BeginChild(id, size, false, ImGuiWindowFlags_NoBackground);
  const TokenPick pick = token_line("tokens", line, size.x - (scrolls ? ImGui::GetStyle().ScrollbarSize : 0));
  if (scrolls && end) ImGui::SetScrollHereY(1);
  ImGui::EndChild();
  return pick;
}

struct TextScene : CardScene {
  const TextCardLayout& layout;
  View& view;
  Commands& commands;

  Looking looking() const { return lane.cross.empty() ? Looking::kText : view.lanes.text.looking; }
  const Dataset& data() const { return *snapshot.data; }
  std::span<const std::string> queries() const {
    return looking() == Looking::kText ? std::span(snapshot.tokens) : std::span(lane.answer_tokens);
  }
  std::span<const std::string> keys() const {
    return looking() == Looking::kAnswer ? std::span(lane.answer_tokens) : std::span(snapshot.tokens);
  }
  void choose(int query) const {
    (looking() == Looking::kText ? view.selection.query : view.lanes.text.answer_query) = query;
  }
  /// The key under the mouse in the row that is looked at; −1: none.
  int lit() const { return view.lanes.hovered.query == image.query ? view.lanes.hovered.key : -1; }
};

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
  const bool writes = scene.data().kind == ModelKind::kWriter && scene.view.selection.query < 0;
  const TokenPick pick = draw_tokens(id, line, {scene.width, height}, writes);
  if (is_looked_at && pick.hovered >= 0) scene.view.lanes.next_hovered = {scene.image.query, pick.hovered};
  if (looks && pick.clicked >= 0) scene.choose(pick.clicked);
  return pick;
}

void draw_text(const TextScene& scene) {
  const bool cross = scene.looking() == Looking::kCross, own = scene.looking() == Looking::kText;
  const std::string whose = quoted_token(scene.queries()[scene.image.query]);
  const CardWords words = {scene.looking() == Looking::kAnswer ? "The text" : fmt::format("Where {} looks", whose),
                           own || cross ? "It looks at" : "Text"};
  caption_line(words, own || cross ? heat_range(scene.image.row_scale) : "", scene.width);
  const TokenPick pick = draw_side(scene, "text", plain_line(scene.data().tokenizer, scene.snapshot.tokens), own,
                                   own || cross, scene.layout.text);
  if (pick.hovered >= 0 && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left))
    double_click_token(scene.view.change, scene.number, pick.hovered);
  if (pick.clicked < 0 || own) return;
  scene.view.lanes.text.looking = Looking::kText;
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
  const bool looks = scene.looking() != Looking::kText;
  const TokenPick pick = draw_side(scene, "answer", plain_line(scene.data().answer_tokenizer, scene.lane.answer_tokens),
                                   looks, answer, scene.layout.answer);
  if (pick.clicked < 0 || looks) return;
  scene.view.lanes.text = {Looking::kCross, pick.clicked};
}

CardWords map_caption(const TextScene& scene) {
  if (scene.looking() == Looking::kText) return map_words(scene);
  if (scene.looking() == Looking::kAnswer) return {"The answer's tokens to each other", "Answer to answer"};
  return {"Answer (rows) to text (columns)", "Answer to text"};
}

std::vector<std::string> short_labels(std::span<const std::string> tokens) {
  std::vector<std::string> labels;
  for (const std::string& token : tokens) labels.push_back(shortened(token, theme().caption, px(kLabel)));
  return labels;
}

float widest(const std::vector<std::string>& labels) {
  float width = 0;
  for (const std::string& label : labels) width = std::max(width, text_width(label, theme().caption));
  return width;
}

/// With its tokens along the edges where they leave enough of it.
void draw_map(const TextScene& scene) {
  if (comparison_of(scene.snapshot, scene.view.lanes, scene.number))
    draw_difference(scene.snapshot, scene.number, scene.selection, scene.layout.map, scene.view);
  else
    draw_token_view(scene, map_caption(scene), {scene.width, scene.layout.map}, scene.view);
}

/// The token after which the bars say what may come.
int asked_query(const TextScene& scene) {
  const bool answers = !scene.lane.cross.empty();
  if (answers && scene.looking() == Looking::kText) return static_cast<int>(scene.lane.answer_tokens.size()) - 1;
  return scene.image.query;
}

/// What may come after the token that looks; −1: nothing was clicked, else a token.
int draw_next(const TextScene& scene) {
  const bool writes = scene.lane.cross.empty();
  const Tokenizer& tokenizer = writes ? scene.data().tokenizer : scene.data().answer_tokenizer;
  const std::span<const std::string> before = writes ? std::span(scene.snapshot.tokens) : scene.lane.answer_tokens;
  const int query = asked_query(scene);
  const std::span<const float> expected =
      std::span(scene.lane.probabilities).subspan(static_cast<size_t>(query) * tokenizer.size(), tokenizer.size());
  caption_line({fmt::format("What may come after {}", quoted_token(before[query])), "May come next"}, "", scene.width);
  const std::vector<int> tokens = likeliest(expected, next_bars(scene.layout.roomy));
  std::vector<std::string> names;
  std::vector<float> probabilities;
  std::vector<int> order;
  for (int token : tokens) {
    order.push_back(static_cast<int>(names.size()));
    names.push_back(tokenizer.token(token));
    probabilities.push_back(expected[token]);
  }
  TokenBars bars;
  bars.vocabulary = names;
  bars.probabilities = probabilities;
  bars.shown = order;
  bars.colour = scene.colour;
  const int clicked = token_bars("next", bars, scene.width);
  return clicked < 0 ? -1 : tokens[clicked];
}

/// The text up to the token that looks, with another after it: is looked at from then on.
void go_on_with(const TextScene& scene, int token) {
  const Probe& probe = scene.snapshot.probe;
  std::vector<int> text(probe.tokens.begin(), probe.tokens.begin() + scene.image.query + 1);
  text.push_back(token);
  scene.view.selection.query = -1;
  type_text(scene.view.lanes.field, scene.data().tokenizer.decode(text), scene.commands);
}

void draw_written(const TextScene& scene, float height) {
  const Writing& written = scene.lane.written;
  caption_line({"It goes on", "It goes on"},
               written.missing.empty() ? fmt::format("step {}", grouped(written.step)) : "", scene.width);
  ImGui::BeginChild("written", {scene.width, height}, false, ImGuiWindowFlags_NoBackground);
  ImGui::PushTextWrapPos(scene.width - ImGui::GetStyle().ScrollbarSize);
  if (written.missing.empty())
    styled_text(sentence_text(written.text, *theme().body), theme().body, colour::kText);
  else
    styled_text(written.missing, theme().caption, colour::kQuiet);
  ImGui::PopTextWrapPos();
  ImGui::EndChild();
}

/// Whether a translator's own answer is the true one.
Verdict answer_verdict(const TextScene& scene) {
  const std::vector<int>&written = scene.lane.written.tokens, &truth = scene.snapshot.probe.answer;
  if (truth.empty() || written.empty()) return Verdict::kNone;
  return std::equal(truth.begin() + 1, truth.end(), written.begin(), written.end()) ? Verdict::kRight : Verdict::kWrong;
}

void draw_own_answer(const TextScene& scene) {
  const Writing& written = scene.lane.written;
  const bool wrong = answer_verdict(scene) == Verdict::kWrong;
  double certain = 1;
  for (const float probability : written.probabilities) certain *= probability;
  caption_line({"By itself it writes", "It writes"}, fmt::format("probability {:.2f}", certain), scene.width);
  const ImVec2 at = ImGui::GetCursorScreenPos();
  const std::string text = written.text.empty() ? "nothing" : sentence_text(written.text, *theme().strong);
  lab::draw_text(at, text, theme().strong, wrong ? colour::kWrong : colour::kText, scene.width);
  ImGui::Dummy({scene.width, px(kOwnAnswer)});
}

Verdict verdict(const TextScene& scene) {
  switch (scene.data().kind) {
    case ModelKind::kTextClassifier:
      return class_verdict(scene);
    case ModelKind::kTranslator:
      return answer_verdict(scene);
    default:
      return Verdict::kNone;
  }
}

void draw_answers(const TextScene& scene) {
  switch (scene.data().kind) {
    case ModelKind::kTranslator:
      draw_own_answer(scene);
      draw_next(scene);
      break;
    case ModelKind::kWriter:
      if (const int token = draw_next(scene); token >= 0) go_on_with(scene, token);
      draw_written(scene, px(written_height(scene.layout.roomy)));
      break;
    default:
      draw_class_answer(scene);
  }
}

}  // namespace

TextCardLayout lay_out_text_cards(const Snapshot& snapshot, float width, float height) {
  const float inner = width - 2 * px(kEdge), most = std::floor(height * most_text(snapshot.data->kind));
  const Dataset& data = *snapshot.data;
  TextCardLayout layout = {width, height, 0, 0, 0, height >= px(kTall)};
  layout.text = std::min(most, token_line_height(plain_line(data.tokenizer, snapshot.tokens), inner));
  for (const LaneSnapshot& lane : snapshot.lanes)
    if (!lane.answer_tokens.empty())
      layout.answer =
          std::max(layout.answer,
                   std::min(most, token_line_height(plain_line(data.answer_tokenizer, lane.answer_tokens), inner)));
  const float captions = layout.answer > 0 ? 3 * kCaption : 2 * kCaption;
  const float rest =
      px(kTitle + captions + height_of_answers(data.kind, layout.roomy) + kFoot + kEdge) + layout.text + layout.answer;
  layout.map = std::floor(std::clamp(height - rest, std::min(inner, px(kSmallest)), inner));
  layout.height = std::ceil(rest + layout.map);
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
    draw_map(scene);
    draw_answers(scene);
    draw_card_foot(scene);
  });
}

}  // namespace lab
