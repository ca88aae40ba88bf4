#pragma once
// How the viewer sees attention over tokens, in every lane alike.

#include <array>

#include "app/widgets/map_view.h"

namespace lab {

struct TokenViewState {
  bool lines = false;           // between two columns of tokens, instead of a map
  bool path = true;             // of a translator: where each token of the answer looks first
  bool stepping = false;        // of a writer: → writes a token, ← takes it back
  std::array<MapView, 3> maps;  // what is seen of each attention (see Looking)
  int followed = -1;            // the token that looked in the last frame
};

}  // namespace lab
