#include "core/attention/attention_dropout.h"

#include <algorithm>
#include <cmath>

#include "core/base/lane_rng.h"

namespace lab {

namespace {

constexpr int32_t kSign = INT32_MIN;

// to_unit(word) < p, in whole numbers.
uint32_t threshold(float p) { return static_cast<uint32_t>(std::ceil(double{p} * (1 << 24))); }

}  // namespace

AttentionDropout::AttentionDropout(const AttentionProblem& problem, const float* rate, const uint64_t* step,
                                   const Rng& rng, Arena& arena)
    : map_(problem.map), heads_(problem.heads), rate_(rate), step_(step), rng_(rng) {
  const int64_t groups = (int64_t{problem.batch} * problem.heads + kLanes - 1) / kLanes;
  softmax_ = arena.allocate(groups * map_->pairs() * kLanes);
}

float* AttentionDropout::kept(const QueryRow& row) const {
  return softmax_ + (row.group * map_->pairs() + row.first) * kLanes;
}

void AttentionDropout::on_weights(const QueryRow& row, float* weights) {
  const Lanes scale = splat(1 / (1 - *rate_));
  const LaneUints limit = LaneUints{} + threshold(*rate_);
  const uint32_t quads = static_cast<uint32_t>((map_->pairs() + 3) / 4);
  LaneCounter counter;
  counter.high += static_cast<uint32_t>(*step_);
  LaneUints first;
  for (int lane = 0; lane < kLanes; ++lane) first[lane] = static_cast<uint32_t>(row.group * kLanes + lane) * quads;
  float* const own = kept(row);
  for (int64_t pair = row.first, end = row.first + row.pairs; pair < end;) {
    counter.low = first + static_cast<uint32_t>(pair / 4);
    const LaneWords words = lane_words(rng_, counter);
    for (int64_t stop = std::min(pair / 4 * 4 + 4, end); pair < stop; ++pair) {
      const int64_t at = (pair - row.first) * kLanes;
      const LaneBits dropped = reinterpret_cast<LaneBits>((words.at[pair % 4] >> 8) < limit);
      const Lanes weight = load(weights + at);
      store(own + at, from_bits(bits(weight) | (dropped & kSign)));
      store(weights + at, dropped ? Lanes{} : weight * scale);  // mixed = weight · [kept] / (1 − p)
    }
  }
}

void AttentionDropout::on_weights_backward(const QueryRow& row, float* weights, float* d_weights) {
  const Lanes scale = splat(1 / (1 - *rate_));
  const float* const own = kept(row);
  for (int64_t at = 0; at < row.pairs * kLanes; at += kLanes) {
    const LaneBits raw = bits(load(own + at));
    // mixed = weight · [kept] / (1 − p), so d_weight = d_mixed · [kept] / (1 − p)
    store(d_weights + at, raw < 0 ? Lanes{} : load(d_weights + at) * scale);
    store(weights + at, from_bits(raw & ~kSign));
  }
}

void AttentionDropout::dropped(int picture, std::span<uint8_t> to) const {
  std::fill(to.begin(), to.end(), uint8_t{0});
  for (int64_t h = 0; h < heads_; ++h) {
    const int64_t head = picture * heads_ + h;
    const float* pair = softmax_ + head / kLanes * map_->pairs() * kLanes + head % kLanes;
    for (int i = 0; i < map_->queries(); ++i)
      for (const KeyRun& run : map_->runs(i))
        for (int j = run.begin; j < run.end; ++j, pair += kLanes)
          to[(h * map_->queries() + i) * map_->keys() + j] = std::signbit(*pair);
  }
}

}  // namespace lab
