#include "app/panels/texts/text_answers.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/texts/text_field.h"
#include "app/panels/texts/token_steps.h"
#include "app/widgets/text.h"
#include "app/widgets/token_bars.h"
#include "app/widgets/token_text.h"
#include "core/text/direction.h"

namespace lab {

using namespace card;

namespace {

constexpr float kWritten = 54, kOwnAnswer = 24;  // logical pixels

/// The token after which the bars say what may come.
int asked_query(const TextScene& scene) {
  const bool answers = !scene.lane.cross.empty();
  if (answers && scene.looking() == Looking::kTokens) return static_cast<int>(scene.lane.answer_tokens.size()) - 1;
  return scene.image.query;
}

/// "truth: “n”": what does come after a token of the test set.
std::string true_next(const TextScene& scene, int query) {
  const std::vector<int>& answer = scene.snapshot.probe.answer;
  const bool writes = scene.lane.cross.empty();
  const size_t place = static_cast<size_t>(query) + (writes ? 0 : 1);  // an answer begins with ‹begin›
  if (place >= answer.size()) return "";
  const Tokenizer& tokenizer = writes ? scene.data().tokenizer : scene.data().answer_tokenizer;
  return "truth: " + quoted_token(tokenizer.token(answer[place]));
}

/// The text up to the token that looks, with another after it: is looked at from then on.
void go_on_with(const TextScene& scene, int token) {
  const Probe& probe = scene.snapshot.probe;
  std::vector<int> text(probe.tokens.begin(), probe.tokens.begin() + scene.image.query + 1);
  text.push_back(token);
  scene.view.selection.query = -1;
  type_text(scene.view.lanes.field, scene.data().tokenizer.decode(text), scene.commands);
}

/// What a writer knows no character for reads ‹unknown›.
std::string readable(std::string text) {
  constexpr std::string_view kUnknown = "\xEF\xBF\xBD";  // U+FFFD
  for (size_t at = 0; (at = text.find(kUnknown, at)) != text.npos;) text.replace(at, kUnknown.size(), "‹unknown›");
  return text;
}

/// What is read from the right is broken into lines in the order in which it is read.
std::string in_drawn_lines(const std::string& text, ImFont* font, float width) {
  if (!token_levels({&text, 1}).from_right) return sentence_text(text, *font);
  std::string lines;
  for (const std::string& line : wrapped(text, font, width)) lines += sentence_text(line, *font) + "\n";
  return lines;
}

void draw_written(const TextScene& scene, float height) {
  const Writing& written = scene.lane.written;
  caption_line({"It goes on", "It goes on"},
               written.missing.empty() ? fmt::format("step {}", grouped(written.step)) : "", scene.width);
  ImGui::BeginChild("written", {scene.width, height}, false, ImGuiWindowFlags_NoBackground);
  const float room = scene.width - ImGui::GetStyle().ScrollbarSize;
  ImGui::PushTextWrapPos(room);
  if (written.missing.empty())
    styled_text(in_drawn_lines(readable(written.text), theme().body, room), theme().body, colour::kText);
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

/// Whether → writes the likeliest token after this one of this lane.
bool next_by_hand(const TextScene& scene, int query) {
  return writes_by_hand(scene.snapshot, scene.view) && &scene.lane == &writing_lane(scene.snapshot, scene.view) &&
         query == static_cast<int>(scene.snapshot.tokens.size()) - 1;
}

}  // namespace

int next_bars(bool roomy) { return roomy ? 5 : kAnswers; }
float written_height(bool roomy) { return roomy ? 2 * kWritten : kWritten; }
float height_of_next(bool roomy) { return kCaption + static_cast<float>(next_bars(roomy)) * kTokenBarHeight; }
/// Of the other answers, which stand below the map; logical pixels.
float height_of_answers(ModelKind kind, const TextCardLayout& layout) {
  if (kind == ModelKind::kWriter) return kCaption + written_height(layout.roomy);
  if (kind == ModelKind::kTranslator) return kCaption + kOwnAnswer;
  return kCaption + static_cast<float>(layout.answers) * kAnswer;
}

void draw_next(const TextScene& scene, float width) {
  const bool writes = scene.lane.cross.empty();
  const Tokenizer& tokenizer = writes ? scene.data().tokenizer : scene.data().answer_tokenizer;
  const std::span<const std::string> before = writes ? std::span(scene.snapshot.tokens) : scene.lane.answer_tokens;
  const int query = asked_query(scene);
  const std::span<const float> expected =
      std::span(scene.lane.probabilities).subspan(static_cast<size_t>(query) * tokenizer.size(), tokenizer.size());
  const std::string after = quoted_token(before[query]);
  caption_line({fmt::format("What may come after {}", after), "After " + after}, true_next(scene, query), width);
  const std::vector<int> tokens = likeliest(expected, scene.layout.bars);
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
  if (next_by_hand(scene, query)) bars.chosen = 0;
  const int clicked = token_bars("next", bars, width);
  if (clicked >= 0 && writes) go_on_with(scene, tokens[clicked]);
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
  if (scene.data().kind == ModelKind::kTranslator) return draw_own_answer(scene);
  if (scene.data().kind == ModelKind::kWriter) return draw_written(scene, scene.layout.written);
  draw_class_answer(scene, scene.layout.answers);
}

}  // namespace lab
