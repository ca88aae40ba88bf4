#pragma once
// AttentionStages: the inside of attention for one head of one picture, as the kernel had it in its latest forward:
// QKᵀ, softmax, mix. The very numbers, copied out; nothing is computed again.

#include <array>
#include <cstdint>
#include <vector>

namespace lab {

struct AttentionStages {
  enum Stage { kScores, kSoftmax, kMix, kCount };

  int queries = 0, keys = 0;             // N, M
  int score_width = 0;                   // of q and k as they are compared, after what the score does to them
  int head_width = 0;                    // D, of v and out
  float scale = 1;                       // multiplies q·k
  std::vector<float> additive;           // the additive score's v, of score_width; empty: the score is scale · q·k
  std::vector<float> q, k;               // [N, score_width], [M, score_width]
  std::vector<float> v, out;             // [M, D], [N, D]
  std::vector<float> scores;             // [N, M]; pairs that do not exist are −∞
  std::vector<float> weights;            // [N, M]; pairs that do not exist are 0
  std::array<double, kCount> seconds{};  // each stage took, all heads of the batch together
  std::array<int64_t, kCount> workgroups{};  // each stage was dispatched as; 0: not on a GPU
};

/// Whose stages, counted from 0.
struct StagesPlace {
  int lane = -1, layer = 0, head = 0;  // lane −1: nobody's
  bool operator==(const StagesPlace&) const = default;
};

}  // namespace lab
