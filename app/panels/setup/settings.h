#pragma once
// The settings of the Setup panel, as one table: the panel draws it, and keys walk through it.
//
// Add a setting: one row in settings.cpp.

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "core/live/snapshot.h"

namespace lab {

struct NamedChoice {
  const char* name;   // as in the experiment
  const char* title;  // as shown
  const char* explanation;
};

/// One of a few names.
struct Choose {
  std::string& (*value)(Experiment&);
  std::span<const NamedChoice> options;
};

/// A whole number from a list.
struct Pick {
  int& (*value)(Experiment&);
  std::vector<int> (*options)(const Experiment&, const Snapshot&);
};

/// A number that is dragged or typed.
struct Drag {
  float (*get)(const Experiment&);
  void (*set)(Experiment&, float);
  float low, high;
  float speed;  // a pixel of a drag
  float step;   // a press of a key; 0: the next of 1, 2, 5, 10, …, and drags go by the value itself
  bool whole = false;

  bool logarithmic() const { return step == 0; }
};

/// Some of the layers or heads there are: all, one, or a run of neighbours.
struct Some {
  Range& (*value)(Experiment&);
  int (*count)(const Experiment&);
};
/// All that can be chosen of so many, in order.
std::vector<Range> ranges_of(int count);

struct Setting {
  const char* group;  // the heading it stands under
  const char* label;
  const char* explanation;
  std::variant<Choose, Pick, Drag, Some> control;
  bool (*shown)(const Experiment&) = [](const Experiment&) { return true; };
};

/// Group by group, as they stand on screen.
std::span<const Setting> settings();
/// The group that is folded away until it is asked for.
extern const char* const kSeldom;
/// The group below which the target of guidance is painted.
extern const char* const kGuidance;

/// The setting one step up (`by` 1) or down (−1), as far as it goes.
void change(const Setting& setting, Experiment& experiment, const Snapshot& snapshot, int by);

}  // namespace lab
