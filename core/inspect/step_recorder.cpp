#include "core/inspect/step_recorder.h"

#include "core/attention/attention.h"

namespace lab {

StepRecorder::StepRecorder(const Tape& tape, Device& device, const ParameterSet& parameters, int slot, int batch)
    : tape_(tape),
      device_(device),
      parameters_(parameters),
      slot_(slot),
      batch_(batch),
      record_(std::make_shared<StepRecord>()) {
  record_->slot = slot;
  record_->batch = batch;
  list_operations();
  tape_.watch([this](const Tape::Node& node, Tape::Moment moment) { watch(node, moment); });
}

StepRecorder::~StepRecorder() { tape_.watch({}); }

void StepRecorder::list_operations() {
  for (const Parameter& p : parameters_.all())
    record_->parameters.push_back({p.name, static_cast<int>(p.value.shape.rows()),
                                   static_cast<int>(p.value.shape.columns()),
                                   p.value.data - parameters_.values().data()});
  for (const Tape::Named& named : tape_.variables()) tensor_of(named.variable, named.name);
  for (const Tape::Node& node : tape_.nodes()) {
    StepOperation operation{node.name, node.account.operation, -1, {}, {}, -1};
    if (node.account.output.value) operation.output = tensor_of(node.account.output, node.name);
    for (const Variable& input : node.account.inputs) operation.inputs.push_back(tensor_of(input, node.name));
    if (node.account.attention) {
      operation.attention = static_cast<int>(record_->attentions.size());
      record_->attentions.emplace_back();
      record_->heads = node.account.heads;
    }
    record_->operations.push_back(std::move(operation));
  }
}

// A tape's own tensor holds the batch's samples one after the other; a parameter lies among the parameters.
int StepRecorder::tensor_of(const Variable& variable, const std::string& name) {
  const Tensor& value = variable.value;
  if (const auto known = known_.find(value.data); known != known_.end()) return known->second;
  StepTensor tensor{name, static_cast<int>(value.shape.rows()), static_cast<int>(value.shape.columns()), {}, {}, -1};
  const std::span<float> all = parameters_.values();
  if (value.data >= all.data() && value.data < all.data() + all.size()) {
    tensor.parameter = value.data - all.data();
    for (const StepParameter& p : record_->parameters)
      if (p.first <= tensor.parameter) tensor.name = p.name;  // they lie in order
  } else {
    tensor.rows = static_cast<int>(value.count() / batch_ / value.shape.columns());
  }
  record_->tensors.push_back(std::move(tensor));
  return known_[value.data] = static_cast<int>(record_->tensors.size()) - 1;
}

void StepRecorder::watch(const Tape::Node& node, Tape::Moment moment) {
  StepOperation& operation = record_->operations[&node - tape_.nodes().data()];
  const std::vector<Variable>& inputs = node.account.inputs;
  switch (moment) {
    case Tape::Moment::kForward:
      return look_forward(node, operation);
    case Tape::Moment::kBeforeBackward:  // all that used the output have run; gradients share memory, so copy now
      if (const Gradient* gradient = node.account.output.gradient; gradient && gradient->written)
        record_->tensors[operation.output].gradient = part(gradient->tensor);
      if (operation.kind == Operation::kCrossEntropy || inputs.empty()) return;
      if (const Gradient* gradient = inputs[0].gradient;
          gradient && gradient->written && record_->tensors[operation.inputs[0]].parameter < 0)
        operation.other_paths = part(gradient->tensor);
      return;
    case Tape::Moment::kBackward:
      if (operation.attention < 0) return;
      StepAttention& attention = record_->attentions[operation.attention];
      for (int head = 0; head < static_cast<int>(attention.stages.size()); ++head) {
        AttentionGradients gradients;
        if (!node.account.attention->gradients(slot_, head, gradients)) return attention.gradients.clear();
        attention.gradients.push_back(std::move(gradients));
      }
  }
}

void StepRecorder::look_forward(const Tape::Node& node, StepOperation& operation) {
  for (size_t i = 0; i < operation.inputs.size(); ++i) {
    StepTensor& input = record_->tensors[operation.inputs[i]];
    if (input.parameter < 0 && input.value.empty()) input.value = part(node.account.inputs[i].value);
  }
  if (operation.output >= 0) record_->tensors[operation.output].value = part(node.account.output.value);
  if (operation.attention < 0) return;
  StepAttention& attention = record_->attentions[operation.attention];
  std::vector<AttentionStages>& stages = attention.stages;
  for (int head = 0; head < node.account.heads; ++head) {
    AttentionStages one;
    if (!node.account.attention->stages(slot_, head, one)) return stages.clear();
    stages.push_back(std::move(one));
  }
  for (const AttentionStages& one : stages) {
    std::vector<float> products = one.scores;
    for (float& product : products) product /= one.scale;
    attention.products.push_back(std::move(products));
  }
}

std::vector<float> StepRecorder::part(Tensor tensor) const {
  device_.download(tensor);
  const int64_t each = tensor.count() / batch_;
  return {tensor.begin() + slot_ * each, tensor.begin() + (slot_ + 1) * each};
}

std::vector<float> StepRecorder::all(std::span<float> numbers) const {
  device_.download({numbers.data(), Shape{static_cast<int64_t>(numbers.size())}});
  return {numbers.begin(), numbers.end()};
}

void StepRecorder::before_update(Tensor first, Tensor second) {
  StepUpdate& update = record_->update;
  update.before = all(parameters_.values());
  update.gradient = all(parameters_.gradients());
  update.first_before = all({first.data, static_cast<size_t>(first.count())});
  update.second_before = all({second.data, static_cast<size_t>(second.count())});
  copy_parameters();
}

void StepRecorder::copy_parameters() {
  const StepUpdate& update = record_->update;
  for (StepTensor& tensor : record_->tensors) {
    if (tensor.parameter < 0) continue;
    const auto from = tensor.parameter, to = from + int64_t{tensor.rows} * tensor.columns;
    tensor.value.assign(update.before.begin() + from, update.before.begin() + to);
    tensor.gradient.assign(update.gradient.begin() + from, update.gradient.begin() + to);
  }
}

std::shared_ptr<StepRecord> StepRecorder::finish(Tensor first, Tensor second) {
  StepUpdate& update = record_->update;
  update.after = all(parameters_.values());
  update.first = all({first.data, static_cast<size_t>(first.count())});
  update.second = all({second.data, static_cast<size_t>(second.count())});
  tape_.watch({});
  return std::move(record_);
}

}  // namespace lab
