#pragma once
// GuidanceRule: attention guided from outside. For each guided query a target t over the keys, in proportion to how
// much they are to be looked at and over those that the query can see, enters the loss with the weights w of the
// softmax as
//
//   λ · mean KL(t ‖ w),   KL(t ‖ w) = Σ t·log(t / w),   so that d_score = λ · (w − t) · (share of this query)
//
// (Kullback and Leibler, 1951; as a loss on attention: Liu et al., "Neural machine translation with supervised
// attention", 2016). The mean is over the guided queries of all pictures (or texts), heads and layers; a query that
// sees no key of the target is not guided.

#include <vector>

#include "core/attention/attention.h"
#include "core/attention/guidance.h"
#include "core/base/simd.h"

namespace lab {

class GuidanceRule final : public RowRule {
 public:
  /// The rules of all layers and runs of heads of one model, over which the mean is.
  using Family = std::vector<const GuidanceRule*>;

  /// `problem` is of heads `first_head` … of a layer; the rule joins the family, which must outlive it.
  GuidanceRule(const AttentionProblem& problem, const Guidance& guidance, int first_head, Family& family, Arena& arena);

  void on_weights(const QueryRow& row, float* weights) override;
  void start_backward() override;
  void on_scores_backward(const QueryRow& row, const float* weights, float* d_scores) override;

  /// Sums over the guided queries of the last forward: their number, KL(t ‖ w), and Σ w over the keys of the target.
  struct Sums {
    double queries = 0, divergence = 0, on_target = 0;
  };
  Sums sums() const;
  static Sums sums(const Family& family);

 private:
  struct LaneSums {
    Lanes queries, divergence, on_target;
  };
  bool guides(int query) const { return guidance_.all_queries || query < std::max(problem_.map->geometry().prefix, 1); }
  void lay_out(int64_t group);
  const float* targets_of(int64_t group, int query) const;
  // Calls body(number in the row, targets of the pair); gives the sum of the targets that each lane's query sees.
  template <class Body>
  Lanes each_target(const QueryRow& row, const float* weights, const Body& body) const;

  AttentionProblem problem_;
  const Guidance& guidance_;
  int first_head_;
  Family& family_;
  int rows_;                    // N by query, else 1
  float* targets_;              // [groups, rows, M, kLanes]
  std::vector<LaneSums> sums_;  // [groups]
  float share_ = 0;             // λ / number of guided queries
};

}  // namespace lab
