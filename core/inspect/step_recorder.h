#pragma once
// StepRecorder: copies one training step out of its tape while it happens. Only a step that is recorded pays for it,
// and what is computed is the same to the last bit.
//
//   StepRecorder recorder(tape, parameters, slot, batch);   // 1. before the forward; a tape that keeps stages has more
//   … forward, backward …                                   // 2. the recorder watches
//   recorder.before_update(first, second);                  // 3. once the gradient is as it will be used
//   … update …
//   std::shared_ptr<StepRecord> record = recorder.finish(first, second);  // 4. what it cannot know is the caller's

#include <map>

#include "core/inspect/step_record.h"

namespace lab {

class StepRecorder {
 public:
  /// `slot` of the `batch` is the sample. Tape and parameters must outlive this.
  StepRecorder(const Tape& tape, Device& device, const ParameterSet& parameters, int slot, int batch);
  ~StepRecorder();
  StepRecorder(const StepRecorder&) = delete;

  /// The optimiser's numbers, before and after its step.
  void before_update(Tensor first, Tensor second);
  std::shared_ptr<StepRecord> finish(Tensor first, Tensor second);

 private:
  void list_operations();
  int tensor_of(const Variable& variable, const std::string& name);
  void watch(const Tape::Node& node, Tape::Moment moment);
  void look_forward(const Tape::Node& node, StepOperation& operation);
  std::vector<float> part(Tensor tensor) const;
  std::vector<float> all(std::span<float> numbers) const;
  void copy_parameters();

  const Tape& tape_;
  Device& device_;
  const ParameterSet& parameters_;
  int slot_, batch_;
  std::shared_ptr<StepRecord> record_;
  std::map<const float*, int> known_;  // tensors by their numbers
};

}  // namespace lab
