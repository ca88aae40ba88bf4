#pragma once
// AttentionDropout: dropout on the softmax's weights, as torch.nn.functional.scaled_dot_product_attention's dropout_p:
// each weight is kept with probability 1−p and scaled by 1/(1−p), else it mixes nothing.
//
// Whether a pair is dropped follows from the random stream, the step, the head and the pair alone: number
// head · ⌈pairs/4⌉·4 + pair of the stream, heads counted b·H + h, pairs in the order of the map's runs.

#include "core/attention/attention.h"
#include "core/base/rng.h"

namespace lab {

class AttentionDropout final : public RowRule {
 public:
  /// `rate`, in [0, 1), and `step` are read at every forward; the memory is taken from the arena here.
  AttentionDropout(const AttentionProblem& problem, const float* rate, const uint64_t* step, const Rng& rng,
                   Arena& arena);

  void on_weights(const QueryRow& row, float* weights) override;
  void on_weights_backward(const QueryRow& row, float* weights, float* d_weights) override;

  /// What the last forward dropped of one picture of the batch, [H, N, M]: 1 dropped, 0 kept or no such pair.
  void dropped(int picture, std::span<uint8_t> to) const;

 private:
  float* kept(const QueryRow& row) const;

  TileMapPtr map_;
  int64_t heads_;  // of one picture
  const float* rate_;
  const uint64_t* step_;
  Rng rng_;
  float* softmax_;  // [groups, pairs, kLanes] the softmax's own weights; a minus sign: dropped
};

}  // namespace lab
