#pragma once
// Alignment: how near a translator's attention to the text stays to the diagonal, as it does where one is written as
// the other is read: spelling and sounds, letters that are copied. For token t of an answer of T, its end included, and
// the S tokens between begin and end of the text, the diagonal is at t · (S − 1) / (T − 1).

#include "core/train/trainer.h"

namespace lab {

struct Diagonal {
  double share = 0;    // of the attention to the text, what is within one token of the diagonal; of the best layer
  double uniform = 0;  // the same if all tokens were looked at alike
  int texts = 0;
};

/// Over the heads of each layer and the first so many texts with their true answers; 0 where the lane is no translator.
Diagonal diagonal_of(Trainer& trainer, int lane, const SampleSet& set, int texts);

}  // namespace lab
