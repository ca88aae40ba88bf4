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
      each_number([&](int n, int d) { row(q_.rows(), head, n)[d] = t_.value[head % p_.heads] * row(q, head, n)[d]; });
    });
    inner_->forward(q_.rows(), k, v, out);
  }

  // With y = t·q: dq = t·dy and dt = Σ q·dy.
  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    inner_->backward(d_out, q_.gradient_rows(), dk, dv);
    each_head([&](int64_t head) {
      float along = 0;
      each_number([&](int n, int d) {
        const float dy = row(q_.gradient_rows(), head, n)[d];
        along += row(from_q_, head, n)[d] * dy;
        row(dq, head, n)[d] = t_.value[head % p_.heads] * dy;
      });
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
  template <class Body>
  void each_number(const Body& body) const {
    for (int n = 0; n < p_.queries(); ++n)
      for (int d = 0; d < p_.head_width; ++d) body(n, d);
  }

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
