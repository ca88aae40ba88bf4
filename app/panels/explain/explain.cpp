#include "app/panels/explain/explain.h"

#include <fmt/format.h>

#include <algorithm>

#include "app/panels/explain/explain_scene.h"
#include "app/panels/lanes/card_parts.h"
#include "app/panels/lanes/looking_at.h"
#include "app/panels/texts/text_field.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "app/widgets/token_line.h"

namespace lab {
namespace {

constexpr float kField = 320;  // of the viewer's own text, at most
constexpr int kOffered = 4;    // answers that can be explained instead of the model's own
constexpr float kChip = 22;    // logical pixels

void draw_lane_chips(const Snapshot& snapshot, View& view) {
  for (int lane = 0; lane < static_cast<int>(snapshot.lanes.size()); ++lane) {
    ImGui::PushID(lane);
    if (lane > 0) ImGui::SameLine(0, px(4));
    if (chip(snapshot.lanes[lane].title.c_str(), lane == view.explain.asked.lane,
             {"What this lane answers, and why.", std::string_view("1234").substr(lane, 1)}))
      view.selection.lane = lane;
    ImGui::PopID();
  }
}

/// ", and is right", "; it is Boot"
std::string judged(const ExplainScene& scene) {
  const int truth = scene.truth();
  if (truth < 0) return "";
  if (truth == scene.explanation.answer) return ", and is right";
  const ModelKind kind = scene.snapshot.data->kind;
  const char* is = kind == ModelKind::kWriter       ? "the text goes on with"
                   : kind == ModelKind::kTranslator ? "the true answer has"
                                                    : "it is";
  return fmt::format("; {} {}", is, scene.name(truth));
}

/// "At step 400", "At step 400, with 2 changes in place,": of which model all of it is.
std::string of_which(const ExplanationSnapshot& now) {
  if (now.changes == 0) return fmt::format("At step {}", grouped(now.step));
  return fmt::format("At step {}, with {} change{} in place,", grouped(now.step), now.changes,
                     now.changes == 1 ? "" : "s");
}

/// "At step 400 it answers Boot, with a probability of 0.98, and is right. Where does that come from?"
std::string answer_words(const ExplainScene& scene) {
  const float probability = scene.probabilities()[scene.explanation.answer];
  const std::string when = of_which(scene.snapshot.explanation);
  const int own = scene.most_probable();
  if (scene.explanation.answer != own)
    return fmt::format("{} it gives {} a probability of {:.2f}; its answer is {}. What speaks for {}?", when,
                       scene.answer(), probability, scene.name(own), scene.answer());
  const ModelKind kind = scene.snapshot.data->kind;
  const char* does = kind == ModelKind::kWriter       ? "it goes on with"
                     : kind == ModelKind::kTranslator ? "it writes here"
                                                      : "it answers";
  return fmt::format("{} {} {}, with a probability of {:.2f}{}. Where does that come from?", when, does, scene.answer(),
                     probability, judged(scene));
}

/// The answers that are offered: the likeliest ones.
std::vector<int> offered_answers(const ExplainScene& scene) { return best_of(scene.probabilities(), kOffered); }

void draw_answer_chips(const ExplainScene& scene) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  for (const int answer : offered_answers(scene)) {
    const std::string label = fmt::format("{} {:.2f}", scene.name(answer), scene.probabilities()[answer]);
    if (ImGui::GetItemRectMax().x + px(18) + text_width(label, theme().caption) > right) return;
    ImGui::SameLine(0, px(4));
    ImGui::PushID(answer);
    if (chip(label.c_str(), answer == scene.explanation.answer, {"Explain this answer instead.", "Ctrl+N"}))
      scene.state().answer = answer == scene.most_probable() ? -1 : answer;
    ImGui::PopID();
  }
}

/// What is asked, and what else could be.
void draw_question(const ExplainScene& scene) {
  const float top = ImGui::GetCursorPosY();
  ImGui::SetCursorPosY(top + (px(kChip) - theme().caption->FontSize) / 2);
  caption(answer_words(scene));
  if (scene.snapshot.explanation.changes > 0)
    tooltip({"All of this page is of the model as it is changed on Lanes (Ctrl+J). Take the latest change back:",
             "Ctrl+Z"});
  ImGui::SameLine(0, px(8));
  ImGui::SetCursorPosY(top);
  ImGui::Dummy({0, px(kChip)});
  draw_answer_chips(scene);
}

/// A translator's answer: a click asks where that token comes from.
void draw_answer_tokens(const ExplainScene& scene) {
  std::vector<std::string> tokens(scene.lane().answer_tokens.begin() + 1, scene.lane().answer_tokens.end());
  tokens.push_back(scene.snapshot.data->answer_tokenizer.token(Tokenizer::kEnd));
  caption(scene.snapshot.probe.answer.empty() ? "Its answer; click a token to ask where it comes from:"
                                              : "The true answer; click a token to ask what it writes there and why:");
  TokenLine line;
  line.tokens = tokens;
  line.letters = scene.snapshot.data->answer_tokenizer.kind() != Tokenizer::Kind::kWords;
  line.selected = scene.snapshot.explanation.place - 1;
  const TokenPick pick = token_line("answer", line, ImGui::GetContentRegionAvail().x);
  if (pick.clicked >= 0) scene.view.lanes.text.answer_query = pick.clicked + 1;
}

/// Of the tokens that a translator writes, the one that is asked about; the first is 1.
int wanted_place(const LaneSnapshot& lane, const View& view) {
  return std::clamp(view.lanes.text.answer_query, 1, std::max(static_cast<int>(lane.answer_tokens.size()), 1));
}

command::Explain wanted(const Snapshot& snapshot, const View& view) {
  if (view.page != Page::kExplain || snapshot.lanes.empty()) return {};
  const int lane = std::clamp(view.selection.lane, 0, static_cast<int>(snapshot.lanes.size()) - 1);
  return {lane, wanted_place(snapshot.lanes[lane], view), view.explain.answer};
}

void draw_header(const Snapshot& snapshot, View& view, Commands& commands) {
  const float right = ImGui::GetCursorScreenPos().x + ImGui::GetContentRegionAvail().x;
  const float top = ImGui::GetCursorPosY();
  draw_picture_choice(snapshot, commands);
  ImGui::SameLine(0, px(kExplainGap));
  ImGui::SetCursorPosY(top + (ImGui::GetFrameHeight() - px(kChip)) / 2);
  draw_lane_chips(snapshot, view);
  const float left = right - ImGui::GetItemRectMax().x - px(kExplainGap);
  if (snapshot.tokens.empty() || left < px(kTextField)) return;
  ImGui::SameLine(0, px(kExplainGap));
  ImGui::SetCursorPosY(top);
  ImGui::BeginChild("own text", {std::min(left, px(kField)), ImGui::GetFrameHeight()}, false,
                    ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoScrollbar);
  draw_text_field(snapshot, view, commands);
  ImGui::EndChild();
  if (!snapshot.probe.notice.empty()) small_print(snapshot.probe.notice);
}

}  // namespace

