#pragma once
// Buttons: with a key cap that says which key does the same, quiet or primary; choices side by
// side; small chips. A tooltip names the key too.

#include <imgui.h>

#include <span>
#include <string>
#include <string_view>

namespace lab {

/// What a tooltip says: a sentence and, after it, the key that does the same.
struct Tip {
  std::string_view sentence, key;
  Tip(std::string_view said = {}, std::string_view same = {}) : sentence(said), key(same) {}
  Tip(const char* said, std::string_view same = {}) : sentence(said), key(same) {}
  Tip(const std::string& said, std::string_view same = {}) : sentence(said), key(same) {}
};

enum class Icon { kNone, kPlay, kPause };

struct ButtonStyle {
  bool primary = false;
  Icon icon = Icon::kNone;
  std::string_view key = {};          // drawn as a key cap; empty: none
  std::string_view tooltip = {};      // a sentence; the key is added to it
  std::string_view tooltip_key = {};  // for buttons without a cap
  float width = 0;                    // real pixels; 0: as wide as its label
};

/// The width button() takes.
float button_width(std::string_view label, const ButtonStyle& style = {});
/// True when it was clicked.
bool button(std::string_view label, const ButtonStyle& style = {});

/// Pages side by side, one of them open. True when another was chosen.
struct Tab {
  const char* label;
  Tip tip;
};
bool tabs(std::span<const Tab> all, int& open);

/// A small toggle: "log". True when it was clicked.
bool chip(const char* label, bool on, Tip tip);

/// One that cannot be clicked now; its tooltip says why.
void unavailable_chip(const char* label, std::string_view why);

/// Over the last item.
void tooltip(const Tip& tip);

/// A key cap at `at`, vertically centred on it; returns its width.
float draw_key_cap(ImVec2 at, std::string_view key, ImU32 ink, ImU32 line);
float key_cap_width(std::string_view key);

}  // namespace lab
