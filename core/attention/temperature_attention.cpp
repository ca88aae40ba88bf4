#include "core/attention/strategy_parts.h"

namespace lab {

namespace {

// t · s(q, k) = s(t·q, k) for scores proportional to the query.
class TemperatureAttention final : public PreparedAttention {
 public:
  TemperatureAttention(std::string_view score, const AttentionProblem& problem, std::span<const ScoreTensor> learned,
                       ScoreTensor temperatures, Arena& arena, Kernel kernel)
      : PreparedAttention(problem),
        t_(temperatures),
        q_(make_side(arena, p_.queries(), p_.head_width)),
        d_t_(arena.allocate(Shape{all_heads()})) {
    inner_ = make_scored_attention(score, problem, learned, arena, kernel);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    from_q_ = q;
    each_head([&](int64_t head) {
      const float t = t_.value[head % p_.heads];
      for (int n = 0; n < p_.queries(); ++n) {
        const float* from = row(q, head, n);
        float* to = row(q_.rows(), head, n);
        for (int d = 0; d < p_.head_width; ++d) to[d] = t * from[d];
      }
    });
    inner_->forward(q_.rows(), k, v, out);
  }

  // With y = t·q: dq = t·dy and dt = Σ q·dy.
  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    inner_->backward(d_out, q_.gradient_rows(), dk, dv);
    each_head([&](int64_t head) {
      const float t = t_.value[head % p_.heads];
      float along = 0;
      for (int n = 0; n < p_.queries(); ++n) {
        const float *q = row(from_q_, head, n), *dy = row(q_.gradient_rows(), head, n);
        float* to = row(dq, head, n);
        for (int d = 0; d < p_.head_width; ++d) {
          along += q[d] * dy[d];
          to[d] = t * dy[d];
        }
      }
      d_t_[head] = along;
    });
    for (int h = 0; h < p_.heads; ++h) {
      double total = 0;
      for (int64_t head = h; head < all_heads(); head += p_.heads) total += d_t_[head];
      t_.gradient[h] = static_cast<float>(total);
    }
  }

  float learned_figure(int head) const override { return t_.value[head]; }

 private:
  ScoreTensor t_;  // [H]
  Side q_;
  Tensor d_t_;  // [B·H]
  HeadRows from_q_;
};

}  // namespace

std::unique_ptr<AttentionKernel> make_temperature_attention(std::string_view score, const AttentionProblem& problem,
                                                            std::span<const ScoreTensor> learned,
                                                            ScoreTensor temperatures, Arena& arena, Kernel kernel) {
  return std::make_unique<TemperatureAttention>(score, problem, learned, temperatures, arena, kernel);
}

}  // namespace lab
