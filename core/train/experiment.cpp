#include "core/train/experiment.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/data/tasks.h"
#include "core/train/optimiser.h"

namespace lab {

namespace {

template <class Number>
void check_range(const char* what, Number value, Number smallest, Number largest) {
  if (!(value >= smallest && value <= largest))
    throw Error("The {} is {}; it must be from {} to {}.", what, value, smallest, largest);
}

void check_model(const ModelSettings& m) {
  check_range("model width", m.width, 4, 1024);
  check_range("number of heads", m.heads, 1, 64);
  check_range("number of layers", m.layers, 1, 24);
  check_range("MLP width", m.mlp, 1, 8192);
  check_range("patch size", m.patch, 1, 256);
  if (m.width % m.heads != 0)
    throw Error("A width of {} cannot be shared by {} heads; choose a width that is a multiple of the heads.", m.width,
                m.heads);
}

void check_optimiser(const OptimiserSettings& o) {
  constexpr int kMostSteps = 1000000000;
  find_optimiser(o.kind);
  check_range("learning rate", o.learning_rate, 0.0f, 1e30f);
  check_range("momentum", o.momentum, 0.0f, 0.9999f);
  check_range("beta1", o.beta1, 0.0f, 0.9999f);
  check_range("beta2", o.beta2, 0.0f, 0.999999f);
  check_range("epsilon", o.epsilon, 1e-20f, 1.0f);
  check_range("weight decay", o.weight_decay, 0.0f, 10.0f);
  check_range("gradient's largest norm", o.clip_norm, 0.0f, 1e30f);
  check_range("number of warm-up steps", o.warmup_steps, 0, kMostSteps);
  check_range("number of cosine steps", o.cosine_steps, 0, kMostSteps);
}

void check_name(const char* what, const std::string& name, std::initializer_list<std::string_view> known) {
  if (std::find(known.begin(), known.end(), name) == known.end())
    throw Error("There is no {} \"{}\"; there are {}.", what, name, fmt::join(known, ", "));
}

// All that a lane may have of its own.
void check_training(const Experiment& e) {
  check_optimiser(e.optimiser);
  check_range("dropout", e.model.dropout, 0.0f, 0.95f);
  check_range("attention dropout", e.model.attention_dropout, 0.0f, 0.95f);
  check_range("L2 on attention weights", e.penalties.squares, 0.0f, 1000.0f);
  check_range("entropy penalty (below 0: bonus)", e.penalties.entropy, -1000.0f, 1000.0f);
  check_range("label smoothing", e.label_smoothing, 0.0f, 0.95f);
}

void check_early_stopping(const Experiment& e) {
  check_range("patience", e.early_stopping.patience, 0, 1000000);
  check_range("held-out share of the training pictures", e.early_stopping.held_out, 0.01f, 0.9f);
  check_range("number of steps between evaluations", e.early_stopping.every, 1, 1000000);
}

void check_guidance(const Experiment& e) {
  const GuidanceSettings& g = e.guidance;
  check_name("target of guidance", g.target, {"none", "painted", "objects", "alignment"});
  check_name("guided query", g.queries, {"class", "all"});
  check_range("weight of guidance", g.weight, 0.0f, 1000.0f);
  check_range("Guidance", g.layers, e.model.layers, "layers");
  check_range("Guidance", g.heads, e.model.heads, "heads");
}

void check_patches(const ModelSettings& m, int height, int width) {
  constexpr int kMostTokens = 1025;
  if (height % m.patch != 0 || width % m.patch != 0)
    throw Error("Patches of {} × {} pixels do not tile a picture of {} × {}; choose a patch size that divides both.",
                m.patch, m.patch, width, height);
  const int tokens = height / m.patch * (width / m.patch) + 1;
  if (tokens > kMostTokens)
    throw Error(
        "Patches of {} pixels cut a picture of {} × {} into {} tokens, more than the {} that can be shown; "
        "choose larger patches.",
        m.patch, width, height, tokens, kMostTokens);
}

// The grid of patches; where the picture is not known, the smallest that can be.
Geometry geometry_of(const Pattern& pattern, bool pictures, int patch, int height, int width) {
  if (!pictures) return Geometry::sequence(std::max(pattern.mask.tokens(), 1));
  if (height > 0) return Geometry::grid(height / patch, width / patch, 1);
  const int patches = std::max(pattern.mask.tokens() - 1, 1);
  return Geometry::grid(1, patches, 1);
}

}  // namespace

std::vector<Lane> Experiment::default_lanes() {
  std::vector<Lane> lanes;
  for (const char* pattern : {"dense", "local:window=1", "block:block=3"}) lanes.push_back(parse_lane(pattern));
  return lanes;
}

DatasetPtr load_data(const Experiment& experiment, const std::function<bool(double share)>& learning) {
  return load_task(experiment.task, experiment.data_dir, {experiment.tokens, learning});
}

bool same_data(const Experiment& a, const Experiment& b) {
  return a.task == b.task && a.data_dir == b.data_dir && a.tokens == b.tokens;
}

Experiment with_own(Experiment experiment, const OwnSettings& own) {
  each_own(own, [&](auto, auto, const auto& member, auto place) {
    if (member) place(experiment) = *member;
  });
  return experiment;
}

OwnSettings own_settings(const Experiment& experiment, const Experiment& wanted) {
  OwnSettings own;
  each_own(own, [&](auto, auto, auto& member, auto place) {
    if (place(wanted) != place(experiment)) member = place(wanted);
  });
  return own;
}

void validate(const Experiment& experiment, int picture_height, int picture_width) {
  const bool pictures = find_task(experiment.task).kind == ModelKind::kPictureClassifier;
  check_name("kind of tokens", experiment.tokens, {"", "characters", "words", "pairs"});
  if (pictures && !experiment.tokens.empty())
    throw Error("Pictures are not cut into {}; leave the kind of tokens out.", experiment.tokens);
  check_model(experiment.model);
  check_training(experiment);
  check_early_stopping(experiment);
  check_guidance(experiment);
  check_range("batch size", experiment.batch, 1, 4096);
  check_range("number of lanes", static_cast<int>(experiment.lanes.size()), 1, Experiment::kMaxLanes);
  if (picture_height > 0) check_patches(experiment.model, picture_height, picture_width);
  for (const Lane& lane : experiment.lanes) {
    validate(lane, experiment.model.layers, experiment.model.heads);
    check_training(with_own(experiment, lane.own));
    const auto check = [&](const Pattern& pattern) {
      validate(pattern, geometry_of(pattern, pictures, experiment.model.patch, picture_height, picture_width));
    };
    check(lane.pattern);
    for (const HeadException& exception : lane.exceptions) check(exception.spending.pattern);
  }
}

Lane parse_lane(const std::string& text) {
  OwnSettings own;
  const std::string attention = take_own(text, own);
  return Lane{parse_allocation(attention), {}, own};
}

std::string text(const Lane& lane) { return add_own(text(static_cast<const Allocation&>(lane)), lane.own); }

std::string lane_title(const Lane& lane, bool grid) {
  return lane.name.empty() ? title(lane, grid) + title(lane.own) : lane.name;
}

bool needs_restart(const Experiment& from, const Experiment& to) {
  Experiment same = to;  // with what may change in flight taken over from `from`
  same.optimiser = from.optimiser;
  same.model.dropout = from.model.dropout;
  same.model.attention_dropout = from.model.attention_dropout;
  same.penalties = from.penalties;
  same.label_smoothing = from.label_smoothing;
  same.guidance = from.guidance;
  const auto kind = [](const Experiment& e, const Lane& lane) { return lane.own.optimiser.value_or(e.optimiser.kind); };
  for (size_t lane = 0; lane < std::min(from.lanes.size(), to.lanes.size()); ++lane) {
    if (kind(from, from.lanes[lane]) != kind(to, to.lanes[lane])) return true;  // its memory is of another kind
    same.lanes[lane].name = from.lanes[lane].name;
    same.lanes[lane].own = from.lanes[lane].own;
  }
  return !(same == from);
}

}  // namespace lab
