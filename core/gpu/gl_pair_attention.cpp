// Attention for short sequences, in the three stages of the lesson: QKᵀ, softmax, mix, each a shader with a buffer
// of its own. Numbers are kept for the pairs that exist and no others, as a list that two tables describe: by
// query for the way there and dq, by key for dk and dv.

#include <algorithm>
#include <array>
#include <limits>

#include "core/base/error.h"
#include "core/gpu/gl_attention.h"
#include "core/gpu/gl_engine.h"

namespace lab {

namespace {

constexpr int kMostTokens = 65535;  // a pair is two numbers of 16 bits

// The pairs of a map, as the shaders read them.
struct PairTables {
  explicit PairTables(const TileMap& map) {
    std::vector<uint32_t> all;
    std::vector<int> begins{0}, key_begins(map.keys() + 1), by_key(map.pairs());
    all.reserve(map.pairs());
    for (int i = 0; i < map.queries(); ++i) {
      for (const KeyRun& run : map.runs(i))
        for (int j = run.begin; j < run.end; ++j) all.push_back(static_cast<uint32_t>(i) << 16 | j);
      begins.push_back(static_cast<int>(all.size()));
    }
    for (uint32_t pair : all) ++key_begins[key_of(pair) + 1];
    for (int j = 0; j < map.keys(); ++j) key_begins[j + 1] += key_begins[j];
    std::vector<int> next(key_begins.begin(), key_begins.end() - 1);
    for (size_t pair = 0; pair < all.size(); ++pair) by_key[next[key_of(all[pair])]++] = static_cast<int>(pair);
    pairs = on_gpu(all);
    first = on_gpu(begins);
    turned_first = on_gpu(key_begins);
    turned = on_gpu(by_key);
  }

  static int key_of(uint32_t pair) { return static_cast<int>(pair & 0xFFFF); }
  template <class Number>
  static std::unique_ptr<GlBuffer> on_gpu(const std::vector<Number>& numbers) {
    return std::make_unique<GlBuffer>(numbers.size() * sizeof(Number), numbers.data());
  }

  std::unique_ptr<GlBuffer> pairs;                 // [pairs] query · 65536 + key
  std::unique_ptr<GlBuffer> first;                 // [N + 1] where each query's begin
  std::unique_ptr<GlBuffer> turned_first, turned;  // [M + 1], [pairs]: the same by key
};

gl::Defines with_additive(int mode) { return {{"THREADS", gl::kThreads}, {"ADDITIVE", mode}}; }
gl::Defines mix(int turned, int additive) {
  return {{"THREADS", gl::kThreads}, {"TURNED", turned}, {"ADDITIVE", additive}};
}

class GlPairAttention final : public GlKernel {
 public:
  GlPairAttention(GlEngine& engine, const AttentionProblem& problem, const GlAdditive& additive)
      : engine_(engine),
        p_(problem),
        additive_(additive),
        heads_(problem.batch * problem.heads),
        pairs_(problem.map->pairs()),
        score_width_(additive.width > 0 ? additive.width : problem.head_width),
        has_lengths_(!problem.key_lengths.empty()),
        tables_(*problem.map),
        lengths_(problem.key_lengths.size() * sizeof(int), problem.key_lengths.data()),
        scores_(heads_ * pairs_ * sizeof(float)),
        weights_(heads_ * pairs_ * sizeof(float)),
        long_rows_(pairs_ > int64_t{gl::kLongRow} * p_.queries()),
        softmax_(engine.program("softmax", gl::row_sizes(long_rows_))),
        softmax_backward_(engine.program("softmax_backward", gl::row_sizes(long_rows_))) {}

  void forward(const GlRows& q, const GlRows& k, const GlRows& v, const GlRows& out) override {
    q_ = q;
    k_ = k;
    v_ = v;
    out_ = out;
    mark(AttentionStages::kScores);
    score(additive_.width > 0 ? additive_scores_ : dot_scores_, scores_, q, k, score_width_, p_.scale);
    mark(AttentionStages::kSoftmax);
    softmax_.run(soft_groups(), {weights_.range(), scores_.range(), tables_.first->range()},
                 {heads_, p_.queries(), pairs_});
    mark(AttentionStages::kMix);
    gather(mix_, out, weights_, v, p_.head_width, 1);
    mark(AttentionStages::kCount);
  }

  void backward(const GlRows& d_out, const GlRows& dq, const GlRows& dk, const GlRows& dv) override {
    make_gradients();
    dq_ = dq;
    dk_ = dk;
    dv_ = dv;
    gather_turned(mix_turned_, dv, weights_, d_out, p_.head_width, 1);
    score(dot_scores_, *d_weights_, d_out, v_, p_.head_width, 1);
    softmax_backward_.run(soft_groups(),
                          {d_scores().range(), weights_.range(), d_weights_->range(), tables_.first->range()},
                          {heads_, p_.queries(), pairs_});
    if (additive_.width > 0) return additive_backward(dq, dk);
    gather(mix_, dq, d_scores(), k_, score_width_, p_.scale);
    gather_turned(mix_turned_, dk, d_scores(), q_, score_width_, p_.scale);
  }