void ask_for_explanation(const Snapshot& snapshot, View& view, Commands& commands) {
  ExplainState& state = view.explain;
  command::Explain asked = wanted(snapshot, view);
  const Probe& probe = snapshot.probe;
  const ExplainState::Question& before = state.question;
  if (before.data != snapshot.data.get() || before.index != probe.index || before.place != asked.place ||
      before.tokens != probe.tokens) {
    state.question = {snapshot.data.get(), probe.index, asked.place, probe.tokens};
    state.answer = asked.answer = -1;
  }
  if (asked == state.asked) return;
  state.asked = asked;
  commands.send(asked);
}

void explain_next_answer(const Snapshot& snapshot, View& view) {
  if (view.page != Page::kExplain || snapshot.explanation.explanation.answer < 0) return;
  const ExplainScene scene = {snapshot, snapshot.explanation.explanation, view};
  const std::vector<int> offered = offered_answers(scene);
  const auto now = std::find(offered.begin(), offered.end(), scene.explanation.answer);
  const bool last = now == offered.end() || now + 1 == offered.end();
  view.explain.answer = last ? -1 : now[1];
}

void draw_explain(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  if (snapshot.lanes.empty()) return;
  draw_header(snapshot, view, commands);
  if (snapshot.explanation.lane < 0) return caption("The explanation is on its way…");
  const ExplainScene scene = {snapshot, snapshot.explanation.explanation, view};
  view.explain.plot.begin_frame();
  view.explain.part = std::exchange(view.explain.next_part, -1);
  draw_question(scene);
  if (!scene.lane().answer_tokens.empty()) draw_answer_tokens(scene);
  const float width = ImGui::GetContentRegionAvail().x;
  const float column = (width - (kExplanationWays - 1) * px(kExplainGap)) / kExplanationWays;
  if (scene.of_text())
    draw_token_ways(scene, column);
  else
    draw_picture_ways(scene, textures, column);
  const bool beside = width > px(2 * kByLayerWidth + kExplainGap);
  draw_deletion(scene, beside ? width - px(kByLayerWidth + kExplainGap) : width);
  if (beside) ImGui::SameLine(0, px(kExplainGap));
  draw_by_layer(scene, std::min(width, px(kByLayerWidth)));
}

}  // namespace lab
