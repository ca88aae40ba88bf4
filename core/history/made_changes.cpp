#include "core/history/made_changes.h"

#include <algorithm>
#include <type_traits>

#include "core/base/error.h"
#include "core/base/json.h"

namespace lab {

namespace {

using Json = nlohmann::ordered_json;
using What = Intervention::What;

constexpr double kMostNumber = 1e9;  // of any step, layer, head or token

template <class Value>
struct Name {
  Value value;
  const char* name;
};
constexpr Name<What> kWhats[] = {{What::kTemperature, "temperature"},
                                 {What::kUniform, "uniform"},
                                 {What::kMask, "mask"},
                                 {What::kWeight, "weight"},
                                 {What::kOff, "off"}};
constexpr Name<Attending> kAttendingNames[] = {
    {Attending::kTokens, "tokens"}, {Attending::kAnswer, "answer"}, {Attending::kCross, "cross"}};

template <class Value, size_t count>
const char* name_of(Value value, const Name<Value> (&names)[count]) {
  return std::ranges::find(names, value, &Name<Value>::value)->name;
}

template <class Value, size_t count>
Value named(const Json& json, const char* key, const Name<Value> (&names)[count], const std::string& where) {
  const std::string name = json.at(key).get<std::string>();
  const auto* const row = std::ranges::find(names, name, &Name<Value>::name);
  if (row == std::end(names))
    throw Error("{} is damaged: the \"{}\" of a change of attention in it cannot be \"{}\".", where, key, name);
  return row->value;
}

// Calls visit(key, member, smallest, largest) for every number: the one list behind writing and reading.
template <class Change, class Visit>
void each_number(Change& change, const Visit& visit) {
  visit("lane", change.what.lane, 0, kMostNumber);
  visit("layer", change.what.layer, -1, kMostNumber);
  visit("head", change.what.head, -1, kMostNumber);
  visit("query", change.what.query, -1, kMostNumber);
  visit("key", change.what.key, -1, kMostNumber);
  visit("amount", change.what.amount, 0, kMostNumber);
  visit("step", change.step, 0, 1e12);
  visit("accuracy_before", change.accuracy_before, 0, 1);
  visit("accuracy", change.accuracy, 0, 1);
}

Json write(const MadeChange& change) {
  Json json = {{"what", name_of(change.what.what, kWhats)},
               {"attending", name_of(change.what.attending, kAttendingNames)},
               {"measured", change.measured}};
  each_number(change, [&](const char* key, const auto& member, double, double) { json[key] = member; });
  return json;
}

MadeChange read(const Json& json, const std::string& where) {
  MadeChange change;
  change.what.what = named(json, "what", kWhats, where);
  change.what.attending = named(json, "attending", kAttendingNames, where);
  change.measured = json.at("measured").get<bool>();
  each_number(change, [&](const char* key, auto& member, double smallest, double largest) {
    using Member = std::remove_reference_t<decltype(member)>;
    const Json& value = json.at(key);
    const bool kind = std::is_integral_v<Member> ? value.is_number_integer() : value.is_number();
    if (!kind || !(value.get<double>() >= smallest && value.get<double>() <= largest))
      throw Error("{} is damaged: the \"{}\" of a change in it is {}.", where, key, value.dump());
    member = value.get<Member>();
  });
  return change;
}

}  // namespace

std::string to_json(const MadeChanges& changes) {
  Json made = Json::array();
  for (const MadeChange& change : changes.all) made.push_back(write(change));
  return Json{{"made", made}, {"undone", changes.undone}}.dump();
}

MadeChanges changes_from_json(const std::string& text, const std::string& where) {
  MadeChanges changes;
  try {
    const Json json = parse_json(text, where);
    const Json& made = json.at("made");
    if (!made.is_array() || made.size() > MadeChanges::kMost)
      throw Error("{} is damaged: it must list up to {} changes.", where, MadeChanges::kMost);
    for (const Json& change : made) changes.all.push_back(read(change, where));
    changes.undone = json.at("undone").get<int>();
  } catch (const Json::exception&) {
    throw Error("{} is damaged: the changes in it are not written as they should be.", where);
  }
  if (changes.undone < 0 || static_cast<size_t>(changes.undone) > changes.all.size())
    throw Error("{} is damaged: {} of its {} changes cannot have been taken back.", where, changes.undone,
                changes.all.size());
  return changes;
}

}  // namespace lab
