#include "core/gpu/gl_attention.h"

#include <cmath>

#include "core/base/error.h"
#include "core/base/named.h"
#include "core/gpu/gl_engine.h"

namespace lab {

namespace {

constexpr int64_t kFloat = sizeof(float);

GlMatrices matrix(GlRange range, int64_t columns) { return GlMatrices::rows(range, columns); }

// Rows [B, H, tokens, width] on the GPU that a score prepared, and their gradients.
struct Prepared {
  Prepared(const AttentionProblem& p, int tokens, int width)
      : value(int64_t{p.batch} * p.heads * tokens * width * kFloat),
        gradient(value.bytes()),
        rows(GlMemory::rows(value, p.heads, tokens, width)),
        d_rows(GlMemory::rows(gradient, p.heads, tokens, width)) {}
  GlBuffer value, gradient;
  GlRows rows, d_rows;
};

// What scores have in common: queries and keys are prepared, a kernel attends, the gradients are taken back.
class GlAttention : public AttentionKernel {
 public:
  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    const GlMemory& m = engine_.memory;
    from_q_ = m.rows(q, p_, p_.queries(), p_.head_width);
    from_k_ = m.rows(k, p_, p_.keys(), p_.head_width);
    prepare();
    kernel_->forward(query(), key(), m.rows(v, p_, p_.keys(), p_.head_width),
                     m.rows(out, p_, p_.queries(), p_.head_width));
  }
  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    const GlMemory& m = engine_.memory;
    const GlRows to_q = m.rows(dq, p_, p_.queries(), p_.head_width), to_k = m.rows(dk, p_, p_.keys(), p_.head_width);
    kernel_->backward(m.rows(d_out, p_, p_.queries(), p_.head_width), q_ ? q_->d_rows : to_q, k_ ? k_->d_rows : to_k,
                      m.rows(dv, p_, p_.keys(), p_.head_width));
    take_back(to_q, to_k);
  }
  void weights(Tensor to) const override { kernel_->weights(to); }
  int64_t weight_bytes() const override { return kernel_->weight_bytes(); }
  bool stages(int b, int h, AttentionStages& to) const override { return kernel_->stages(b, h, to); }
  bool gradients(int b, int h, AttentionGradients& to) const override { return kernel_->gradients(b, h, to); }

 protected:
  GlAttention(GlEngine& engine, const AttentionProblem& problem) : engine_(engine), p_(problem) {}
  // From from_q_ and from_k_ to q_ and k_, where there are such; and the way back.
  virtual void prepare() {}
  virtual void take_back(const GlRows& /*dq*/, const GlRows& /*dk*/) {}
  const GlRows& query() const { return q_ ? q_->rows : from_q_; }
  const GlRows& key() const { return k_ ? k_->rows : from_k_; }
  int64_t heads() const { return int64_t{p_.batch} * p_.heads; }
  GlRange range(Tensor tensor) const { return engine_.memory.range(tensor); }

  void attend(float scale, Kernel choice, const GlAdditive& additive = {}) {
    AttentionProblem problem = p_;
    problem.scale = scale;
    const bool tiles = choice == Kernel::kTiles && additive.width == 0 && p_.head_width <= gl::kWidestTiled &&
                       p_.map->tile() == gl::kTile;
    kernel_ = tiles ? make_gl_tile_attention(engine_, problem) : make_gl_pair_attention(engine_, problem, additive);
  }

  GlEngine& engine_;
  AttentionProblem p_;
  GlRows from_q_, from_k_;
  std::unique_ptr<Prepared> q_, k_;
  std::unique_ptr<GlKernel> kernel_;
};

using Learned = std::span<const ScoreTensor>;

// scaled_dot, dot: nothing to prepare
template <bool scaled>
class Dot final : public GlAttention {
 public:
  Dot(GlEngine& engine, const AttentionProblem& problem, Learned, Kernel choice) : GlAttention(engine, problem) {
    attend(scaled ? 1 / std::sqrt(static_cast<float>(problem.head_width)) : 1, choice);
  }
};

