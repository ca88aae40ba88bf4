// Patterns as people write and read them.

#include <charconv>

#include "core/attention/pattern.h"
#include "core/base/error.h"

namespace lab {

namespace {

int parse_count(std::string_view key, std::string_view digits, std::string_view whole) {
  int value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size() || digits.empty())
    throw Error("In the lane \"{}\", {} needs a whole number, not \"{}\".", whole, key, digits);
  return value;
}

// "window=N, global=N and causal"
std::string known_settings(const PatternKind& kind) {
  std::string known = kind.painted ? "mask=ROWS, " : "";
  for (const PatternSetting& setting : kind.settings) known += fmt::format("{}=N, ", setting.name);
  return known + "global=N and causal";
}

void parse_setting(Pattern& pattern, const PatternKind& kind, std::string_view item, std::string_view whole) {
  const size_t equals = item.find('=');
  const std::string_view key = item.substr(0, equals);
  const std::string_view value = equals == std::string_view::npos ? "" : item.substr(equals + 1);
  if (item == "causal") {
    pattern.causal = true;
    return;
  }
  if (kind.painted && key == "mask") {
    pattern.mask = PairMask::parse(value);
    return;
  }
  for (const auto& settings : {kind.settings, shared_pattern_settings()})
    for (const PatternSetting& setting : settings)
      if (setting.name == key) {
        pattern.*setting.value = parse_count(key, value, whole);
        return;
      }
  throw Error("In the lane \"{}\", \"{}\" is no setting of {}; it takes {}.", whole, item, kind.name,
              known_settings(kind));
}

}  // namespace

Pattern parse_pattern(std::string_view text) {
  const size_t colon = text.find(':');
  const PatternKind& kind = find_pattern(text.substr(0, colon));
  Pattern pattern = usual_pattern(kind);
  std::string_view rest = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (text.ends_with(':') || text.ends_with(','))
    throw Error("The lane \"{}\" ends where a setting should follow; write for example local:window=1.", text);
  while (!rest.empty()) {
    const size_t comma = rest.find(',');
    parse_setting(pattern, kind, rest.substr(0, comma), text);
    rest = comma == std::string_view::npos ? "" : rest.substr(comma + 1);
  }
  validate(pattern);
  return pattern;
}

std::string text(const Pattern& pattern) {
  const PatternKind& kind = find_pattern(pattern.kind);
  std::string settings;
  for (const PatternSetting& setting : kind.settings)
    settings += fmt::format(",{}={}", setting.name, pattern.*setting.value);
  if (pattern.mask.tokens() > 0) settings += ",mask=" + pattern.mask.text();
  for (const PatternSetting& setting : shared_pattern_settings())
    if (pattern.*setting.value != 0) settings += fmt::format(",{}={}", setting.name, pattern.*setting.value);
  if (pattern.causal) settings += ",causal";
  if (!settings.empty()) settings[0] = ':';
  return pattern.kind + settings;
}

std::string title(const Pattern& pattern, bool grid) {
  const PatternKind& kind = find_pattern(pattern.kind);
  std::string title(kind.title);
  for (const auto& settings : {kind.settings, shared_pattern_settings()})
    for (const PatternSetting& setting : settings)
      if (setting.title) title += setting.title(pattern.*setting.value, grid);
  return pattern.causal ? title + ", causal" : title;
}

}  // namespace lab
