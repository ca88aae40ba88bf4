#pragma once
// AttentionStages and AttentionGradients: the inside of attention for one head of one picture, as the kernel had it in
// its latest forward (QKᵀ, softmax, mix) and in the backward after it. The very numbers, copied out; nothing is
// computed again.

#include <array>
#include <cstdint>
#include <vector>

namespace lab {

struct AttentionStages {
  enum Stage { kScores, kSoftmax, kMix, kCount };

  int queries = 0, keys = 0;    // N, M
  int score_width = 0;          // of q and k as they are compared, after what the score does to them
  int head_width = 0;           // D, of v and out
  float scale = 1;              // multiplies q·k
  std::vector<float> additive;  // the additive score's v, of score_width; empty: the score is scale · q·k
  std::vector<float> q, k;      // [N, score_width], [M, score_width]
  std::vector<float> v, out;    // [M, D], [N, D]
  std::vector<float> scores;    // [N, M]; pairs that do not exist are −∞
  std::vector<float> weights;   // [N, M] that mix the values; pairs that do not exist are 0
  // [N, M] where rules came in between (row_rule.h), else empty: the scores that they left to the softmax, and the
  // weights that the softmax left to them.
  std::vector<float> ruled_scores, softmax;
  std::array<double, kCount> seconds{};      // each stage took, all heads of the batch together
  std::array<int64_t, kCount> workgroups{};  // each stage was dispatched as; 0: not on a GPU
};

/// Of the loss, by what stands in AttentionStages.
struct AttentionGradients {
  std::vector<float> d_weights;       // [N, M] by the weights that mix; pairs that do not exist are 0, here and below
  std::vector<float> d_softmax;       // [N, M] by the softmax's own, where rules came in between; else empty
  std::vector<float> d_ruled_scores;  // [N, M] by the scores that the softmax got, where there are rules; else empty
  std::vector<float> d_scores;        // [N, M]
  std::vector<float> dq, dk, dv;      // [N, score width], [M, score width], [M, D]
};

/// Whose stages, counted from 0.
struct StagesPlace {
  int lane = -1, layer = 0, head = 0;  // lane −1: nobody's
  bool operator==(const StagesPlace&) const = default;
};

}  // namespace lab
