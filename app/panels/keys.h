#pragma once
// Keys: one table of what every key does. It drives the keyboard and is the help sheet; buttons
// show its names. A key press is the name of the key, as printed on its cap: "space", "R", "→".

#include <array>
#include <span>
#include <string>
#include <string_view>

#include "app/panels/commands.h"
#include "app/panels/view.h"

namespace lab {

struct Key {
  std::string_view name;
  void (*act)(const Snapshot&, View&, Commands&);
};

/// One line of the sheet: keys that belong together, and what they do.
struct KeyBinding {
  std::string_view group;  // the heading it stands under
  std::string_view meaning;
  std::array<Key, 4> keys;  // unused ones have no name
  bool repeats = false;     // while the key is held down

  std::span<const Key> used() const;
};
/// Group by group.
std::span<const KeyBinding> key_bindings();

/// Does what the key stands for; nothing when it has no meaning. `held`: the key repeats.
void press(std::string_view key, const Snapshot& snapshot, View& view, Commands& commands, bool held = false);

/// What buttons share with keys.
void train_or_pause(const Snapshot& snapshot, View& view, Commands& commands);
void look_at_sample(const Snapshot& snapshot, int index, Commands& commands);
/// The speed limits there are to choose from, in steps a second; 0: none.
std::span<const double> speed_limits();

}  // namespace lab
