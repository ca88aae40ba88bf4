#pragma once
// Reading: what a model made of one picture or text, copied out of the learner that read it.

#include <vector>

#include "core/train/learner.h"
#include "core/train/seen_attention.h"

namespace lab {

struct Reading {
  std::vector<float> probabilities;  // [K]; [N, V] of what comes after each token; of a translator [answer's tokens, V]
  std::vector<LayerMaps> maps;       // [L] which pairs exist
  std::vector<float> attention;      // [L, H, N, N]
  std::vector<float> figures;        // [L, H], AttentionKernel::learned_figure
  SeenAttention answer;              // of a translator: of the answer's tokens to themselves …
  SeenAttention cross;               // … and to the text's
};

/// Of the latest forward of a learner of one sample.
Reading reading_of(Learner& learner);

}  // namespace lab
