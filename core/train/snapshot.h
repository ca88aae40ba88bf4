#pragma once
// Snapshot: the immutable picture of an experiment at one training step. The trainer thread
// makes it, every panel reads it, nobody changes it. Everything on screen is a function of a
// Snapshot and of what the viewer points at.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/attention/layer_maps.h"
#include "core/attention/stages.h"
#include "core/data/dataset.h"
#include "core/device/chosen_device.h"
#include "core/train/experiment.h"

namespace lab {

/// Points in order of step. Thinned (neighbours averaged) as it grows, so that it stays small.
struct Curve {
  std::vector<float> step;
  std::vector<float> value;
};

/// What one lane's attention costs. Times are medians of recent training steps.
struct Cost {
  double step_ms = 0;         // one training step: forward, backward, update
  double attention_ms = 0;    // of it: scores, softmax, mix and their gradients, all layers
  int64_t multiply_adds = 0;  // attention's, one training step: forward (scores, mix) and backward
  int64_t weight_bytes = 0;   // attention weights kept for one training step
  int64_t pairs = 0;          // pairs that exist, all heads and layers, one picture
  int64_t dense_pairs = 0;    // pairs of dense attention
};

struct LaneSnapshot {
  Lane lane;
  std::string title;
  std::vector<LayerMaps> maps;       // [L] which pairs exist, [N, N] a head
  std::vector<float> attention;      // [L, H, N, N] weights on the probe picture; absent pairs are 0
  std::vector<float> figures;        // [L, H] what each head's strategy has learned; kNoFigure: nothing
  std::vector<float> probabilities;  // [K] on the probe picture; [N, V] where the model writes
  Curve train_loss;                  // every step
  Curve test_loss, test_accuracy;    // now and then, on `test_pictures` pictures
  float last_train_loss = 0;
  float last_test_loss = 0, last_test_accuracy = 0;
  Cost cost;
};

/// The picture or text that is looked at: one of the test set, or the viewer's own.
struct Probe {
  int index = 0;                // of the test set; −1: the viewer's own
  std::vector<uint8_t> pixels;  // [height, width]
  int height = 0, width = 0;
  int label = -1;                   // −1: not known
  std::string source;               // the file's name, for the viewer's own
  std::vector<int> tokens, answer;  // of a text

  Sample sample() const { return {pixels, tokens, answer, label}; }
};

/// The inside of attention for one head of one lane on the probe picture.
struct StagesSnapshot {
  StagesPlace place;
  AttentionStages stages;
  std::string missing;  // one sentence where this way of spending attention has no such stages; else empty
};

enum class Phase { kLoading, kPaused, kRunning, kFailed };

struct Snapshot {
  uint64_t serial = 0;  // grows by one with each snapshot of a session
  Phase phase = Phase::kLoading;
  std::string message;  // why it failed, or a sentence worth showing; else empty

  Experiment experiment;
  DatasetPtr data;     // null while loading
  std::string device;  // "CPU, 2 threads"
  DeviceWish device_wish = DeviceWish::kAuto;
  std::string device_why;  // one sentence: why that one
  Geometry geometry;       // of the tokens: class token, then the patch grid or the text

  int64_t step = 0;  // training steps done
  double epoch = 0;
  double steps_per_second = 0;  // 0 when paused
  double speed_limit = 0;       // steps a second; 0: none
  int test_pictures = 0;        // how many test pictures the test curves use

  Probe probe;
  std::vector<LaneSnapshot> lanes;
  StagesSnapshot stages;  // where command::ShowStages asks for them
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace lab
