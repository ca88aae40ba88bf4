#pragma once
// The four views of the Inside page, and what they share.

#include <span>
#include <string>

#include "app/panels/commands.h"
#include "app/panels/texts/attentions.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

/// Everything a view draws from.
struct InsideScene {
  const Snapshot& snapshot;
  const InsideSnapshot& inside;
  View& view;
  Commands& commands;
  TextureStore& textures;
  Selection selection;  // resolved; a single head

  const LaneSnapshot& lane() const { return snapshot.lanes[inside.place.lane]; }
  int heads() const { return snapshot.experiment.model.heads; }
  int layers() const { return snapshot.experiment.model.layers; }
  size_t number(int layer, int head) const { return static_cast<size_t>(layer) * heads() + head; }
  /// Of the attention that is looked into, on the probe: which pairs exist, and their weights [queries, keys].
  Attending attending() const { return inside.place.attending; }
  const TileMap& map_of(int layer, int head) const { return attention_of(lane(), attending()).maps[layer].of(head); }
  std::span<const float> weights_of(int layer, int head) const {
    const auto pairs = static_cast<size_t>(map_of(layer, head).dense_pairs());
    return std::span(attention_of(lane(), attending()).weights).subspan(number(layer, head) * pairs, pairs);
  }
  /// Who looks in it.
  int query() const { return query_in(lane(), attending(), selection, view.lanes.text); }
  void choose(int query) const { choose_query(attending(), query, view.selection, view.lanes.text); }
};

void draw_inside_heads(const InsideScene& scene);
/// How large a map is whose longer side is `side`.
ImVec2 map_size(const TileMap& map, float side);
/// The head that is open, large: its row on the picture or in the text, its map, its figures.
void draw_open_head(const InsideScene& scene, ImVec2 room);
void draw_inside_cloud(const InsideScene& scene);
void draw_inside_mistakes(const InsideScene& scene);
void draw_inside_weights(const InsideScene& scene);

/// "10,000 test pictures", or texts.
std::string test_samples(const Snapshot& snapshot, int count);
/// Who looks in a sample, and who is looked at: "row 3, column 4", "the class token", "“cat”, token 7".
std::string query_in_sample(const InsideScene& scene, const Sample& sample, int token);
std::string key_in_sample(const InsideScene& scene, const Sample& sample, int token);
/// Of a text; of a text with an answer, "21 May → 05-21".
std::string words_of(const Snapshot& snapshot, const Sample& sample);

/// "Layer 2, head 3"
std::string head_title(int layer, int head);

/// What PgUp and PgDn asked of the list that is open.
void scroll_by_keys(const InsideScene& scene);

/// " at step 120": which weights are shown, where they are not the snapshot's own.
std::string shown_step(const InsideScene& scene);

}  // namespace lab
