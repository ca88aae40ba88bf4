#pragma once
// The parts of a lane's card that cards of pictures and of texts share: the frame, the title with its verdict, the map
// of every token to every token, bars of probabilities, the price.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "app/panels/view.h"
#include "app/widgets/cells.h"

namespace lab {

/// Heights of the parts, logical pixels.
namespace card {
constexpr float kTitle = 34, kCaption = 20, kAnswer = 22, kFoot = 24, kEdge = 10, kSmallest = 96;
constexpr int kAnswers = 3;
}  // namespace card

/// What a card draws from.
struct CardScene {
  const Snapshot& snapshot;
  const LaneSnapshot& lane;
  const LaneImage& image;
  const Selection& selection;
  ImU32 colour;
  float width;    // inside the card
  float picture;  // side of the map
  int number;     // of the lane
};

/// What a quiet line says, and what it says where there is little room; nothing where there is none, unless always.
struct CardWords {
  std::string full, brief, briefest = {};
};
std::string fitting(const CardWords& words, float width, bool always = false);
void caption_line(const CardWords& left, std::string_view right, float width);
/// "0 … 0.42"
std::string heat_range(const HeatScale& scale);

/// The likeliest, the likeliest first.
std::vector<int> best_of(std::span<const float> probabilities, int count = card::kAnswers);

/// A card's frame around what `draw` draws.
void draw_card(int lane, bool highlighted, ImVec2 size, ImU32 colour, const std::function<void()>& draw);
enum class Verdict { kNone, kRight, kWrong };
void draw_card_title(const CardScene& scene, int lane, Verdict verdict, View& view);
/// A click on a row asks what its query looks at.
void draw_card_map(const CardScene& scene, const CardWords& words, const std::function<void(int query)>& chosen,
                   View& view);
/// What the mouse changes where it is over a pair of the lane's own attention (see change_it.h).
void change_by_mouse(const CardScene& scene, Cell at, View& view);
CardWords map_words(const CardScene& scene);
void draw_probability(std::string_view name, bool bold, float probability, ImU32 colour, float width);
/// Of a classifier.
Verdict class_verdict(const CardScene& scene);
void draw_class_answer(const CardScene& scene, int classes = card::kAnswers);
void draw_card_foot(const CardScene& scene);

}  // namespace lab
