#include "app/panels/setup/setting_row.h"

#include <imgui.h>

#include <algorithm>

#include "app/widgets/field.h"
#include "app/widgets/text.h"

namespace lab {
namespace {

struct DrawControl {
  const Setting& setting;
  Experiment experiment;  // of its own: a setting's value is looked up where it could be written
  const Snapshot& snapshot;
  std::string_view keys;

  int pick_one(const std::string& shown, std::span<const std::string> names, std::ptrdiff_t current) const {
    const Tip tip = {setting.explanation, keys};
    const float width = field_row(setting.label, tip);
    return pick(setting.label, shown, names, static_cast<int>(current), width, tip);
  }

  SettingChange operator()(const Choose& choose) {
    const std::string& value = choose.value(experiment);
    std::vector<std::string> titles;
    int current = -1;
    for (const NamedChoice& option : choose.options) {
      if (option.name == value) current = static_cast<int>(titles.size());
      titles.push_back(option.title);
    }
    const Tip tip = {current >= 0 ? choose.options[current].explanation : setting.explanation, keys};
    const float width = field_row(setting.label, {setting.explanation, keys});
    const int chosen = pick(setting.label, current >= 0 ? titles[current] : value, titles, current, width, tip);
    if (chosen < 0) return {};
    return [&choose, chosen](Experiment& to) { choose.value(to) = choose.options[chosen].name; };
  }

  SettingChange operator()(const Pick& picked) {
    const int value = picked.value(experiment);
    const std::vector<int> options = picked.options(experiment, snapshot);
    std::vector<std::string> names;
    for (const int option : options) names.push_back(std::to_string(option));
    const int chosen = pick_one(std::to_string(value), names, std::ranges::find(options, value) - options.begin());
    if (chosen < 0) return {};
    return [&picked, option = options[chosen]](Experiment& to) { picked.value(to) = option; };
  }

  SettingChange operator()(const Some& some) {
    const Range value = some.value(experiment);
    const std::vector<Range> options = ranges_of(some.count(experiment));
    std::vector<std::string> names;
    for (const Range& option : options) names.push_back(text(option));
    const int chosen = pick_one(text(value), names, std::ranges::find(options, value) - options.begin());
    if (chosen < 0) return {};
    return [&some, option = options[chosen]](Experiment& to) { some.value(to) = option; };
  }

  SettingChange operator()(const Drag& dragged) {
    float value = dragged.get(experiment);
    const Tip tip = {setting.explanation, keys};
    const float width = field_row(setting.label, tip);
    const DragStyle style = {dragged.low, dragged.high, dragged.speed, dragged.logarithmic(), dragged.whole};
    if (!drag("##value", value, style, width, tip)) return {};
    return [&dragged, value](Experiment& to) { dragged.set(to, value); };
  }
};

/// A setting is one that a lane may have of its own where its change is.
std::vector<const Setting*> find_settings_of_lanes() {
  std::vector<const Setting*> all;
  const Experiment experiment;
  for (const Setting& setting : settings()) {
    Experiment up = experiment, down = experiment;
    change(setting, up, {}, 1), change(setting, down, {}, -1);
    const auto own = [&](const Experiment& changed) {
      return changed != experiment && with_own(experiment, own_settings(experiment, changed)) == changed;
    };
    if (own(up) || own(down)) all.push_back(&setting);
  }
  return all;
}

}  // namespace

SettingChange draw_setting_row(const Setting& setting, const Experiment& experiment, const Snapshot& snapshot,
                               std::string_view keys) {
  ImGui::PushID(setting.label);
  SettingChange change = std::visit(DrawControl{setting, experiment, snapshot, keys}, setting.control);
  ImGui::PopID();
  return change;
}

std::span<const Setting* const> settings_of_lanes() {
  static const std::vector<const Setting*> all = find_settings_of_lanes();
  return all;
}

SettingChange draw_own_settings(const Experiment& seen, const Snapshot& snapshot, int columns) {
  SettingChange change;
  ImGui::PushStyleVar(ImGuiStyleVar_CellPadding, {px(8), px(2)});
  if (ImGui::BeginTable("own", columns, ImGuiTableFlags_SizingStretchSame | ImGuiTableFlags_NoPadOuterX)) {
    for (const Setting* setting : settings_of_lanes()) {
      if (!setting->shown(seen)) continue;
      ImGui::TableNextColumn();
      if (SettingChange made = draw_setting_row(*setting, seen, snapshot)) change = std::move(made);
    }
    ImGui::EndTable();
  }
  ImGui::PopStyleVar();
  return change;
}

}  // namespace lab
