#include "core/train/alike.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vector>

namespace lab {

namespace {

bool reads_the_class_token(const Dataset& data) {
  return data.kind == ModelKind::kPictureClassifier ||
         (data.kind == ModelKind::kTextClassifier && data.class_token_sees_all);
}

/// What takes every row of the weights into the loss, or drops some of the class token's.
bool uses_all_rows(const Experiment& e) {
  return e.model.attention_dropout > 0 || e.penalties != PenaltySettings{} || e.guidance.target != "none";
}

/// What a head of the last layer does, but for the pattern where the weights come from queries and keys.
Spending of_the_class_token(Spending spending) {
  if (spending.strategy == Strategy{}) spending.pattern = {};
  return spending;
}

}  // namespace

bool alike(const Experiment& experiment, const Dataset& data, int a, int b) {
  const Lane &one = experiment.lanes[a], &other = experiment.lanes[b];
  if (!reads_the_class_token(data) || one.own != other.own || uses_all_rows(with_own(experiment, one.own)))
    return false;
  const int last = experiment.model.layers - 1;
  for (int layer = 0; layer <= last; ++layer)
    for (int head = 0; head < experiment.model.heads; ++head) {
      const Spending &mine = spending_of(one, layer, head), &others = spending_of(other, layer, head);
      if (layer < last ? mine != others : of_the_class_token(mine) != of_the_class_token(others)) return false;
    }
  return true;
}

std::string alike_in_words(const Experiment& experiment, const Dataset& data) {
  const int lanes = static_cast<int>(experiment.lanes.size());
  for (int first = 0; first < lanes; ++first) {
    std::vector<std::string> names;
    for (int lane = first; lane < lanes; ++lane)
      if (alike(experiment, data, first, lane))
        names.push_back(lane_title(experiment.lanes[lane], data.test.has_pictures()));
    if (names.size() < 2) continue;
    const std::string last = names.back();
    names.pop_back();
    return fmt::format(
        "{} and {} learn the same: the answer is read from the class token, which sees all in the last layer whatever "
        "the pattern, and these lanes differ in no layer before it{}",
        fmt::join(names, ", "), last, experiment.model.layers == 1 ? "; two layers tell patterns apart." : ".");
  }
  return "";
}

}  // namespace lab
