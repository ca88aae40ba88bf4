#include "core/attention/scored_attention.h"

#include "core/attention/projection.h"

namespace lab {

namespace {

// additive: vᵀ·tanh(Wq·q + Wk·k)
class AdditiveAttention final : public PreparedAttention {
 public:
  AdditiveAttention(AttentionProblem problem, std::span<const ScoreTensor> learned, Arena& arena, Kernel kernel)
      : PreparedAttention(problem),
        query_(learned[0], all_heads(), arena),
        key_(learned[1], all_heads(), arena),
        q_(make_side(arena, p_.queries(), query_.out())),
        k_(make_side(arena, p_.keys(), key_.out())) {
    problem.scale = 1;
    problem.additive = {query_.out(), learned[2].value.data, learned[2].gradient.data};
    inner_ = make_attention(problem, arena, kernel);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    from_q_ = q;
    from_k_ = k;
    query_.prepare();
    key_.prepare();
    each_head([&](int64_t head) {
      query_.forward(row(q_.rows(), head, 0), row(q, head, 0), q.token, p_.queries());
      key_.forward(row(k_.rows(), head, 0), row(k, head, 0), k.token, p_.keys());
    });
    inner_->forward(q_.rows(), k_.rows(), v, out);
  }

  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    inner_->backward(d_out, q_.gradient_rows(), k_.gradient_rows(), dv);
    each_head([&](int64_t head) {
      query_.backward(row(dq, head, 0), dq.token, row(q_.gradient_rows(), head, 0), row(from_q_, head, 0),
                      from_q_.token, p_.queries(), head);
      key_.backward(row(dk, head, 0), dk.token, row(k_.gradient_rows(), head, 0), row(from_k_, head, 0), from_k_.token,
                    p_.keys(), head);
    });
    query_.finish(all_heads());
    key_.finish(all_heads());
  }

 private:
  Projection query_, key_;
  Side q_, k_;
  HeadRows from_q_, from_k_;
};

}  // namespace

std::unique_ptr<AttentionKernel> make_additive_attention(const AttentionProblem& problem,
                                                         std::span<const ScoreTensor> learned, Arena& arena,
                                                         Kernel kernel) {
  return std::make_unique<AdditiveAttention>(problem, learned, arena, kernel);
}

}  // namespace lab
