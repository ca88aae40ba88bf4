#pragma once
// What the viewer points at in a text and types, beyond what all pages share (see Selection).

#include <string>

#include "core/attention/attending.h"
#include "core/train/writing.h"

namespace lab {

/// Which of a translator's three attentions; the others have the first alone.
using Looking = Attending;

/// Which attention the lanes show, and which of the answer's tokens looks, where it is they who do.
struct TextLook {
  Looking looking = Looking::kCross;
  int answer_query = -1;  // −1: the first token that is written
  bool operator==(const TextLook&) const = default;
};

/// What is typed: a text of the viewer's own, and how a writer goes on.
struct TextField {
  std::string text;
  std::string sent;               // the last that was looked at
  bool own_seen = false;          // the snapshot shows it
  bool wants_keys = false;        // in the next frame
  WritingSettings writing, seen;  // as it is wanted; of the latest snapshot
};

}  // namespace lab
