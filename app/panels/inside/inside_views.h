#pragma once
// The four views of the Inside page, and what they share.

#include <span>
#include <string>

#include "app/panels/commands.h"
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
  /// [N, N] on the probe.
  std::span<const float> weights_of(int layer, int head) const {
    const auto pairs = static_cast<size_t>(lane().maps[layer].of(head).dense_pairs());
    return std::span(lane().attention).subspan(number(layer, head) * pairs, pairs);
  }
};

void draw_inside_heads(const InsideScene& scene);
/// The head that is open, large: its row on the picture or in the text, its map, its figures.
void draw_open_head(const InsideScene& scene, ImVec2 room);
void draw_inside_cloud(const InsideScene& scene);
void draw_inside_mistakes(const InsideScene& scene);
void draw_inside_weights(const InsideScene& scene);

/// "10,000 test pictures", or texts.
std::string test_samples(const Snapshot& snapshot, int count);
/// "row 3, column 4", "the class token", "“cat”, token 7".
std::string place_in(const Snapshot& snapshot, const Sample& sample, int token);
/// "T-shirt"; of a text its words.
std::string words_of(const Snapshot& snapshot, const Sample& sample);

/// "Layer 2, head 3"
std::string head_title(int layer, int head);

/// What PgUp and PgDn asked of the list that is open.
void scroll_by_keys(const InsideScene& scene);

/// " at step 120": which weights are shown, where they are not the snapshot's own.
std::string shown_step(const InsideScene& scene);

}  // namespace lab
