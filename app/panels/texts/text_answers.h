#pragma once
// What a text card draws from, and what its lane answers: classes, what may come next, the text that it writes.

#include <span>
#include <string>

#include "app/panels/lanes/card_parts.h"
#include "app/panels/texts/attentions.h"
#include "app/panels/texts/text_card.h"

namespace lab {

struct TextScene : CardScene {
  const TextCardLayout& layout;
  View& view;
  Commands& commands;

  Looking looking() const { return looking_in(lane, view.lanes.text); }
  const Dataset& data() const { return *snapshot.data; }
  std::span<const std::string> queries() const {
    return looking() == Looking::kTokens ? std::span(snapshot.tokens) : std::span(lane.answer_tokens);
  }
  std::span<const std::string> keys() const {
    return looking() == Looking::kAnswer ? std::span(lane.answer_tokens) : std::span(snapshot.tokens);
  }
  void choose(int query) const { choose_query(looking(), query, view.selection, view.lanes.text); }
  /// The key under the mouse in the row that is looked at; −1: none.
  int lit() const { return view.lanes.hovered.query == image.query ? view.lanes.hovered.key : -1; }
};

/// What may come after the token that looks, the likeliest first, in `width`; of a writer a click goes on with one.
void draw_next(const TextScene& scene, float width);
/// Below the map; beside it there are as many as it is high. Logical pixels.
int next_bars(bool roomy);
float height_of_next(bool roomy);
/// Of what a writer goes on with, at least.
float written_height(bool roomy);
/// Everything else that it answers; logical pixels.
void draw_answers(const TextScene& scene);
float height_of_answers(ModelKind kind, const TextCardLayout& layout);
/// Whether it is right, where that is known.
Verdict verdict(const TextScene& scene);

}  // namespace lab
