#pragma once
// How the viewer sees attention over tokens, in every lane alike.

#include "app/widgets/map_view.h"

namespace lab {

struct TokenViewState {
  bool arcs = false;   // lines between tokens, not a map
  bool path = true;    // of a translator: where each token of the answer looks first
  bool steps = false;  // of a writer: keys write a token at a time
  MapView map;
};

}  // namespace lab
