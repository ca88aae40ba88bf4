#pragma once
// Keys: one table of what every key does. It drives the keyboard and is the help sheet; buttons
// show its names. A key press is the name of the key, as printed on its cap: "space", "R", "→".

#include <span>
#include <string>
#include <string_view>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

struct KeyBinding {
  std::string_view key;
  std::string_view other;  // another key for the same, or empty
  std::string_view meaning;
  void (*act)(const Snapshot&, View&, Commands&);
};
std::span<const KeyBinding> key_bindings();

/// Does what the key stands for; nothing when it has no meaning.
void press(std::string_view key, const Snapshot& snapshot, View& view, Commands& commands);

/// What buttons share with keys.
void train_or_pause(const Snapshot& snapshot, View& view, Commands& commands);
void look_at_sample(const Snapshot& snapshot, int index, Commands& commands);

}  // namespace lab
