#pragma once
// What the trainer keeps of one lane: its weights and optimiser, its networks, and how its training stands. Of the
// trainer's own files alone.

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <vector>

#include "core/train/trainer.h"

namespace lab {

// Of each size of batches one, all in the same memory: one of them is at work at a time.
struct Trainer::TrainingLearners {
  std::unique_ptr<Arena> room;
  std::vector<std::unique_ptr<Learner>> of_size;
};

struct Trainer::LaneState {
  ParameterSet parameters;
  TrainingKnobs knobs;           // what its training networks read
  OptimiserSettings optimising;  // with what is its own
  Optimiser optimiser;
  Arena arena;
  Tensor norm;          // [1] the gradient's, before clipping
  Tensor weights_norm;  // [1] after the update
  TrainingLearners training;
  Arena evaluation_room;  // of all below
  std::map<SampleSize, std::unique_ptr<Learner>> evaluation;
  int in_training = 0;  // the size that was trained last: the one whose numbers are there
  std::unique_ptr<Learner> reading;
  SampleSize reading_size;
  std::vector<Intervention> changes;  // of the reading
  StepRecordPtr record;               // of a step that was asked for; null: none
  int64_t steps = 0, optimiser_began = 0;
  float loss = 0, gradient_norm = 0;
  Stopping stopping;
  double step_seconds = 0;

  LaneState(const LearnerShape& shape, uint64_t seed)
      : parameters(parameter_specs(shape)),
        optimiser(parameters.values().size()),
        norm(arena.allocate(Shape{1})),
        weights_norm(arena.allocate(Shape{1})) {
    parameters.initialise(parameter_specs(shape), seed);
  }
  // What is learned so far, one run of memory each.
  std::array<Tensor, 3> learned() { return {tensor(parameters.values()), optimiser.first(), optimiser.second()}; }
  static Tensor tensor(std::span<float> numbers) {
    return {numbers.data(), Shape{static_cast<int64_t>(numbers.size())}};
  }

  LearnedLane kept;  // the host's copy of a good step
  void keep() { copy_learned(kept, true); }
  // Of what the host has. `whole`: the optimiser's numbers too.
  void copy_learned(LearnedLane& to, bool whole) {
    const auto now = learned();
    to.values.assign(now[0].begin(), now[0].end());
    if (whole) to.first.assign(now[1].begin(), now[1].end());
    if (whole) to.second.assign(now[2].begin(), now[2].end());
    to.steps = steps, to.optimiser_began = optimiser_began;
    to.loss = loss, to.gradient_norm = gradient_norm;
    to.stopping = stopping;
    if (!whole) to.stopping.best.clear();
  }
  void restore() { become(kept); }
  void become(const LearnedLane& other) {
    const auto now = learned();
    const std::vector<float>* const then[] = {&other.values, &other.first, &other.second};
    for (size_t i = 0; i < now.size(); ++i) std::copy(then[i]->begin(), then[i]->end(), now[i].begin());
    steps = other.steps, optimiser_began = other.optimiser_began;
    loss = other.loss, gradient_norm = other.gradient_norm;
    stopping = other.stopping;
  }
  bool fits(const LearnedLane& other) const {
    const size_t count = parameters.values().size();
    const bool best = other.stopping.best.size() == (other.stopping.best_step > 0 ? count : 0);
    return other.values.size() == count && other.first.size() == count && other.second.size() == count && best;
  }

  // What another lane had learned, as far as this one learns the same; it begins the rest, as a fresh one does. Another
  // optimiser has no use for what was remembered of the gradients.
  void take_over(const LearnedLane& other, const ParameterSet& its, bool same_optimiser) {
    const std::vector<float>* const then[] = {&other.values, &other.first, &other.second};
    const auto now = learned();
    const auto place = [](const Parameter& p, const ParameterSet& set) { return p.value.data - set.values().data(); };
    for (const Parameter& mine : parameters.all())
      for (const Parameter& theirs : its.all())
        if (mine.name == theirs.name && mine.value.shape == theirs.value.shape)
          for (size_t i = 0; i < (same_optimiser ? now.size() : 1); ++i)
            std::copy_n(then[i]->begin() + place(theirs, its), theirs.value.count(),
                        now[i].begin() + place(mine, parameters));
    steps = other.steps, optimiser_began = same_optimiser ? other.optimiser_began : other.steps;
    loss = other.loss, gradient_norm = other.gradient_norm;
    keep();
  }

  // The host's numbers go there; networks are built anew when they are needed.
  void settle_on(Device& device) {
    training = {};
    evaluation.clear();
    evaluation_room.attach(nullptr);
    reading.reset();
    optimiser.resume(device, kept.steps - kept.optimiser_began);
    arena.attach(&device);
    parameters.attach(nullptr);
    parameters.attach(&device);
  }
};

// Where the device is lost, the work is done once more, on the CPU.
template <class Work>
void Trainer::surviving(const Work& work) {
  try {
    work();
  } catch (const DeviceLost& lost) {
    fall_back(lost.what());
    work();
  }
}

}  // namespace lab
