#pragma once
// OwnSettings: what a lane may have of its own where all lanes else train by what the experiment says; nothing said: as
// the experiment. One list, each_own(), stands behind files, the command line, titles and the window's sheets.
//
//   Lane lane = parse_lane("local:window=1,optimiser=sgd,learning_rate=0.01");  // 1. or lane.own.dropout = 0.1f
//   with_own(experiment, lane.own);                                             // 2. what that lane trains by
//   own_settings(experiment, wanted);                                           // 3. and back: where they differ
//
// Add one: a member, and its row in each_own().

#include <optional>
#include <string>
#include <string_view>

namespace lab {

struct OwnSettings {
  std::optional<std::string> optimiser = {};
  std::optional<float> learning_rate = {}, momentum = {}, weight_decay = {}, clip_norm = {};
  std::optional<float> dropout = {}, attention_dropout = {}, attention_l2 = {}, attention_entropy = {};
  std::optional<float> label_smoothing = {};
  bool operator==(const OwnSettings&) const = default;
};

/// Calls visit(name, word, member, place) for each: its name in files and after --lane, how a lane's title says it, the
/// optional of `own`, and a function to where an experiment has it.
template <class Own, class Visit>
void each_own(Own& own, const Visit& visit) {
  visit(
      "optimiser", "", own.optimiser, [](auto& e) -> auto& { return e.optimiser.kind; });
  visit(
      "learning_rate", "rate", own.learning_rate, [](auto& e) -> auto& { return e.optimiser.learning_rate; });
  visit(
      "momentum", "momentum", own.momentum, [](auto& e) -> auto& { return e.optimiser.momentum; });
  visit(
      "weight_decay", "decay", own.weight_decay, [](auto& e) -> auto& { return e.optimiser.weight_decay; });
  visit(
      "clip_norm", "clipped at", own.clip_norm, [](auto& e) -> auto& { return e.optimiser.clip_norm; });
  visit(
      "dropout", "dropout", own.dropout, [](auto& e) -> auto& { return e.model.dropout; });
  visit(
      "attention_dropout", "attention dropout", own.attention_dropout,
      [](auto& e) -> auto& { return e.model.attention_dropout; });
  visit(
      "attention_l2", "L2", own.attention_l2, [](auto& e) -> auto& { return e.penalties.squares; });
  visit(
      "attention_entropy", "entropy", own.attention_entropy, [](auto& e) -> auto& { return e.penalties.entropy; });
  visit(
      "label_smoothing", "smoothing", own.label_smoothing, [](auto& e) -> auto& { return e.label_smoothing; });
}

/// Takes what is its own out of what is written of a lane before a "+": "local:window=1,dropout=0.1" →
/// "local:window=1". Throws Error where a value cannot be read or is said twice.
std::string take_own(std::string_view lane, OwnSettings& own);
/// The same lane with it: "local:window=1" → "local:window=1,dropout=0.1".
std::string add_own(std::string lane, const OwnSettings& own);
/// ", SGD, rate 0.01": what it adds to a lane's title.
std::string title(const OwnSettings& own);

}  // namespace lab
