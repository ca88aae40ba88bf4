#include <vector>

#include "core/attention/strategy_parts.h"

namespace lab {

namespace {

class RuledAttention final : public PreparedAttention {
 public:
  RuledAttention(std::unique_ptr<StrategyRule> rule, std::string_view score, AttentionProblem problem,
                 std::span<const ScoreTensor> learned, Arena& arena, Kernel kernel)
      : PreparedAttention(problem), rule_(std::move(rule)), rules_{rule_.get()} {
    rules_.insert(rules_.end(), problem.rules.begin(), problem.rules.end());
    problem.rules = rules_;
    inner_ = make_scored_attention(score, problem, learned, arena, kernel);
  }

  void forward(HeadRows q, HeadRows k, HeadRows v, HeadRows out) override {
    rule_->start_forward();
    inner_->forward(q, k, v, out);
  }
  void backward(HeadRows d_out, HeadRows dq, HeadRows dk, HeadRows dv) override {
    inner_->backward(d_out, dq, dk, dv);
  }
  float learned_figure(int head) const override { return rule_->learned_figure(head); }

 private:
  std::unique_ptr<StrategyRule> rule_;
  std::vector<RowRule*> rules_;
};

}  // namespace

std::unique_ptr<AttentionKernel> make_ruled_attention(std::unique_ptr<StrategyRule> rule, std::string_view score,
                                                      const AttentionProblem& problem,
                                                      std::span<const ScoreTensor> learned, Arena& arena,
                                                      Kernel kernel) {
  return std::make_unique<RuledAttention>(std::move(rule), score, problem, learned, arena, kernel);
}

}  // namespace lab
