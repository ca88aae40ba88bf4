#pragma once
// Experiment: everything that defines a run, as one value. The same experiment on the same
// machine gives the same run, bit for bit. Saved as JSON, compared with ==.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/attention/patch_mask.h"
#include "core/attention/spending.h"
#include "core/data/dataset.h"
#include "core/train/own_settings.h"

namespace lab {

struct ModelSettings {
  int width = 64;  // C; divisible by heads
  int heads = 4;
  int layers = 2;
  int mlp = 128;  // hidden width of the feed-forward part
  int patch = 4;  // pixels a side; divides the picture
  float dropout = 0;
  float attention_dropout = 0;  // on the softmax's weights
  bool operator==(const ModelSettings&) const = default;
};

struct OptimiserSettings {
  std::string kind = "adam";  // "sgd", "adam", "adamw"
  float learning_rate = 1e-3f;
  float momentum = 0.9f;               // sgd
  float beta1 = 0.9f, beta2 = 0.999f;  // adam, adamw
  float epsilon = 1e-8f;               // adam, adamw
  float weight_decay = 0;              // sgd, adam: added to the gradient; adamw: decoupled
  float clip_norm = 0;                 // the gradient's largest norm; 0: no clipping
  int warmup_steps = 0;                // linear from 0
  int cosine_steps = 0;                // the step at which a cosine reaches 0; 0: constant
  bool operator==(const OptimiserSettings&) const = default;
};

/// Terms of the loss that see only the attention weights (attention/weight_penalty.h); 0: none.
struct PenaltySettings {
  float squares = 0;  // L2 on the weights
  float entropy = 0;  // above 0 a penalty: sharper; below 0 a bonus: broader
  bool operator==(const PenaltySettings&) const = default;
};

/// Where attention is told to look, beside the task (attention/guidance_rule.h).
struct GuidanceSettings {
  // "none", "painted": the same in all pictures, "objects": those of the data, "alignment": what an answer comes from
  std::string target = "none";
  float weight = 1;               // in the loss
  std::string queries = "class";  // "class": the class token alone; "all"; of alignments, always all
  Range layers, heads;
  PatchMask painting;
  bool operator==(const GuidanceSettings&) const = default;
};

/// Ends a lane's training where it no longer gets better on training pictures that it was not trained on.
struct EarlyStopping {
  int patience = 0;       // evaluations without a new best; 0: training goes on, and nothing is held out
  float held_out = 0.1f;  // the share of the training pictures that is only evaluated
  int every = 100;        // steps between evaluations
  bool operator==(const EarlyStopping&) const = default;
};

/// A way of spending attention.
struct Lane : Allocation {
  std::string name = {};  // shown; empty: what it does
  OwnSettings own = {};   // what it trains by instead of the experiment's
  bool operator==(const Lane&) const = default;
};

struct Experiment {
  static constexpr int kMaxLanes = 4;

  std::string task = "fashion-mnist";
  std::string data_dir;  // a folder of IDX files or a text file instead of the task's own; usually empty
  std::string tokens;    // "characters", "words" or "pairs" instead of what the task cuts its texts into; usually empty
  ModelSettings model;
  std::vector<Lane> lanes = default_lanes();
  OptimiserSettings optimiser;
  PenaltySettings penalties;
  GuidanceSettings guidance;
  EarlyStopping early_stopping;
  int batch = 64;
  float label_smoothing = 0;
  uint64_t seed = 7;
  bool operator==(const Experiment&) const = default;

  static std::vector<Lane> default_lanes();  // dense, local 3×3, block 3×3
};

/// The data it learns from; `learning`, where tokens are learnt first, as learn_pairs has it. Throws Error as
/// load_task.
DatasetPtr load_data(const Experiment& experiment, const std::function<bool(double share)>& learning = {});

/// Whether load_data() gives both the same.
bool same_data(const Experiment& a, const Experiment& b);

/// The experiment with what a lane has of its own in place of what all have: what that lane trains by.
Experiment with_own(Experiment experiment, const OwnSettings& own);
/// And back: where `wanted` differs from the experiment in what a lane may have of its own.
OwnSettings own_settings(const Experiment& experiment, const Experiment& wanted);

/// Whether going from one to the other has to start from step 0: other than the settings that may change in flight
/// differ. A lane's optimiser may not.
bool needs_restart(const Experiment& from, const Experiment& to);

/// Throws Error on the first setting that is out of range or does not fit the others.
/// Picture sizes of 0 are not checked.
void validate(const Experiment& experiment, int picture_height = 0, int picture_width = 0);

/// "local:window=1,score=cosine,dropout=0.1+dense:heads=1-2" (see attention/spending.h and own_settings.h) → Lane, and
/// back (without its name). Throws Error on anything else.
Lane parse_lane(const std::string& text);
std::string text(const Lane& lane);
/// The lane's name, or what it does and has of its own: on a grid "Local 3×3, rate 0.01", on a sequence "Local ±1".
std::string lane_title(const Lane& lane, bool grid = true);

std::string to_json(const Experiment& experiment);
/// Throws Error on text that is not JSON, has unknown keys or wrong types. `where` names it in the Error.
Experiment from_json(const std::string& text, const std::string& where);
/// Throws Error when the file cannot be read or is no experiment.
Experiment load_experiment(const std::string& path);
/// Written beside, synced and renamed, so that an old file is never half overwritten.
void save_experiment(const Experiment& experiment, const std::string& path);

}  // namespace lab
