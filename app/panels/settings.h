#pragma once
// The settings of the Setup panel, as tables.
//
// Add a setting: one row in settings.cpp.

#include <span>
#include <string>
#include <vector>

#include "core/train/snapshot.h"

namespace lab {

/// A whole number that is picked from a list.
struct PickSetting {
  const char* label;
  const char* explanation;
  int& (*value)(Experiment&);
  std::vector<int> (*options)(const Experiment&, const Snapshot&);
};

/// A number that is dragged or typed.
struct DragSetting {
  const char* label;
  const char* explanation;
  float (*get)(const Experiment&);
  void (*set)(Experiment&, float);
  float low, high, speed;
  bool logarithmic, whole;
  bool (*shown)(const Experiment&);
};

std::span<const PickSetting> model_settings();
std::span<const PickSetting> batch_settings();
std::span<const DragSetting> training_settings();
/// Those that are seldom touched.
std::span<const DragSetting> further_settings();

struct NamedChoice {
  const char* name;   // as in the experiment
  const char* title;  // as shown
  const char* explanation;
};
std::span<const NamedChoice> optimisers();

}  // namespace lab