  void weights(Tensor to) const override {
    std::vector<float> pair_weights(heads_ * pairs_);
    weights_.read(0, weights_.bytes(), pair_weights.data());
    std::fill(to.begin(), to.end(), 0.0f);
    auto from = pair_weights.begin();
    for (int64_t row = 0; row < int64_t{heads_} * p_.queries(); ++row)
      for (const KeyRun& run : p_.map->runs(static_cast<int>(row % p_.queries())))
        for (int j = run.begin; j < run.end; ++j) to[row * p_.keys() + j] = *from++;
  }

  int64_t weight_bytes() const override { return weights_.bytes(); }

  bool stages(int b, int h, AttentionStages& to) const override {
    if (!p_.keep_stages) return false;
    to.queries = p_.queries();
    to.keys = p_.keys();
    to.score_width = score_width_;
    to.head_width = p_.head_width;
    to.scale = p_.scale;
    to.additive.resize(additive_.width);
    if (additive_.width > 0) engine_.memory.read(engine_.memory.range(additive_.v), to.additive.data());
    to.q = one_head(q_, b, h, p_.queries(), score_width_);
    to.k = one_head(k_, b, h, p_.keys(), score_width_);
    to.v = one_head(v_, b, h, p_.keys(), p_.head_width);
    to.out = one_head(out_, b, h, p_.queries(), p_.head_width);
    to.scores = one_head(scores_, b * p_.heads + h, -std::numeric_limits<float>::infinity());
    to.weights = one_head(weights_, b * p_.heads + h, 0);
    for (int stage = 0; stage < AttentionStages::kCount; ++stage)
      to.seconds[stage] = engine_.clock.seconds(marks_[stage], marks_[stage + 1]);
    to.workgroups = {groups_for(heads_ * pairs_), soft_groups(),
                     groups_for(int64_t{heads_} * p_.queries() * p_.head_width)};
    return true;
  }

  bool gradients(int b, int h, AttentionGradients& to) const override {
    if (!d_scores_) return false;
    to.d_weights = one_head(*d_weights_, b * p_.heads + h, 0);
    if (has_lengths_)  // where there is no key a weight of 0 makes any gradient good
      for (size_t pair = 0; pair < to.d_weights.size(); ++pair)
        if (static_cast<int>(pair % p_.keys()) >= p_.key_lengths[b]) to.d_weights[pair] = 0;
    to.d_scores = one_head(*d_scores_, b * p_.heads + h, 0);
    to.dq = one_head(dq_, b, h, p_.queries(), score_width_);
    to.dk = one_head(dk_, b, h, p_.keys(), score_width_);
    to.dv = one_head(dv_, b, h, p_.keys(), p_.head_width);
    return true;
  }

 private:
  GlBuffer& d_scores() const { return d_scores_ ? *d_scores_ : *d_weights_; }
  void make_gradients() {
    for (std::unique_ptr<GlBuffer>* buffer : {&d_weights_, &d_scores_})
      if (!*buffer && (buffer == &d_weights_ || p_.keep_stages)) *buffer = std::make_unique<GlBuffer>(weights_.bytes());
  }

  void mark(int stage) {
    if (p_.keep_stages) marks_[stage] = engine_.clock.mark();
  }

  // [tokens, width] of one head.
  std::vector<float> one_head(const GlRows& from, int b, int h, int tokens, int width) const {
    std::vector<float> all(from.range.bytes / sizeof(float)), rows;
    engine_.memory.read(from.range, all.data());
    for (int n = 0; n < tokens; ++n) {
      const auto row = all.begin() + from.at + b * from.batch + h * from.head + n * from.token;
      rows.insert(rows.end(), row, row + width);
    }
    return rows;
  }
  // [N, M] of one head's pairs.
  std::vector<float> one_head(const GlBuffer& from, int head, float absent) const {
    std::vector<float> list(pairs_), matrix(static_cast<size_t>(p_.queries()) * p_.keys(), absent);
    from.read(head * pairs_ * sizeof(float), pairs_ * sizeof(float), list.data());
    auto pair = list.begin();
    for (int i = 0; i < p_.queries(); ++i)
      for (const KeyRun& run : p_.map->runs(i))
        for (int j = run.begin; j < run.end; ++j) matrix[static_cast<size_t>(i) * p_.keys() + j] = *pair++;
    return matrix;
  }

  int64_t soft_groups() const {
    const int64_t rows = int64_t{heads_} * p_.queries();
    return long_rows_ ? rows : row_groups(rows);
  }