// cosine: s · (q/‖q‖)·(k/‖k‖)
class Cosine final : public GlAttention {
 public:
  Cosine(GlEngine& engine, const AttentionProblem& problem, Learned learned, Kernel choice)
      : GlAttention(engine, problem), scale_(learned[0]) {
    q_ = std::make_unique<Prepared>(problem, problem.queries(), problem.head_width);
    k_ = std::make_unique<Prepared>(problem, problem.keys(), problem.head_width);
    attend(1, choice);
  }

 private:
  void prepare() override {
    normalise(q_->rows, from_q_, p_.queries(), scale_.value);
    normalise(k_->rows, from_k_, p_.keys(), {});
  }
  void take_back(const GlRows& dq, const GlRows& dk) override {
    const int64_t rows = heads() * p_.queries();
    const GlRange shares = engine_.memory.scratch(1, rows);
    normalise_backward(dq, q_->d_rows, from_q_, p_.queries(), scale_.value, shares);
    normalise_backward(dk, k_->d_rows, from_k_, p_.keys(), {}, range({}));
    engine_.sum_rows(range(scale_.gradient), Into::kOverwrite, shares, rows, 1, 1);
  }
  void normalise(const GlRows& y, const GlRows& x, int tokens, Tensor scale) {
    normalise_.run(groups_for(heads() * tokens), {y.range, x.range, range(scale)},
                   {heads(), p_.heads, tokens, p_.head_width, bool(scale), y.at, y.batch, y.head, y.token, x.at,
                    x.batch, x.head, x.token});
  }
  void normalise_backward(const GlRows& dx, const GlRows& dy, const GlRows& x, int tokens, Tensor scale,
                          GlRange shares) {
    normalise_backward_.run(groups_for(heads() * tokens), {dx.range, dy.range, x.range, range(scale), shares},
                            {heads(), p_.heads, tokens, p_.head_width, bool(scale), dx.at, dx.batch, dx.head, dx.token,
                             dy.at, dy.batch, dy.head, dy.token, x.at, x.batch, x.head, x.token});
  }

  ScoreTensor scale_;
  Program& normalise_ = engine_.program("normalise");
  Program& normalise_backward_ = engine_.program("normalise_backward");
};

// general: qᵀ·W·k = (Wᵀ·q)·k. The query is projected, the key is as it was.
class General final : public GlAttention {
 public:
  General(GlEngine& engine, const AttentionProblem& problem, Learned learned, Kernel choice)
      : GlAttention(engine, problem), w_(learned[0]) {
    q_ = std::make_unique<Prepared>(problem, problem.queries(), problem.head_width);
    attend(1, choice);
  }

 private:
  // rows · W, or · Wᵀ on the way back; then dW [D, D] = Σ over heads of xᵀ · dy
  void prepare() override {
    const int64_t d = p_.head_width;
    engine_.product(Into::kOverwrite, GlMatrices::heads(q_->rows), GlMatrices::heads(from_q_),
                    matrix(range(w_.value), d), {p_.queries(), d, d, heads(), p_.heads});
  }
  void take_back(const GlRows& dq, const GlRows&) override {
    const int64_t d = p_.head_width;
    engine_.product(Into::kOverwrite, GlMatrices::heads(dq), GlMatrices::heads(q_->d_rows),
                    GlMatrices::transposed(range(w_.value), d), {p_.queries(), d, d, heads(), p_.heads});
    GlMatrices partial = matrix(engine_.memory.scratch(1, heads() * d * d), d);
    partial.outer = p_.heads * d * d;
    partial.inner = d * d;
    engine_.product(Into::kOverwrite, partial, GlMatrices::heads_transposed(from_q_), GlMatrices::heads(q_->d_rows),
                    {d, d, p_.queries(), heads(), p_.heads});
    engine_.sum_rows(range(w_.gradient), Into::kOverwrite, partial.range, heads(), d * d, d * d);
  }

  ScoreTensor w_;  // [D, D]
};

