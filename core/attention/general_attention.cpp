#include "core/attention/scored_attention.h"

#include "core/attention/projection.h"
#include "core/ops/transpose.h"

namespace lab {

namespace {

// general: qᵀ·W·k = (Wᵀ·q)·k. The query is projected, the key is as it was.
class GeneralAttention final : public PreparedAttention {
 public:
  GeneralAttention(AttentionProblem problem, ScoreTensor w, Arena& arena, Kernel kernel)
      : PreparedAttention(problem),
        w_(w),
        w_flipped_{arena.allocate(w.value.shape), arena.allocate(w.value.shape)},
        projection_(w_flipped_, all_heads(), arena),
        q_(make_side(arena, p_.queries(), p_.head_width)) {
    problem.scale = 1;
    inner_ = make_attention(problem, arena, kernel);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    from_q_ = q;
    transpose(w_flipped_.value.data, p_.head_width, w_.value.data, p_.head_width, p_.head_width, p_.head_width);
    projection_.prepare();
    each_head(
        [&](int64_t head) { projection_.forward(row(q_.rows(), head, 0), row(q, head, 0), q.token, p_.queries()); });
    inner_->forward(q_.rows(), k, v, out);
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    inner_->backward(d_out, q_.gradient_rows(), dk, dv);
    each_head([&](int64_t head) {
      projection_.backward(row(dq, head, 0), dq.token, row(q_.gradient_rows(), head, 0), row(from_q_, head, 0),
                           from_q_.token, p_.queries(), head);
    });
    projection_.finish(all_heads());
    transpose(w_.gradient.data, p_.head_width, w_flipped_.gradient.data, p_.head_width, p_.head_width, p_.head_width);
  }

 private:
  ScoreTensor w_, w_flipped_;  // [D, D]; Wᵀ
  Projection projection_;
  Side q_;
  HeadRows from_q_;
};

}  // namespace

std::unique_ptr<AttentionKernel> make_general_attention(const AttentionProblem& problem,
                                                        std::span<const ScoreTensor> learned, Arena& arena,
                                                        Kernel kernel) {
  return std::make_unique<GeneralAttention>(problem, learned[0], arena, kernel);
}

}  // namespace lab
