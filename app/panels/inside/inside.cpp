#include "app/panels/inside/inside.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "app/panels/inside/inside_views.h"
#include "app/panels/lanes/looking_at.h"
#include "app/panels/pages.h"
#include "app/widgets/button.h"
#include "app/widgets/field.h"
#include "app/widgets/text.h"
#include "core/text/token_labels.h"

namespace lab {
namespace {

constexpr float kChip = 22;  // logical pixels

struct ViewRow {
  const char* title;
  std::string_view explanation, key;
  void (*draw)(const InsideScene&);
};
constexpr ViewRow kViews[] = {
    // as InsideView
    {"Heads", "Every head of the lane: where it looks, and what its figures say it does.", "Ctrl+1", draw_inside_heads},
    {"Queries and keys", "The queries and keys of one head as points; what is near points the same way.", "Ctrl+2",
     draw_inside_cloud},
    {"Mistakes", "What the lane takes for what in the test set, and where it is most wrong.", "Ctrl+3",
     draw_inside_mistakes},
    {"Weights", "How the numbers that the lane learns, and their gradients, are spread.", "Ctrl+4",
     draw_inside_weights},
};
static_assert(std::size(kViews) == kInsideViews);

void draw_view_chips(InsideState& state) {
  for (int i = 0; i < kInsideViews; ++i) {
    if (i > 0) ImGui::SameLine(0, px(4));
    if (chip(kViews[i].title, static_cast<int>(state.view) == i, {kViews[i].explanation, kViews[i].key}))
      state.view = static_cast<InsideView>(i);
  }
}

void draw_lane_chips(const InsideScene& scene) {
  for (int lane = 0; lane < static_cast<int>(scene.snapshot.lanes.size()); ++lane) {
    ImGui::PushID(lane);
    if (lane > 0) ImGui::SameLine(0, px(4));
    if (chip(scene.snapshot.lanes[lane].title.c_str(), lane == scene.inside.place.lane,
             {"Look inside this lane.", std::string_view("1234").substr(lane, 1)}))
      scene.view.selection.lane = lane;
    ImGui::PopID();
  }
}

Selection one_head(const Selection& selection, const Snapshot& snapshot) {
  Selection shown = resolve(selection, snapshot);
  shown.head = std::max(shown.head, 0);
  return shown;
}

/// Only queries and keys are of one head: another head is no reason to look at the others again.
InsidePlace wanted_place(const Snapshot& snapshot, const View& view) {
  if (view.page != Page::kInside || snapshot.lanes.empty()) return {};
  const Selection selection = one_head(view.selection, snapshot);
  const int lane = std::max(selection.lane, 0);
  const bool of_head = view.inside.view == InsideView::kQueriesAndKeys;
  const bool of_attention = of_head || view.inside.view == InsideView::kHeads;
  return {lane, view.inside.view, of_head ? selection.layer : 0, of_head ? selection.head : 0,
          of_attention ? looking_in(snapshot.lanes[lane], view.lanes.text) : Attending::kTokens};
}

/// Of a translator, which of its attentions is looked into.
void draw_attention_row(const InsideScene& scene) {
  draw_attention_chips(scene.view.lanes.text);
  ImGui::SameLine(0, px(12));
  ImGui::SetCursorPosY(ImGui::GetCursorPosY() + px(3));
  caption(explanation_of(scene.attending()));
}

/// “2”, token 7 of that answer; of the viewer's own text, the lane's.
std::string place_in_answer(const InsideScene& scene, const Sample& sample, int token) {
  const LaneSnapshot& lane = scene.lane();
  const bool known = token < static_cast<int>(sample.answer.size());
  const std::string name =
      known ? quoted_token(token_labels(scene.snapshot.data->answer_tokenizer, {&sample.answer[token], 1})[0])
            : query_name(scene.snapshot, lane, Looking::kAnswer, token);
  return fmt::format("{}, token {} of the answer", name, token + 1);
}

std::string place_in_text(const Snapshot& snapshot, const Sample& sample, int token) {
  if (sample.tokens.empty()) return token_name(snapshot.geometry, token);
  // A classifier's first token is no word; the snapshot knows how it is called.
  const bool first = token == 0 && sample.tokens[0] == Tokenizer::kBegin && !snapshot.tokens.empty();
  const std::string label =
      first ? snapshot.tokens[0] : token_labels(snapshot.data->tokenizer, {&sample.tokens[token], 1})[0];
  return fmt::format("{}, token {}", quoted_token(label), token + 1);
}

}  // namespace

std::string_view inside_key(InsideView view) { return kViews[static_cast<int>(view)].key; }

void open_inside(View& view, InsideView shown, int layer, int head) {
  open_page(view, Page::kInside);
  view.inside.view = shown;
  if (layer < 0) return;
  view.selection.layer = layer;
  view.selection.head = head;
}

void look_at_next_mistake(const Snapshot& snapshot, Commands& commands) {
  if (!snapshot.inside.mistakes || snapshot.inside.mistakes->worst.empty()) return;
  const std::vector<Judged>& worst = snapshot.inside.mistakes->worst;
  const auto shown = [&](const Judged& judged) { return judged.index == snapshot.probe.index; };
  const auto now = std::find_if(worst.begin(), worst.end(), shown);
  const bool last = now == worst.end() || now + 1 == worst.end();
  commands.send(command::SetProbe{last ? worst.front().index : (now + 1)->index});
}

std::string head_title(int layer, int head) { return fmt::format("Layer {}, head {}", layer + 1, head + 1); }

std::string test_samples(const Snapshot& snapshot, int count) {
  return fmt::format("{} test {}", grouped(count), snapshot.data->test.has_pictures() ? "pictures" : "texts");
}

std::string query_in_sample(const InsideScene& scene, const Sample& sample, int token) {
  if (scene.attending() == Attending::kTokens) return place_in_text(scene.snapshot, sample, token);
  return place_in_answer(scene, sample, token);
}

std::string key_in_sample(const InsideScene& scene, const Sample& sample, int token) {
  if (scene.attending() == Attending::kAnswer) return place_in_answer(scene, sample, token);
  return place_in_text(scene.snapshot, sample, token);
}

std::string words_of(const Snapshot& snapshot, const Sample& sample) {
  const Dataset& data = *snapshot.data;
  const std::string text = data.tokenizer.decode(sample.tokens);
  const bool answered = data.kind == ModelKind::kTranslator && !sample.answer.empty();
  return answered ? text + " → " + data.answer_tokenizer.decode(sample.answer) : text;
}

std::string shown_step(const InsideScene& scene) {
  const bool now = scene.inside.step == scene.snapshot.step;
  return now ? "" : fmt::format(" at step {}", grouped(scene.inside.step));
}

void scroll_by_keys(const InsideScene& scene) {
  const float heights = std::exchange(scene.view.inside.scroll, 0.0f);
  if (heights != 0) ImGui::SetScrollY(ImGui::GetScrollY() + heights * ImGui::GetWindowHeight());
}

void ask_for_inside(const Snapshot& snapshot, View& view, Commands& commands) {
  const InsidePlace wanted = wanted_place(snapshot, view);
  if (wanted == view.inside.asked) return;
  view.inside.asked = wanted;
  commands.send(command::LookInside{wanted});
}

void draw_inside(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures) {
  const float top = ImGui::GetCursorPosY();
  ImGui::SetCursorPosY(top + (ImGui::GetFrameHeight() - px(kChip)) / 2);
  draw_view_chips(view.inside);
  const bool there = !snapshot.lanes.empty() && snapshot.inside.place.lane >= 0 &&
                     snapshot.inside.place.lane < static_cast<int>(snapshot.lanes.size()) &&
                     snapshot.inside.place.view == view.inside.view;
  if (!there) return caption("The look inside is on its way…");
  const InsideScene scene = {snapshot, snapshot.inside, view, commands, textures, one_head(view.selection, snapshot)};
  ImGui::SameLine(0, px(20));
  draw_lane_chips(scene);
  ImGui::SameLine(0, px(20));
  ImGui::SetCursorPosY(top);
  draw_picture_choice(snapshot, commands);
  const bool of_attention = view.inside.view == InsideView::kHeads || view.inside.view == InsideView::kQueriesAndKeys;
  if (of_attention && translates(snapshot)) draw_attention_row(scene);
  if (!snapshot.inside.missing.empty()) return small_print(snapshot.inside.missing);
  kViews[static_cast<int>(view.inside.view)].draw(scene);
}

}  // namespace lab
