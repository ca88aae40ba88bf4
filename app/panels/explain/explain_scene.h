#pragma once
// What the parts of the Explain page draw from, and these parts.

#include <string>
#include <vector>

#include "app/panels/explain/explain.h"

namespace lab {

struct ExplainScene {
  const Snapshot& snapshot;
  const Explanation& explanation;
  View& view;

  ExplainState& state() const { return view.explain; }
  bool of_text() const { return !snapshot.tokens.empty(); }
  const LaneSnapshot& lane() const { return snapshot.lanes[snapshot.explanation.lane]; }
  /// What is removed: "patches", "tokens".
  const char* parts() const { return of_text() ? "tokens" : "patches"; }
  std::string_view sentence(int way) const {
    return of_text() ? explanation_kind(way).of_text : explanation_kind(way).of_picture;
  }

  /// How an answer reads: "Boot", “e”.
  std::string name(int answer) const;
  std::string answer() const { return name(explanation.answer); }
  /// What the model would answer, [K] probabilities, and the likeliest of it.
  std::span<const float> probabilities() const;
  int most_probable() const;
  /// The right answer; −1: not known.
  int truth() const;

  /// How many tenths of the parts are shown as removed: those under the mouse in the plot; and which parts these are.
  int removed_tenths() const;
  std::vector<bool> removed(int way) const;
};

/// The four ways side by side, each `width` real pixels, above plots, which they leave room for: a long text less.
void draw_picture_ways(const ExplainScene& scene, TextureStore& textures, float width);
void draw_token_ways(const ExplainScene& scene, float width);
/// A way's colour, in the plot too; and this with its title.
ImU32 way_colour(int way);
void draw_way_title(int way, float width);

/// The deletion test, and what it says of the four ways.
void draw_deletion(const ExplainScene& scene, float width);
/// A row for each layer: what the model would answer if it ended there.
void draw_by_layer(const ExplainScene& scene, float width);
/// What the two need, at least and usually, logical pixels.
constexpr float kPlotsLeast = 200, kPlots = 286, kByLayerWidth = 330, kExplainGap = 20;

}  // namespace lab
