#include "core/graph/tape.h"

#include <chrono>

#include "core/base/error.h"

namespace lab {

namespace {
double timed(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}
}  // namespace

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
    made.gradient = &gradients_.emplace_back(Gradient{{parameter.gradient.tensor.data + first, shape}, false});
    all_gradients_.push_back(made.gradient);
  }
  return made;
}

void Tape::append(std::string name, NodeKind kind, std::function<void()> forward, std::function<void()> backward) {
  nodes_.push_back({std::move(name), kind, std::move(forward), std::move(backward)});
}

void Tape::forward() {
  for (Node& node : nodes_) node.seconds = timed(node.forward);
}

void Tape::backward() {
  for (Gradient* gradient : all_gradients_) gradient->written = false;
  for (auto node = nodes_.rbegin(); node != nodes_.rend(); ++node) node->seconds += timed(node->backward);
}

Variable Tape::find(std::string_view name) const {
  for (const Named& named : variables_)
    if (named.name == name) return named.variable;
  throw Error("There is no tensor \"{}\" on this tape.", name);
}

double Tape::seconds(NodeKind kind) const {
  double total = 0;
  for (const Node& node : nodes_)
    if (node.kind == kind) total += node.seconds;
  return total;
}

}  // namespace lab