  // scores = scale · q · k of every pair, or the additive score
  void score(Program& program, const GlBuffer& to, const GlRows& q, const GlRows& k, int width, float scale) {
    const bool lengths = has_lengths_ && &to == &scores_;  // on the way back a weight of 0 does it
    program.run(
        groups_for(heads_ * pairs_),
        {to.range(), q.range, k.range, tables_.pairs->range(), lengths_.range(), engine_.memory.range(additive_.v)},
        {heads_, p_.heads, pairs_, width, scale, lengths, q.at, q.batch, q.head, q.token, k.at, k.batch, k.head,
         k.token},
        int64_t{gl::kThreads} * width);
  }

  void gather(Program& program, const GlRows& to, const GlBuffer& weights, const GlRows& from, int width, float factor,
              const GlRows& own = {}) {
    run_mix(program, to, weights, from, width, factor, own, p_.queries(), *tables_.first);
  }
  void gather_turned(Program& program, const GlRows& to, const GlBuffer& weights, const GlRows& from, int width,
                     float factor, const GlRows& own = {}) {
    run_mix(program, to, weights, from, width, factor, own, p_.keys(), *tables_.turned_first);
  }
  void run_mix(Program& program, const GlRows& to, const GlBuffer& weights, const GlRows& from, int width, float factor,
               const GlRows& own, int rows, const GlBuffer& first) {
    const GlRange none = engine_.memory.range({});
    program.run(groups_for(int64_t{heads_} * rows * width),
                {to.range, weights.range(), from.range, first.range(), tables_.pairs->range(), tables_.turned->range(),
                 own.range.buffer ? own.range : none, engine_.memory.range(additive_.v)},
                {heads_, p_.heads, rows, pairs_, width, factor, to.at, to.batch, to.head, to.token, from.at, from.batch,
                 from.head, from.token, own.at, own.batch, own.head, own.token},
                gl::kThreads * std::max<int64_t>(pairs_ / rows, 1));
  }

  // score = Σ v · tanh(q + k), so with t = tanh(q + k): dq and dk = Σ d_score · v · (1 − t²), dv = Σ d_score · t
  void additive_backward(const GlRows& dq, const GlRows& dk) {
    gather(additive_q_, dq, d_scores(), k_, score_width_, 1, q_);
    gather_turned(additive_k_, dk, d_scores(), q_, score_width_, 1, k_);
    const int64_t rows = int64_t{heads_} * p_.queries();
    GlRows parts{engine_.memory.scratch(1, rows * score_width_), 0, p_.heads * p_.queries() * score_width_,
                 p_.queries() * score_width_, score_width_};
    gather(additive_v_, parts, d_scores(), k_, score_width_, 1, q_);
    engine_.sum_rows(engine_.memory.range(additive_.dv), Into::kOverwrite, parts.range, rows, score_width_,
                     score_width_);
  }

  GlEngine& engine_;
  AttentionProblem p_;
  GlAdditive additive_;
  int heads_;  // B·H
  int64_t pairs_;
  int score_width_;
  bool has_lengths_;
  PairTables tables_;
  GlBuffer lengths_;                     // [B]
  GlBuffer scores_, weights_;            // [B·H, pairs]
  std::unique_ptr<GlBuffer> d_weights_;  // the same; made on the first way back
  std::unique_ptr<GlBuffer> d_scores_;   // the same, for gradients(); else they take the place of d_weights_
  bool long_rows_;
  GlRows q_, k_, v_, out_;                                     // of the latest forward
  GlRows dq_, dk_, dv_;                                        // and of the backward after it
  std::array<uint64_t, AttentionStages::kCount + 1> marks_{};  // around each stage
  Program &softmax_, &softmax_backward_;
  Program& dot_scores_ = engine_.program("attention_scores", with_additive(0));
  Program& additive_scores_ = engine_.program("attention_scores", with_additive(1));
  Program& mix_ = engine_.program("attention_mix", mix(0, 0));
  Program& mix_turned_ = engine_.program("attention_mix", mix(1, 0));
  Program& additive_q_ = engine_.program("attention_mix", mix(0, 1));
  Program& additive_k_ = engine_.program("attention_mix", mix(1, 1));
  Program& additive_v_ = engine_.program("attention_mix", mix(0, 2));
};

}  // namespace

std::unique_ptr<GlKernel> make_gl_pair_attention(GlEngine& engine, const AttentionProblem& problem,
                                                 const GlAdditive& additive) {
  if (problem.queries() > kMostTokens || problem.keys() > kMostTokens)
    throw Error("The GPU keeps attention weights for at most {} tokens; the CPU keeps them.", kMostTokens);
  engine.memory.check_size(problem.map->pairs() * problem.batch * problem.heads * static_cast<int64_t>(sizeof(float)));
  return std::make_unique<GlPairAttention>(engine, problem, additive);
}

}  // namespace lab
