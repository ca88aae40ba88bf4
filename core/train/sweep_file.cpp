#include "core/train/sweep_file.h"

#include <algorithm>
#include <cmath>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/json.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;

constexpr size_t kMostFileBytes = 8 << 20;

/// The keys of an object, checked off as they are read.
class Object {
 public:
  Object(const Json& json, std::string where) : json_(json), where_(std::move(where)) {
    if (!json.is_object()) throw Error("{} must be an object with named values.", where_);
  }

  const Json* find(const char* key) {
    known_.push_back(key);
    const auto found = json_.find(key);
    return found == json_.end() ? nullptr : &*found;
  }
  const Json& need(const char* key) {
    if (const Json* found = find(key)) return *found;
    throw Error("{}: \"{}\" is missing.", where_, key);
  }
  template <class Number>
  Number number(const char* key) {
    const Json& found = need(key);
    if constexpr (std::is_integral_v<Number>) {
      if (!found.is_number_integer() || (found.is_number_integer() && !found.is_number_unsigned()))
        throw Error("{}: \"{}\" must be a whole number from 0.", where_, key);
      if (found.get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<Number>::max()))
        throw Error("{}: \"{}\" is too large a number.", where_, key);
    } else if (!found.is_number() || !std::isfinite(found.get<double>())) {
      throw Error("{}: \"{}\" must be a finite number.", where_, key);
    }
    return found.get<Number>();
  }
  const Json& list(const char* key) {
    const Json& found = need(key);
    if (!found.is_array()) throw Error("{}: \"{}\" must be a list.", where_, key);
    return found;
  }
  void refuse_others() const {
    for (const auto& [key, ignored] : json_.items())
      if (std::find(known_.begin(), known_.end(), key) == known_.end())
        throw Error("{}: \"{}\" is not known here; check its spelling.", where_, key);
  }
  const std::string& where() const { return where_; }

 private:
  const Json& json_;
  std::string where_;
  std::vector<std::string> known_;
};

Json write(const Sweep& sweep) {
  Json base = Json::parse(to_json(sweep.base));
  base.erase("lanes");
  base.erase("seed");
  Json settings = Json::array();
  for (const Lane& lane : sweep.settings) settings.push_back(text(lane));
  return {{"experiment", base},
          {"settings", settings},
          {"seeds", sweep.seeds},
          {"epochs", sweep.epochs},
          {"steps", sweep.steps}};
}

Experiment read_base(const Json& json, const std::string& where) {
  for (const char* key : {"lanes", "seed"})
    if (json.is_object() && json.contains(key))
      throw Error("{}: \"experiment\" has \"{}\"; a sweep has \"settings\" and \"seeds\" beside it instead.", where,
                  key);
  return from_json(json.dump(), where + ", experiment");
}

Sweep read_sweep(const Json& json, const std::string& where) {
  Object object(json, where);
  Sweep sweep;
  if (const Json* base = object.find("experiment")) sweep.base = read_base(*base, where);
  for (const Json& setting : object.list("settings")) {
    if (!setting.is_string())
      throw Error("{}: \"settings\" must be texts as --lane takes them, like \"local:window=1\".", where);
    sweep.settings.push_back(parse_lane(setting.get<std::string>()));
  }
  if (object.find("seeds")) {
    sweep.seeds.clear();
    for (const Json& seed : object.list("seeds")) {
      if (!seed.is_number_unsigned()) throw Error("{}: \"seeds\" must be whole numbers from 0.", where);
      sweep.seeds.push_back(seed.get<uint64_t>());
    }
  }
  if (object.find("epochs")) sweep.epochs = object.number<int>("epochs");
  if (object.find("steps")) sweep.steps = object.number<int>("steps");
  object.refuse_others();
  validate(sweep);
  return sweep;
}

Json write(const SweepResult& r) {
  return {{"setting", r.setting},   {"seed", r.seed},  {"steps", r.steps},
          {"accuracy", r.accuracy}, {"loss", r.loss},  {"multiply_adds", r.multiply_adds},
          {"step_ms", r.step_ms},   {"bytes", r.bytes}};
}

SweepResult read_result(const Json& json, const std::string& where) {
  Object object(json, where);
  SweepResult r;
  const Json& setting = object.need("setting");
  if (!setting.is_string()) throw Error("{}: \"setting\" must be a text.", where);
  r.setting = setting.get<std::string>();
  r.seed = object.number<uint64_t>("seed");
  r.steps = object.number<int64_t>("steps");
  r.accuracy = object.number<double>("accuracy");
  r.loss = object.number<double>("loss");
  r.multiply_adds = object.number<int64_t>("multiply_adds");
  r.step_ms = object.number<double>("step_ms");
  r.bytes = object.number<int64_t>("bytes");
  object.refuse_others();
  return r;
}

}  // namespace

std::string to_json(const Sweep& sweep) { return write(sweep).dump(2) + "\n"; }

Sweep sweep_from_json(const std::string& text, const std::string& where) {
  return read_sweep(parse_json(text, where), where);
}

Sweep load_sweep(const std::string& path) { return sweep_from_json(read_file(path, kMostFileBytes), path); }

void save_sweep_results(const Sweep& sweep, std::span<const SweepResult> results, const std::string& path) {
  Json list = Json::array();
  for (const SweepResult& result : results) list.push_back(write(result));
  write_file_atomically(path, Json{{"sweep", write(sweep)}, {"results", list}}.dump(2) + "\n");
}

SavedSweep load_saved_sweep(const std::string& path) {
  const Json json = parse_json(read_file(path, kMostFileBytes), path);
  Object object(json, path);
  SavedSweep saved{read_sweep(object.need("sweep"), path + ", sweep"), {}};
  for (const Json& result : object.list("results"))
    saved.results.push_back(read_result(result, fmt::format("{}, result {}", path, saved.results.size() + 1)));
  object.refuse_others();
  return saved;
}

std::vector<SweepResult> load_sweep_results(const Sweep& sweep, const std::string& path) {
  SavedSweep saved = load_saved_sweep(path);
  if (!(saved.sweep == sweep))
    throw Error("{} holds the results of another sweep; move it away, or begin anew without --resume.", path);
  return std::move(saved.results);
}

}  // namespace lab
