#pragma once
// Compare: each lane's attention map against a reference: another lane, another head, or the same lane at a pinned
// moment. Both maps side by side, what changed, and how far they are apart.

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

/// "nothing", "lane Dense", "head 2", "step 120": what there is to compare with now, and whether one is chosen.
struct ReferenceChoice {
  Reference reference;
  std::string name;
};
std::vector<ReferenceChoice> references(const Snapshot& snapshot);
/// The chosen one, or nothing where it is gone.
Reference chosen_reference(const Snapshot& snapshot, const CompareState& state);
/// The next of references(), and around.
void next_reference(const Snapshot& snapshot, CompareState& state);

/// Makes state.lanes, again where something has changed: of the attention that `text` looks at. `selection` is
/// resolved.
void update_comparison(const Snapshot& snapshot, const Selection& selection, const TextLook& text,
                       const HeatStyle& style, CompareState& state, TextureStore& textures);

/// Null where nothing is compared: no reference, or none for this lane.
const ComparedMap* comparison_of(const LanesState& lanes, int lane);

/// The choice, beside what is looked at. As wide as reference_width().
void draw_reference_choice(const Snapshot& snapshot, CompareState& state);
float reference_width(const Snapshot& snapshot, const CompareState& state);

/// In place of a card's two pictures, of `side` each: both maps and how far apart they are; what changed.
void draw_both_maps(const ComparedMap& compared, float side);
void draw_difference(const ComparedMap& compared, const Selection& selection, float side, View& view);
/// The caption of what changed: "less or more than step 120, 0.193 nats apart   ±0.37", the distance where it is asked
/// for.
void draw_signs(const ComparedMap& compared, float width, bool distance);

/// Pins what is shown, or takes its pin away.
void pin_or_unpin(const Snapshot& snapshot, Commands& commands);
/// Whether what is shown is pinned.
bool pinned(const Snapshot& snapshot);

}  // namespace lab
