#pragma once
// Characters: what fonts have to draw beyond what every screen needs, because a loaded text or a typed one has it.
// ImGui draws only what is in its atlas, so the atlas is made again when a new one comes.
//
//   if (characters.add(text)) use_theme(scale, characters);    // 1. between frames
//   missing_glyphs(characters, *theme().body)                  // 2. a sentence, where no font has some of them

#include <imgui.h>

#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace lab {

class Characters {
 public:
  /// True when the text has one that is new, and not in every atlas (see font_ranges()).
  bool add(std::string_view text);
  /// ImGui's pairs of first and last, ended by 0; code points beyond U+FFFF, which it cannot draw, are left out.
  std::vector<ImWchar> ranges() const;
  const std::set<int32_t>& all() const { return all_; }

 private:
  std::set<int32_t> all_;
};

/// Which characters no font here has, and which Debian package has them; empty when all can be drawn.
std::string missing_glyphs(const Characters& characters, const ImFont& font);

}  // namespace lab