// additive: vᵀ·tanh(Wq·q + Wk·k)
class Additive final : public GlAttention {
 public:
  Additive(GlEngine& engine, const AttentionProblem& problem, Learned learned, Kernel choice)
      : GlAttention(engine, problem), wq_(learned[0]), wk_(learned[1]), inner_(wq_.value.shape[0]) {
    const int width = static_cast<int>(inner_);
    q_ = std::make_unique<Prepared>(problem, problem.queries(), width);
    k_ = std::make_unique<Prepared>(problem, problem.keys(), width);
    attend(1, choice, {width, learned[2].value, learned[2].gradient});
  }

 private:
  void prepare() override {
    project(q_->rows, from_q_, wq_, p_.queries());
    project(k_->rows, from_k_, wk_, p_.keys());
  }
  void take_back(const GlRows& dq, const GlRows& dk) override {
    project_backward(dq, q_->d_rows, from_q_, wq_, p_.queries());
    project_backward(dk, k_->d_rows, from_k_, wk_, p_.keys());
  }
  // y = x · wᵀ, w [A, D]
  void project(const GlRows& y, const GlRows& x, const ScoreTensor& w, int64_t tokens) {
    engine_.product(Into::kOverwrite, GlMatrices::heads(y), GlMatrices::heads(x),
                    GlMatrices::transposed(range(w.value), p_.head_width),
                    {tokens, inner_, p_.head_width, heads(), p_.heads});
  }
  // dx = dy · w, dw = Σ over heads of dyᵀ · x
  void project_backward(const GlRows& dx, const GlRows& dy, const GlRows& x, const ScoreTensor& w, int64_t tokens) {
    const int64_t d = p_.head_width, numbers = inner_ * d;
    engine_.product(Into::kOverwrite, GlMatrices::heads(dx), GlMatrices::heads(dy), matrix(range(w.value), d),
                    {tokens, d, inner_, heads(), p_.heads});
    GlMatrices partial = matrix(engine_.memory.scratch(1, heads() * numbers), d);
    partial.outer = p_.heads * numbers;
    partial.inner = numbers;
    engine_.product(Into::kOverwrite, partial, GlMatrices::heads_transposed(dy), GlMatrices::heads(x),
                    {inner_, d, tokens, heads(), p_.heads});
    engine_.sum_rows(range(w.gradient), Into::kOverwrite, partial.range, heads(), numbers, numbers);
  }

  ScoreTensor wq_, wk_;
  int64_t inner_;  // A
};

template <class Made>
std::unique_ptr<AttentionKernel> make(GlEngine& engine, const AttentionProblem& problem, Learned learned,
                                      Kernel choice) {
  return std::make_unique<Made>(engine, problem, learned, choice);
}

struct Row {
  std::string_view name;
  std::unique_ptr<AttentionKernel> (*make)(GlEngine&, const AttentionProblem&, Learned, Kernel);
};
constexpr Row kScores[] = {{"scaled_dot", make<Dot<true>>},
                           {"dot", make<Dot<false>>},
                           {"cosine", make<Cosine>},
                           {"general", make<General>},
                           {"additive", make<Additive>}};

// The stages where their numbers may be kept, since they can be looked at; tiles else.
Kernel choose(const AttentionProblem& problem, Kernel asked) {
  if (asked != Kernel::kAutomatic) return asked;
  if (problem.keep_stages) return Kernel::kPairs;
  constexpr int64_t kMostWeightBytes = int64_t{32} << 20;
  const int64_t bytes = problem.map->pairs() * problem.batch * problem.heads * kFloat;
  return bytes <= kMostWeightBytes ? Kernel::kPairs : Kernel::kTiles;
}

}  // namespace

std::unique_ptr<AttentionKernel> make_gl_attention(GlEngine& engine, std::string_view score,
                                                   const AttentionProblem& problem, Learned learned, Kernel kernel) {
  validate(problem);
  if (!problem.rules.empty()) throw Error("The GPU does not drop, punish or guide attention weights; the CPU does.");
  if (learned.size() != score_parameters(score, problem.head_width).size())
    throw Error("The score {} was given {} learned tensors.", score, learned.size());
  return find_named(kScores, score, "score on the GPU", &Row::name)
      .make(engine, problem, learned, choose(problem, kernel));
}

}  // namespace lab
