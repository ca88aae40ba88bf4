#pragma once
// Snapshot: the immutable picture of an experiment at one training step. The trainer thread
// makes it, every panel reads it, nobody changes it. Everything on screen is a function of a
// Snapshot and of what the viewer points at.

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "core/attention/layer_maps.h"
#include "core/data/dataset.h"
#include "core/device/chosen_device.h"
#include "core/inspect/explanation.h"
#include "core/inspect/inside.h"
#include "core/inspect/step_record.h"
#include "core/live/changes_snapshot.h"
#include "core/train/cost.h"
#include "core/train/curve.h"
#include "core/train/experiment.h"
#include "core/train/seen_attention.h"
#include "core/train/writing.h"

namespace lab {

struct LaneSnapshot {
  Lane lane;
  std::string title;
  std::vector<LayerMaps> maps;       // [L] which pairs exist, [N, N] a head
  std::vector<float> attention;      // [L, H, N, N] weights on the probe picture; absent pairs are 0
  std::vector<float> figures;        // [L, H] what each head's strategy has learned; kNoFigure: nothing
  std::vector<float> probabilities;  // [K] on the probe picture; where the model writes, [N, V] of what comes after
                                     // each token that it was given to go on from: a translator's answer_tokens
  std::vector<std::string> answer_tokens;  // what a translator was given to go on from, ‹begin› first: the true answer
                                           // of a test text, its own of the viewer's text
  SeenAttention answer_attention, cross;  // of these tokens to themselves, and to the text's tokens
  std::vector<float> unseen;              // [texts, K] of the data set's unseen texts; or empty
  Writing written;                        // what a translator or writer writes by itself
  Curve train_loss;                       // every step
  Curve test_loss, test_accuracy;         // now and then, on `test_pictures` pictures
  std::array<Curve, 3> abandoned;         // these three as they went on before training went back; or empty
  float last_train_loss = 0;
  float last_test_loss = 0, last_test_accuracy = 0;
  Curve penalty;                 // penalties on attention weights, as they enter the loss; every step; or empty
  Curve guidance;                // mean KL of attention to its target, every step; or empty
  float on_target = 0;           // of the latest step: guided queries' mean attention on their target
  Curve held_out_loss;           // where training may stop early
  Curve weights_norm;            // ‖θ‖₂ of all weights, every step
  int64_t best_step = 0;         // where it was lowest so far; 0: not evaluated yet
  int64_t stopped_step = 0;      // where training stopped, at the weights of best_step; 0: it has not
  std::vector<uint8_t> dropped;  // [L, H, N, N] 1: dropped in the latest step, of the batch's first picture; or empty
  int64_t steps = 0;             // done; fewer than the snapshot's while the lane catches up with the others
  Cost cost;
};

/// The picture or text that is looked at: one of the test set, or the viewer's own.
struct Probe {
  int index = 0;                // of the test set; −1: the viewer's own
  std::vector<uint8_t> pixels;  // [height, width]
  int height = 0, width = 0;
  int label = -1;                             // −1: not known
  std::string source;                         // the file's name, for the viewer's own
  std::vector<int> tokens = {}, answer = {};  // of a text; no answer where that is not known
  std::string text = {}, answer_text = {};    // as they are read
  std::string notice = {};                    // one sentence, where not all of the viewer's text is read

  Sample sample() const { return {pixels, tokens, answer, label}; }
};

/// Where one lane's answer for the probe picture or text came from.
struct ExplanationSnapshot {
  int lane = -1;     // −1: not asked for
  int64_t step = 0;  // of the weights; explaining takes time, so it is not done at every snapshot
  int place = 0;     // of a translator: which of the tokens that it writes, the first is 1
  int changes = 0;   // in place in the attention of the model that is explained
  Explanation explanation;
};

/// What the run remembers of itself, and whether a snapshot is of then.
struct HistorySnapshot {
  struct Mark {
    int64_t step = 0;
    bool checkpoint = false;  // training can go on from here
  };
  std::vector<Mark> marks;  // the remembered moments, in order
  bool past = false;        // the snapshot is of a moment, not of now
  int64_t live_step = 0;    // that training has reached
  int64_t bytes = 0, budget = 0;
};

/// A moment that the viewer keeps in sight: its weights on the probe of now.
struct PinSnapshot {
  int64_t step = 0;
  std::vector<LaneSnapshot> lanes;  // with title, maps, attention, figures and probabilities only
};

/// The view that was saved with the run that was opened last, as the window wrote it.
struct OpenedView {
  int runs = 0;  // opened so far
  std::string text;
};

enum class Phase { kLoading, kPaused, kRunning, kFailed };

struct Snapshot {
  uint64_t serial = 0;  // grows by one with each snapshot of a session
  Phase phase = Phase::kLoading;
  std::string message;   // why it failed, or a sentence worth showing; else empty
  double learning = -1;  // while loading: the share of the byte pairs that has been learnt; −1: none are learnt
  std::string event;     // one sentence about what happened in training, if something did

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
  std::vector<std::string>
      tokens;               // [N] how the probe's tokens read, a classifier's first token first; none of a picture
  WritingSettings writing;  // how a writer goes on
  std::vector<LaneSnapshot> lanes;
  HistorySnapshot history;
  std::vector<std::shared_ptr<const PinSnapshot>> pins;  // by step
  OpenedView opened_view;
  std::vector<uint8_t> target;        // [N] 1: a token that guidance points at in the probe picture; or empty
  std::vector<StepRecordPtr> opened;  // [lanes] where command::ShowStep asks for them: the latest, or null
  ChangesSnapshot changes;            // in the lanes' attention as it is shown
  ExplanationSnapshot explanation;    // where command::Explain asks for it
  InsideSnapshot inside;              // where command::LookInside asks for it
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

}  // namespace lab
