// An experiment as JSON: one list of its settings behind reading, writing and their checks.

#include <fmt/ranges.h>

#include <cmath>
#include <set>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"
#include "core/train/experiment.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostFileBytes = 8 << 20;  // enough for painted patterns in every lane and exception

// Calls visit(key, member) for every number and name of a settings struct: the one list behind reading,
// writing and their checks.
template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, ModelSettings> {
  visit("width", s.width);
  visit("heads", s.heads);
  visit("layers", s.layers);
  visit("mlp", s.mlp);
  visit("patch", s.patch);
  visit("dropout", s.dropout);
  visit("attention_dropout", s.attention_dropout);
}

template <class Settings, class Visit>
void each_field(Settings& s,
                const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, OptimiserSettings> {
  visit("kind", s.kind);
  visit("learning_rate", s.learning_rate);
  visit("momentum", s.momentum);
  visit("beta1", s.beta1);
  visit("beta2", s.beta2);
  visit("epsilon", s.epsilon);
  visit("weight_decay", s.weight_decay);
  visit("clip_norm", s.clip_norm);
  visit("warmup_steps", s.warmup_steps);
  visit("cosine_steps", s.cosine_steps);
}

template <class Settings, class Visit>
void each_field(Settings& s,
                const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, PenaltySettings> {
  visit("squares", s.squares);
  visit("entropy", s.entropy);
}

template <class Settings, class Visit>
void each_field(Settings& s,
                const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, GuidanceSettings> {
  visit("target", s.target);
  visit("weight", s.weight);
  visit("queries", s.queries);
  visit("layers", s.layers);
  visit("heads", s.heads);
  visit("painting", s.painting);
}

template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, EarlyStopping> {
  visit("patience", s.patience);
  visit("held_out", s.held_out);
  visit("every", s.every);
}

template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, Pattern> {
  visit("kind", s.kind);
  // Of the numbers that its kind lacks, only those that were set; when reading, all that any kind has.
  std::set<std::string> seen;
  for (const PatternKind& kind : pattern_kinds())
    for (const PatternSetting& setting : kind.settings) {
      const bool has = !std::is_const_v<Settings> || kind.name == s.kind || s.*setting.value != 0;
      if (has && seen.insert(std::string(setting.name)).second) visit(std::string(setting.name), s.*setting.value);
    }
  visit("global_tokens", s.global_tokens);
  visit("causal", s.causal);
  if (!std::is_const_v<Settings> || s.mask.tokens() > 0) visit("mask", s.mask);
}

template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, Strategy> {
  visit("kind", s.kind);
  for (const StrategyKind& kind : strategy_kinds())
    for (const StrategySetting& setting : kind.settings)
      if (!std::is_const_v<Settings> || kind.name == s.kind) visit(std::string(setting.name), s.*setting.value);
}

template <class Settings>
bool has_strategy(Settings& s) {
  return !std::is_const_v<Settings> || s.kind != Strategy{}.kind;
}

template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, Lane> {
  visit("name", s.name);
  visit("pattern", s.pattern);
  visit("score", s.score);
  if (has_strategy(s.strategy)) visit("strategy", s.strategy);
  if (!std::is_const_v<Settings> || !s.exceptions.empty()) visit("exceptions", s.exceptions);
  each_own(s.own, [&](const char* name, auto, auto& member, auto) {
    if (!std::is_const_v<Settings> || member) visit(name, member);
  });
}

template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, HeadException> {
  visit("layers", s.layers);
  visit("heads", s.heads);
  visit("pattern", s.spending.pattern);
  visit("score", s.spending.score);
  if (has_strategy(s.spending.strategy)) visit("strategy", s.spending.strategy);
}

template <class Settings, class Visit>
void each_field(Settings& s, const Visit& visit) requires std::is_same_v<std::remove_const_t<Settings>, Experiment> {
  visit("task", s.task);
  visit("data_dir", s.data_dir);
  if (!std::is_const_v<Settings> || !s.tokens.empty()) visit("tokens", s.tokens);
  visit("model", s.model);
  visit("lanes", s.lanes);
  visit("optimiser", s.optimiser);
  visit("penalties", s.penalties);
  visit("guidance", s.guidance);
  visit("early_stopping", s.early_stopping);
  visit("batch", s.batch);
  visit("label_smoothing", s.label_smoothing);
  visit("seed", s.seed);
}

template <class T>
constexpr bool kIsOptional = false;
template <class T>
constexpr bool kIsOptional<std::optional<T>> = true;

template <class T>
constexpr bool kIsList = false;
template <class T>
constexpr bool kIsList<std::vector<T>> = true;

// ---- writing

template <class T>
Json write(const T& value) {
  if constexpr (std::is_same_v<T, float>) {
    return std::stod(fmt::format("{}", value));  // 0.001, not 0.0010000000474974513
  } else if constexpr (std::is_arithmetic_v<T> || std::is_same_v<T, std::string>) {
    return value;
  } else if constexpr (std::is_same_v<T, PairMask> || std::is_same_v<T, PatchMask>) {
    return value.text();
  } else if constexpr (std::is_same_v<T, Range>) {
    return text(value);
  } else if constexpr (kIsOptional<T>) {
    return write(*value);
  } else if constexpr (kIsList<T>) {
    Json list = Json::array();
    for (const auto& item : value) list.push_back(write(item));
    return list;
  } else {
    Json object = Json::object();
    each_field(value, [&](const std::string& key, const auto& member) { object[key] = write(member); });
    return object;
  }
}

// ---- reading

// Where in a file a value stands, for the Error.
struct Place {
  std::string where, path;
  Place at(const std::string& key) const { return {where, path.empty() ? key : path + "." + key}; }
  [[noreturn]] void refuse(const std::string& what) const { throw Error("{}: \"{}\" {}.", where, path, what); }
};

template <class T>
void read(const Json& json, T& value, const Place& place) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (!json.is_string()) place.refuse("must be a text");
    value = json.get<std::string>();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) place.refuse("must be true or false");
    value = json.get<bool>();
  } else if constexpr (std::is_same_v<T, float>) {
    if (!json.is_number() || !std::isfinite(json.get<float>())) place.refuse("must be a finite number");
    value = json.get<float>();
  } else if constexpr (kIsOptional<T>) {
    read(json, value.emplace(), place);
  } else if constexpr (std::is_same_v<T, uint64_t>) {
    if (!json.is_number_unsigned()) place.refuse("must be a whole number from 0");
    value = json.get<uint64_t>();
  } else if constexpr (std::is_same_v<T, int>) {
    if (!json.is_number_integer() || json.get<double>() < -1e9 || json.get<double>() > 1e9)
      place.refuse("must be a whole number");
    value = json.get<int>();
  } else if constexpr (std::is_same_v<T, PairMask> || std::is_same_v<T, PatchMask> || std::is_same_v<T, Range>) {
    if (!json.is_string()) place.refuse("must be a text");
    try {
      if constexpr (std::is_same_v<T, Range>)
        value = parse_range(json.get<std::string>(), "layers or heads");
      else
        value = T::parse(json.get<std::string>());
    } catch (const Error& error) {
      throw Error("{}: \"{}\": {}", place.where, place.path, error.what());
    }
  } else if constexpr (kIsList<T>) {
    constexpr size_t kMost = std::is_same_v<T, std::vector<Lane>> ? Experiment::kMaxLanes : Allocation::kMostExceptions;
    if (!json.is_array() || json.size() > kMost) place.refuse(fmt::format("must be a list of up to {}", kMost));
    value.assign(json.size(), {});
    for (size_t i = 0; i < json.size(); ++i) read(json[i], value[i], place.at(std::to_string(i + 1)));
  } else {
    if (!json.is_object()) place.refuse("must be an object with named settings");
    std::set<std::string> known;
    each_field(value, [&](const std::string& key, auto& member) {
      known.insert(key);
      if (const auto found = json.find(key); found != json.end()) read(*found, member, place.at(key));
    });
    for (const auto& [key, ignored] : json.items())
      if (!known.contains(key)) place.at(key).refuse("is no setting of an experiment; check its spelling");
  }
}

}  // namespace

std::string to_json(const Experiment& experiment) { return write(experiment).dump(2) + "\n"; }

Experiment from_json(const std::string& text, const std::string& where) {
  Experiment experiment;
  read(parse_json(text, where), experiment, {where, ""});
  return experiment;
}

Experiment load_experiment(const std::string& path) {
  const Experiment experiment = from_json(read_file(path, kMostFileBytes), path);
  validate(experiment);
  return experiment;
}

void save_experiment(const Experiment& experiment, const std::string& path) {
  write_file_atomically(path, to_json(experiment));
}

}  // namespace lab
