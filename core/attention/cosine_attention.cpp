#include "core/attention/scored_attention.h"

#include <algorithm>
#include <cmath>

namespace lab {

namespace {

// cosine: s · (q/‖q‖)·(k/‖k‖)
class CosineAttention final : public PreparedAttention {
 public:
  CosineAttention(AttentionProblem problem, ScoreTensor scale, Arena& arena, Kernel kernel)
      : PreparedAttention(problem),
        scale_(scale),
        q_(make_side(arena, p_.queries(), p_.head_width)),
        k_(make_side(arena, p_.keys(), p_.head_width)),
        d_scale_(arena.allocate(Shape{all_heads()})) {
    problem.scale = 1;
    inner_ = make_attention(problem, arena, kernel);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    from_q_ = q;
    from_k_ = k;
    each_head([&](int64_t head) {
      normalise(q_.rows(), q, head, p_.queries(), scale_.value[0]);
      normalise(k_.rows(), k, head, p_.keys(), 1);
    });
    inner_->forward(q_.rows(), k_.rows(), v, out);
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    inner_->backward(d_out, q_.gradient_rows(), k_.gradient_rows(), dv);
    each_head([&](int64_t head) {
      d_scale_[head] = normalise_backward(dq, q_.gradient_rows(), from_q_, head, p_.queries(), scale_.value[0]);
      normalise_backward(dk, k_.gradient_rows(), from_k_, head, p_.keys(), 1);
    });
    double total = 0;
    for (float part : d_scale_) total += part;
    scale_.gradient[0] = static_cast<float>(total);
  }

 private:
  float norm(const float* x) const {
    double squares = 0;
    for (int d = 0; d < p_.head_width; ++d) squares += double{x[d]} * x[d];
    return std::max(static_cast<float>(std::sqrt(squares)), 1e-12f);  // as torch.nn.functional.normalize
  }

  // y = scale · x / ‖x‖
  void normalise(HeadRows to, HeadRows from, int64_t head, int tokens, float scale) const {
    for (int n = 0; n < tokens; ++n) {
      const float *x = row(from, head, n), factor = scale / norm(x);
      for (int d = 0; d < p_.head_width; ++d) row(to, head, n)[d] = x[d] * factor;
    }
  }

  // with u = x/‖x‖: y = scale · u, so dx = scale · (dy − u · (u·dy)) / ‖x‖. Returns d_scale = Σ u·dy.
  float normalise_backward(HeadRows dx, HeadRows dy, HeadRows from, int64_t head, int tokens, float scale) const {
    float d_scale = 0;
    for (int n = 0; n < tokens; ++n) {
      const float *x = row(from, head, n), *d = row(dy, head, n), inverse = 1 / norm(x);
      float along = 0;
      for (int i = 0; i < p_.head_width; ++i) along += x[i] * inverse * d[i];
      for (int i = 0; i < p_.head_width; ++i) row(dx, head, n)[i] = scale * (d[i] - x[i] * inverse * along) * inverse;
      d_scale += along;
    }
    return d_scale;
  }

  ScoreTensor scale_;
  Side q_, k_;
  Tensor d_scale_;  // [B·H]
  HeadRows from_q_, from_k_;
};

}  // namespace

std::unique_ptr<AttentionKernel> make_cosine_attention(const AttentionProblem& problem,
                                                       std::span<const ScoreTensor> learned, Arena& arena,
                                                       Kernel kernel) {
  return std::make_unique<CosineAttention>(problem, learned[0], arena, kernel);
}

}  // namespace lab
