#pragma once
// StepRecord: one training step of one lane, opened up for one sample of its batch: every tensor of the tape with its
// gradient, the inside of attention, and every parameter before and after. All are copies of the step's own numbers
// (step_recorder.h makes them); step_stages.h puts them into the order in which they are told.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/attention/stages.h"
#include "core/attention/tile_map.h"
#include "core/graph/tape.h"
#include "core/ops/update.h"

namespace lab {

/// The part of a tape's tensor that is the sample's, or a parameter as it was before the update, as a matrix.
struct StepTensor {
  std::string name;  // on the tape, or in state_dict()
  int rows = 0, columns = 0;
  std::vector<float> value;
  std::vector<float> gradient;  // of the loss; empty: none comes here
  int64_t parameter = -1;       // where among all parameters' numbers it begins; −1: it is no parameter
};

/// One operation of the tape, in the order of the forward.
struct StepOperation {
  std::string name;
  Operation kind = Operation::kOther;
  int output = -1;                 // index of a tensor
  std::vector<int> inputs;         // the same, in the order of the operation's arguments
  std::vector<float> other_paths;  // of the first input's gradient: what had come by other paths; empty: nothing
  int attention = -1;              // index of its attention
};

struct StepAttention {
  std::vector<AttentionStages> stages;        // [H]; empty: this kernel keeps none
  std::vector<AttentionGradients> gradients;  // [H]; empty: the same
  std::vector<std::vector<float>> products;   // [H][N, M] q·k: the scores divided by their scale, since kernels scale
                                              // while they multiply and keep no other; empty where nothing is scaled
};

struct StepParameter {
  std::string name;
  int rows = 0, columns = 0;
  int64_t first = 0;  // where it begins in the six below
};

/// All parameters at the update.
struct StepUpdate {
  Update rule;
  float norm = 0, largest_norm = 0;     // of the gradient before clipping; where clipping begins, 0: never
  std::vector<float> before, gradient;  // the gradient as it was used: clipped
  std::vector<float> first_before, second_before, first, second;  // momentum, or Adam's moments
  std::vector<float> after;
};

struct StepRecord {
  int64_t step = 0;    // of training, from 1
  bool ahead = false;  // the step was tried out and taken back: it is the one that comes next
  int slot = 0;        // of the sample in the batch
  int batch = 0;
  int heads = 1;                                     // of each attention
  int index = 0;                                     // of the sample in the training set
  int label = -1;                                    // −1: it has none
  std::vector<int> tokens;                           // of a text
  std::vector<int> answer;                           // its translation, as the decoder reads it; else empty
  std::vector<float> token_numbers, answer_numbers;  // both again, as cells of a matrix
  float loss = 0;                                    // the batch's mean, of the task alone
  float dropout = 0, attention_dropout = 0, smoothing = 0;
  std::vector<StepTensor> tensors;
  std::vector<StepOperation> operations;
  std::vector<StepAttention> attentions;
  std::vector<StepParameter> parameters;
  StepUpdate update;
};

using StepRecordPtr = std::shared_ptr<const StepRecord>;

}  // namespace lab
