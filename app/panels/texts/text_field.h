#pragma once
// The field for a text of the viewer's own, which is looked at with every letter that is typed; and how a writer goes
// on: temperature, of how many tokens it draws, another seed.

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

/// As wide as there is room; at least so many logical pixels.
constexpr float kTextField = 220;
void draw_text_field(const Snapshot& snapshot, View& view, Commands& commands);

/// Of a writer.
void draw_sampling(const Snapshot& snapshot, View& view, Commands& commands);
float sampling_width();

/// As if it had been typed.
void type_text(TextField& field, const std::string& text, Commands& commands);
/// The same writer, other chances.
void write_another(const Snapshot& snapshot, TextField& field, Commands& commands);
/// "your text", "text 3 of 1,200": what is looked at.
std::string text_name(const Snapshot& snapshot);

}  // namespace lab
