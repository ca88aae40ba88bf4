#pragma once
// Multi-head attention over a pattern: out = softmax(scale · q·kᵀ over the pairs that exist) · v
// (Vaswani et al., 2017, equation 1, with the pairs given by a TileMap).
//
// Two kernels with one interface. `kPairs` walks every query's own runs of keys and keeps the
// weights: made for short sequences that are looked at. `kTiles` walks tiles of keys and recomputes
// the weights on the way back (Dao, "FlashAttention-2", 2023): made for long ones; it never stores
// N × M numbers. Neither multiplies a pair or tile that does not exist.
//
//   Attention attention(problem, arena);      // 1. all memory is taken here
//   attention.forward(q, k, v, out);          // 2. a step
//   attention.backward(d_out, dq, dk, dv);    // 3. its gradients
//   attention.weights(tensor);                // 4. for the eye: [B, H, N, M], absent pairs 0

#include <cstdint>
#include <memory>
#include <span>

#include "core/attention/row_rule.h"
#include "core/attention/stages.h"
#include "core/attention/tile_map.h"
#include "core/base/arena.h"

namespace lab {

/// The rows of one of q, k, v, out: number d of (b, h, n) is at data[b·batch + h·head + n·token + d].
/// So one type reads [B, H, N, D] and a third of [B, N, 3C] alike.
struct HeadRows {
  float* data = nullptr;
  int64_t batch = 0, head = 0, token = 0;

  /// Of a tensor [B, H, N, D].
  static HeadRows of(Tensor tensor);
  /// Of one part of a joint projection [B, N, parts·C]: of three, 0 is q, 1 k and 2 v.
  static HeadRows of_joint(Tensor projected, int heads, int part, int parts = 3);
  /// Of a tensor [B, N, C], C = H·D.
  static HeadRows of_tokens(Tensor tokens, int heads);
  /// The same without the first `heads` heads.
  HeadRows from(int heads) const { return {data + heads * head, batch, head, token}; }
  float* row(int64_t b, int64_t h, int64_t n) const { return data + b * batch + h * head + n * token; }
};

/// Scores Σ v·tanh(q + k) instead of q·k (Bahdanau, Cho and Bengio, 2015, with q and k projected before).
struct AdditiveScore {
  int width = 0;             // A, of q and k; 0: the score is a dot product
  const float* v = nullptr;  // [A]
  float* dv = nullptr;       // [A], overwritten on the way back
};

/// Hierarchical attention: each query attends within a few blocks of keys (see hierarchical_attention.h).
struct BlockChoice {
  int block = 0;   // keys, on a grid so many patches a side; 0: as KeyBlocks has it
  int chosen = 0;  // blocks of each query; 0: it attends to all pairs that exist
};

struct AttentionProblem {
  int batch = 0;       // B
  int heads = 0;       // H
  int head_width = 0;  // D
  float scale = 1;     // multiplies q·k; 1/√D for scaled dot
  TileMapPtr map;      // N × M
  /// Keys at or beyond a picture's or sentence's length do not exist; empty, or B lengths, which must outlive the
  /// kernel. They may change from forward to forward where it is said so; only the processor's kernels can.
  std::span<const int> key_lengths = {};
  bool lengths_change = false;
  AdditiveScore additive = {};
  /// What else happens to scores and weights; only the pairs kernel, which keeps them, follows rules.
  std::span<RowRule* const> rules = {};
  /// For stages() and gradients(): what they show is kept and each stage is timed. Only the pairs kernel can.
  bool keep_stages = false;
  BlockChoice blocks = {};

  int queries() const { return map->queries(); }
  int keys() const { return map->keys(); }
  /// The width of q and k; v and out are D wide.
  int score_width() const { return additive.width > 0 ? additive.width : head_width; }
};

/// Where a head has learned no figure.
constexpr float kNoFigure = -1;

/// Rows with no key give zeros and pass no gradient.
class AttentionKernel {
 public:
  virtual ~AttentionKernel() = default;
  virtual void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) = 0;
  /// Overwrites dq, dk and dv. Follows a forward with the same q, k and v.
  virtual void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) = 0;
  /// The weights of the last forward, to the host, [B, H, N, M]; pairs that do not exist are 0.
  virtual void weights(Tensor to) const = 0;
  /// Bytes kept between forward and backward to remember the weights.
  virtual int64_t weight_bytes() const = 0;
  /// The inside of the latest forward for picture b and head h; false where a kernel has no such stages.
  virtual bool stages(int /*b*/, int /*h*/, AttentionStages& /*to*/) const { return false; }
  /// The same of the backward after it.
  virtual bool gradients(int /*b*/, int /*h*/, AttentionGradients& /*to*/) const { return false; }
  /// What a head's strategy has learned in one figure: its reach, its temperature.
  virtual float learned_figure(int /*head*/) const { return kNoFigure; }
};

enum class Kernel { kAutomatic, kPairs, kTiles };

/// What kAutomatic means: pairs for short sequences with enough heads to fill the vector lanes, and wherever
/// there are rules.
Kernel choose_kernel(const AttentionProblem& problem);
/// Whether keeping stages leaves the choice, and so every bit of what is computed, as it is without, on every device.
bool keeps_stages_anyway(AttentionProblem problem);

/// Throws Error where sizes are below 1 or lengths are outside 0 … M.
void validate(const AttentionProblem& problem);

/// The most bytes of weights that one layer with rules may keep.
constexpr int64_t kMostRuledBytes = int64_t{512} << 20;
/// Throws Error, with the size, where rules would need more.
void check_rules_fit(const AttentionProblem& problem);

/// Hierarchical where problem.blocks says so, whatever the kernel. Throws Error where validate and check_rules_fit do.
std::unique_ptr<AttentionKernel> make_attention(const AttentionProblem& problem, Arena& arena,
                                                Kernel kernel = Kernel::kAutomatic);
std::unique_ptr<AttentionKernel> make_pair_attention(const AttentionProblem& problem, Arena& arena);
std::unique_ptr<AttentionKernel> make_tile_attention(const AttentionProblem& problem, Arena& arena);

/// Multiply-adds of one training step of one layer: a pair takes D for the score and D for the mix, and twice
/// as many on the way back (d_weight, dv, dq, dk); where the score has another width than D, that for D.
int64_t attention_multiply_adds(const AttentionProblem& problem);

}  // namespace lab
