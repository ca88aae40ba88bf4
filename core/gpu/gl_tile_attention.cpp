// Attention for long sequences, tile by tile: no weights are stored, the way back computes them again. A tile of
// the map is a square of bits, a word for each query, so that ragged patterns cost what they have.

#include <algorithm>
#include <array>
#include <cmath>

#include "core/gpu/gl_attention.h"
#include "core/gpu/gl_engine.h"

namespace lab {

namespace {

static_assert(gl::kTile == 32, "a query's keys in a tile are the bits of one word");

struct Square {
  int query_tile, key_tile;
  std::array<uint32_t, gl::kTile> words;  // by query: which keys exist
};

std::vector<Square> squares_of(const TileMap& map) {
  std::vector<Square> squares;
  for (int t = 0; t < map.query_tiles(); ++t)
    for (const KeyTile& tile : map.tiles(t)) {
      Square square{t, tile.index, {}};
      for (int r = 0; r < std::min(gl::kTile, map.queries() - t * gl::kTile); ++r)
        for (const KeyRun& run : map.runs(t * gl::kTile + r)) {
          const int begin = std::clamp(run.begin - tile.index * gl::kTile, 0, gl::kTile);
          const int end = std::clamp(run.end - tile.index * gl::kTile, 0, gl::kTile);
          if (begin < end) square.words[r] |= ~uint32_t{0} >> (gl::kTile - (end - begin)) << begin;
        }
      squares.push_back(square);
    }
  return squares;
}

// The lists of all tiles of one side, as the shaders read them (attention_tiles.comp), and the lengths after them.
struct TileLists {
  TileLists(std::vector<Square> squares, int Square::*own, int Square::*other, int tiles,
            std::span<const int> lengths) {
    std::stable_sort(squares.begin(), squares.end(), [&](const Square& a, const Square& b) { return a.*own < b.*own; });
    std::vector<uint32_t> lists(tiles + 1);
    size_t next = 0;
    for (int tile = 0; tile < tiles; ++tile) {
      lists[tile] = static_cast<uint32_t>(lists.size());
      for (; next < squares.size() && squares[next].*own == tile; ++next) {
        lists.push_back(squares[next].*other);
        lists.insert(lists.end(), squares[next].words.begin(), squares[next].words.end());
      }
    }
    lists[tiles] = static_cast<uint32_t>(lists.size());
    if (!lengths.empty()) lengths_at = static_cast<int>(lists.size());
    lists.insert(lists.end(), lengths.begin(), lengths.end());
    buffer = std::make_unique<GlBuffer>(lists.size() * sizeof(uint32_t), lists.data());
  }
  std::unique_ptr<GlBuffer> buffer;
  int lengths_at = 0;
};

class GlTileAttention final : public GlKernel {
 public:
  GlTileAttention(GlEngine& engine, const AttentionProblem& problem)
      : engine_(engine),
        p_(problem),
        lengths_(problem.key_lengths.begin(), problem.key_lengths.end()),
        heads_(problem.batch * problem.heads),
        query_tiles_(problem.map->query_tiles()),
        key_tiles_((problem.keys() + gl::kTile - 1) / gl::kTile),
        by_query_(squares_of(*problem.map), &Square::query_tile, &Square::key_tile, query_tiles_, lengths_),
        by_key_(squares_of(*problem.map), &Square::key_tile, &Square::query_tile, key_tiles_, lengths_),
        kept_(int64_t{heads_} * problem.queries() * 3 * sizeof(float)) {
    engine.memory.check_size(by_query_.buffer->bytes());
  }

  void forward(const GlRows& q, const GlRows& k, const GlRows& v, const GlRows& out) override {
    q_ = q;
    k_ = k;
    v_ = v;
    out_ = out;
    forward_.run(heads_ * query_tiles_,
                 {out.range, kept_.range(), q.range, k.range, v.range, by_query_.buffer->range()},
                 {p_.heads, p_.queries(), p_.keys(), p_.head_width, p_.scale, by_query_.lengths_at,
                  out.at,   out.batch,    out.head,  out.token,     q.at,     q.batch,
                  q.head,   q.token,      k.at,      k.batch,       k.head,   k.token,
                  v.at,     v.batch,      v.head,    v.token},
                 work(2, query_tiles_));
  }

