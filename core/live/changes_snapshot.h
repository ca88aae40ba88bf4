#pragma once
// ChangesSnapshot: what is changed in the live model's attention, for the viewer.

#include <cstdint>
#include <vector>

#include "core/attention/intervention.h"

namespace lab {

struct ChangesSnapshot {
  struct Item {
    Intervention what;
    int64_t step = 0;                          // after which it was made
    bool measured = false;                     // whether the accuracies are known by now
    int done = 0;                              // pictures or texts tested so far, with and without
    double accuracy_before = 0, accuracy = 0;  // on the whole test set, by the weights of that step
  };
  std::vector<Item> items;  // in order
  int undone = 0;           // how many could be done again
};

}  // namespace lab
