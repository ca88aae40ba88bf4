#pragma once
// Writing: what a lane writes by itself, a token at a time: a translator its answer, always the likeliest token; a
// writer what may follow a beginning.

#include <cstdint>
#include <string>
#include <vector>

#include "core/model/sampling.h"

namespace lab {

/// How a writer goes on.
struct WritingSettings {
  static constexpr int kMostTokens = 1000;

  std::string beginning = {};  // empty: the text that is looked at
  int tokens = 120;
  Sampling sampling = {.temperature = 0.8f, .top_k = 40, .top_p = 0.95f};
  uint64_t seed = 1;
  bool operator==(const WritingSettings&) const = default;
};

struct Writing {
  int64_t step = 0;                  // of the weights; writing takes time, so it is not done at every snapshot
  std::string text;                  // an answer, or what follows the beginning
  std::vector<int> tokens;           // of it; an answer's ends in kEnd, unless it fills the context before
  std::vector<std::string> labels;   // how they read
  std::vector<float> probabilities;  // each token's, when it was written
  std::string missing;               // one sentence where a lane cannot write; else empty
};

}  // namespace lab