  void backward(const GlRows& d_out, const GlRows& dq, const GlRows& dk, const GlRows& dv) override {
    along_.run(groups_for(int64_t{heads_} * p_.queries()), {kept_.range(), out_.range, d_out.range},
               {heads_, p_.heads, p_.queries(), p_.head_width, out_.at, out_.batch, out_.head, out_.token, d_out.at,
                d_out.batch, d_out.head, d_out.token});
    dq_.run(heads_ * query_tiles_,
            {dq.range, q_.range, k_.range, v_.range, d_out.range, kept_.range(), by_query_.buffer->range()},
            {p_.heads,   p_.queries(), p_.keys(), p_.head_width, p_.scale, by_query_.lengths_at,
             dq.at,      dq.batch,     dq.head,   dq.token,      q_.at,    q_.batch,
             q_.head,    q_.token,     k_.at,     k_.batch,      k_.head,  k_.token,
             v_.at,      v_.batch,     v_.head,   v_.token,      d_out.at, d_out.batch,
             d_out.head, d_out.token},
            work(3, query_tiles_));
    dkv_.run(heads_ * key_tiles_,
             {dk.range, dv.range, q_.range, k_.range, v_.range, d_out.range, kept_.range(), by_key_.buffer->range()},
             {p_.heads, p_.queries(), p_.keys(), p_.head_width, p_.scale,   by_key_.lengths_at, dk.at, dk.batch,
              dk.head,  dk.token,     dv.at,     dv.batch,      dv.head,    dv.token,           q_.at, q_.batch,
              q_.head,  q_.token,     k_.at,     k_.batch,      k_.head,    k_.token,           v_.at, v_.batch,
              v_.head,  v_.token,     d_out.at,  d_out.batch,   d_out.head, d_out.token},
             work(4, key_tiles_));
  }

  // They were never stored: the host computes them again from the same queries and keys, for the eye.
  void weights(Tensor to) const override {
    const std::vector<float> q = rows_of(q_, p_.queries()), k = rows_of(k_, p_.keys());
    std::vector<float> kept(int64_t{heads_} * p_.queries() * 3);
    kept_.read(0, kept_.bytes(), kept.data());
    std::fill(to.begin(), to.end(), 0.0f);
    for (int head = 0; head < heads_; ++head)
      for (int i = 0; i < p_.queries(); ++i) {
        const int64_t row = int64_t{head} * p_.queries() + i;
        for (const KeyRun& run : p_.map->runs(i))
          for (int j = run.begin; j < std::min(run.end, length(head / p_.heads)); ++j) {
            float score = 0;
            for (int d = 0; d < p_.head_width; ++d)
              score += q[row * p_.head_width + d] * k[(int64_t{head} * p_.keys() + j) * p_.head_width + d];
            to[row * p_.keys() + j] = std::exp(p_.scale * score - kept[row * 3]) * kept[row * 3 + 1];
          }
      }
  }

  int64_t weight_bytes() const override { return kept_.bytes(); }

 private:
  int length(int b) const { return lengths_.empty() ? p_.keys() : lengths_[b]; }

  // Multiply-adds of a workgroup, about: `products` of each pair of its tiles.
  int64_t work(int products, int tiles) const {
    return std::max<int64_t>(p_.map->tile_pairs() / tiles, 1) * p_.head_width * products;
  }

  // Rows on the GPU to the host, [B·H, tokens, D].
  std::vector<float> rows_of(const GlRows& rows, int tokens) const {
    std::vector<float> all(rows.range.bytes / sizeof(float)), result;
    engine_.memory.read(rows.range, all.data());
    for (int head = 0; head < heads_; ++head)
      for (int n = 0; n < tokens; ++n) {
        const auto row =
            all.begin() + rows.at + head / p_.heads * rows.batch + head % p_.heads * rows.head + n * rows.token;
        result.insert(result.end(), row, row + p_.head_width);
      }
    return result;
  }

  GlEngine& engine_;
  AttentionProblem p_;
  std::vector<int> lengths_;
  int heads_, query_tiles_, key_tiles_;
  TileLists by_query_, by_key_;
  GlBuffer kept_;           // [B·H, N, 3] largest score, 1 / sum, Σ d_out · out
  GlRows q_, k_, v_, out_;  // of the latest forward
  Program& forward_ = engine_.program("attention_tiles", gl::tile_sizes());
  Program& along_ = engine_.program("attention_tiles_along");
  Program& dq_ = engine_.program("attention_tiles_dq", gl::tile_sizes());
  Program& dkv_ = engine_.program("attention_tiles_dkv", gl::tile_sizes());
};

}  // namespace

std::unique_ptr<GlKernel> make_gl_tile_attention(GlEngine& engine, const AttentionProblem& problem) {
  return std::make_unique<GlTileAttention>(engine, problem);
}

}  // namespace lab
