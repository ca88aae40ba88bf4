#pragma once
// Intervention: a change that a viewer makes to attention in a model that is read or tested, to see what depends on it.
// Training knows nothing of it: weights learn as if it were not there, so taking it back leaves no trace. Gradients go
// through a changed model where an answer of it is explained.
//
//   kTemperature  softmax(amount · s): above 1 sharper, below flatter
//   kUniform      softmax(0): every key has the same weight
//   kMask         a key is there for no one: its score is −∞
//   kWeight       a query's weight on a key is the amount, and its others are scaled so that all still sum to 1
//   kOff          all weights are 0: the head adds nothing
//
// An amount of 0 takes a mask, kUniform and kOff back, one of 1 a temperature. They are carried out in this order,
// whatever the order they came in. Keys that do not exist stay away. A row whose keys are all masked is 0; a weight
// that has nothing beside it stays as it is.

#include <memory>
#include <span>
#include <string>

#include "core/attention/attending.h"
#include "core/attention/attention.h"

namespace lab {

struct Intervention {
  enum class What { kTemperature, kUniform, kMask, kWeight, kOff };
  What what = What::kOff;
  int lane = 0;
  int layer = -1, head = -1;  // counted from 0; −1: all
  float amount = 1;
  int query = -1, key = -1;                  // tokens; kMask: the key, kWeight: both
  Attending attending = Attending::kTokens;  // which attention it is in
  bool operator==(const Intervention&) const = default;

  /// Whether it changes anything.
  bool active() const { return what == What::kWeight || amount != (what == What::kTemperature ? 1.0f : 0.0f); }
  bool touches(int of_layer, int of_head) const {
    return (layer < 0 || layer == of_layer) && (head < 0 || head == of_head);
  }
};

/// "layer 1, head 2 switched off"; tokens by the names given.
std::string text(const Intervention& intervention, const std::string& query, const std::string& key);

/// The rules of a model, which carry interventions out; they live as long as this.
class InterventionRules {
 public:
  InterventionRules();
  InterventionRules(InterventionRules&&) noexcept;
  ~InterventionRules();

  /// For heads `first_head` … of `layer` of that attention, which `problem` is of; none where nothing touches them.
  /// `arena`: null where there is no way back, which needs the softmax's own weights.
  std::span<RowRule* const> add(const AttentionProblem& problem, int layer, int first_head,
                                std::span<const Intervention> all, Attending attending = Attending::kTokens,
                                Arena* arena = nullptr);

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace lab
