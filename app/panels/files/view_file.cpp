#include "app/panels/files/view_file.h"

#include "app/panels/pages.h"
#include "core/base/error.h"
#include "core/base/json.h"

namespace lab {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kReferences[] = {"nothing", "lane", "head", "pin"};  // by Reference::Kind

// Calls visit(key, member) for every number of the view that is written as it is: the one list behind writing and
// reading.
template <class SomeView, class Visit>
void each_field(SomeView& view, const Visit& visit) {
  visit("lane", view.selection.lane);
  visit("layer", view.selection.layer);
  visit("head", view.selection.head);
  visit("query", view.selection.query);
  visit("one_scale", view.lanes.style.shared);
  visit("logarithmic", view.curves.logarithmic);
  visit("curves_from", view.curves.plot.low);
  visit("curves_to", view.curves.plot.high);
  visit("compared_lane", view.lanes.compare.reference.lane);
  visit("compared_layer", view.lanes.compare.reference.layer);
  visit("compared_head", view.lanes.compare.reference.head);
  visit("compared_step", view.lanes.compare.reference.step);
}

/// The member of that name where it is of that kind; else `otherwise`.
template <class T>
T value_of(const Json& json, const char* key, const T& otherwise) {
  const auto found = json.find(key);
  if (found == json.end()) return otherwise;
  if constexpr (std::is_same_v<T, bool>) return found->is_boolean() ? found->get<bool>() : otherwise;
  if constexpr (std::is_same_v<T, std::string>) return found->is_string() ? found->get<std::string>() : otherwise;
  if constexpr (std::is_arithmetic_v<T> && !std::is_same_v<T, bool>) {
    constexpr double kMost = 1e9;
    const bool fits = found->is_number() && std::abs(found->get<double>()) <= kMost;
    return fits ? static_cast<T>(found->get<double>()) : otherwise;
  }
}

void take_page(const std::string& title, View& view) {
  for (size_t page = 0; page < pages().size(); ++page)
    if (pages()[page].title == title) view.page = static_cast<Page>(page);
}

void take_pins(const Json& json, Commands& commands) {
  const auto pins = json.find("pins");
  if (pins == json.end() || !pins->is_array()) return;
  for (const Json& pin : *pins)
    if (pin.is_number_integer()) commands.send(command::Pin{std::max<int64_t>(0, pin.get<int64_t>())});
}

void take(const Json& json, const Snapshot& snapshot, View& view, Commands& commands) {
  each_field(view, [&](const char* key, auto& member) { member = value_of(json, key, member); });
  take_page(value_of(json, "page", std::string()), view);
  const std::string colours = value_of(json, "colours", std::string());
  if (!colours.empty()) view.lanes.style.colours = colours == "cividis" ? ColourMap::kCividis : ColourMap::kViridis;
  const std::string reference = value_of(json, "compared_with", std::string());
  for (int kind = 0; kind < static_cast<int>(std::size(kReferences)); ++kind)
    if (reference == kReferences[kind]) view.lanes.compare.reference.kind = static_cast<Reference::Kind>(kind);
  const int sample = value_of(json, "sample", -1);
  if (sample >= 0 && snapshot.data && sample < snapshot.data->test.count()) commands.send(command::SetProbe{sample});
  take_pins(json, commands);
  if (const auto step = value_of<int64_t>(json, "looked_back_to", -1); step >= 0)
    commands.send(command::LookBack{step});
}

}  // namespace

std::string view_text(const View& view, const Snapshot& snapshot) {
  Json json = {{"page", pages()[static_cast<size_t>(view.page)].title},
               {"colours", view.lanes.style.colours == ColourMap::kCividis ? "cividis" : "viridis"},
               {"compared_with", kReferences[static_cast<int>(view.lanes.compare.reference.kind)]},
               {"sample", snapshot.probe.index}};
  each_field(view, [&](const char* key, const auto& member) { json[key] = member; });
  for (const auto& pin : snapshot.pins) json["pins"].push_back(pin->step);
  if (snapshot.history.past) json["looked_back_to"] = snapshot.step;
  return json.dump();
}

void take_view(const std::string& text, const Snapshot& snapshot, View& view, Commands& commands) {
  try {
    const Json json = parse_json(text, "the view");
    if (json.is_object()) take(json, snapshot, view, commands);
  } catch (const Error&) {  // another program's, or damaged: the run is opened all the same
  }
}

void follow_opened_run(const Snapshot& snapshot, View& view, Commands& commands) {
  if (snapshot.opened_view.runs == view.runs_opened) return;
  view.runs_opened = snapshot.opened_view.runs;
  if (!snapshot.opened_view.text.empty()) take_view(snapshot.opened_view.text, snapshot, view, commands);
}

}  // namespace lab
