#pragma once
// The characters that a screen may show because of what is loaded, looked at and typed: every token of the data set,
// the text that is looked at, the one being typed.
//
//   if (shown.update(snapshot, view)) gui.set_characters(shown.all());   // before each frame

#include <memory>
#include <string>

#include "app/panels/view.h"
#include "app/widgets/characters.h"

namespace lab {

class ShownCharacters {
 public:
  /// True when there are new ones.
  bool update(const Snapshot& snapshot, const View& view);
  const Characters& all() const { return all_; }

 private:
  bool add_new(std::string& last, const std::string& text);

  std::weak_ptr<const Dataset> data_;  // whose tokens are in
  std::string looked_at_, answer_, typed_;
  Characters all_;
};

}  // namespace lab
