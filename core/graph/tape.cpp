#include "core/graph/tape.h"

#include "core/base/error.h"

namespace lab {

Variable Tape::variable(std::string name, Shape shape) {
  Variable made{arena_.allocate(shape), nullptr};
  if (training()) {
    made.gradient = &gradients_.emplace_back(Gradient{arena_.allocate(shape), false});
    all_gradients_.push_back(made.gradient);
  }
  variables_.push_back({std::move(name), made});
  return made;
}

Variable Tape::parameter(Parameter& parameter) {
  if (!training()) return {parameter.value, nullptr};
  all_gradients_.push_back(&parameter.gradient);
  return {parameter.value, &parameter.gradient};
}

Variable Tape::part(Parameter& parameter, int64_t first, Shape shape) {
  if (first < 0 || first + shape.count() > parameter.value.count())
    throw Error("The parameter {} has no part of shape {} from its number {} on.", parameter.name, shape.text(), first);
  Variable made{{parameter.value.data + first, shape}, nullptr};
  if (training()) {
    made.gradient = &gradients_.emplace_back(
        Gradient{{parameter.gradient.tensor.data + first, shape}, false, parameter.gradient.wanted});
    all_gradients_.push_back(made.gradient);
  }
  return made;
}

void Tape::append(std::string name, NodeKind kind, std::function<void()> forward, std::function<void()> backward,
                  Account account) {
  nodes_.push_back({std::move(name), kind, std::move(forward), std::move(backward), std::move(account)});
}

void Tape::forward() {
  uint64_t now = device_.mark();
  for (Node& node : nodes_) {
    node.begin = now;
    node.forward();
    node.end = now = device_.mark();
    node.back_begin = node.back_end = 0;
    if (watcher_) watcher_(node, Moment::kForward);
  }
}

void Tape::backward() {
  for (Gradient* gradient : all_gradients_) gradient->written = false;
  uint64_t now = device_.mark();
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) {
    node->back_begin = now;
    if (watcher_) watcher_(*node, Moment::kBeforeBackward);
    node->backward();
    node->back_end = now = device_.mark();
    if (watcher_) watcher_(*node, Moment::kBackward);
  }
}

Variable Tape::find(std::string_view name) const {
  for (const Named& named : variables_)
    if (named.name == name) return named.variable;
  throw Error("There is no tensor \"{}\" on this tape.", name);
}

double Tape::seconds(const Node& node) const {
  const double forward = device_.seconds(node.begin, node.end);
  return node.back_begin == node.back_end ? forward : forward + device_.seconds(node.back_begin, node.back_end);
}

double Tape::seconds(NodeKind kind) const {
  double total = 0;
  for (const Node& node : nodes_)
    if (node.kind == kind) total += seconds(node);
  return total;
}

}  // namespace lab
