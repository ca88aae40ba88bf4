// Allocations as people write and read them.

#include <algorithm>
#include <cctype>
#include <charconv>
#include <utility>

#include "core/attention/score.h"
#include "core/attention/spending.h"
#include "core/base/error.h"
#include "core/base/parts.h"

namespace lab {

namespace {

// What a part says beside its pattern; taken out of it, each at most once.
constexpr std::string_view kScore = "score", kStrategy = "strategy", kHeads = "heads", kLayers = "layers";

float parse_number(std::string_view key, std::string_view digits) {
  float value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size())
    throw Error("The strategy's {} needs a number, not \"{}\".", key, digits);
  return value;
}

bool is_strategy(std::string_view name) {
  return std::any_of(strategy_kinds().begin(), strategy_kinds().end(),
                     [&](const StrategyKind& kind) { return kind.name == name; });
}

// The strategy comes first: it tells which settings are its own.
Strategy parse_strategy(std::string_view items, Strategy strategy) {
  each_part(items, ',', [&](std::string_view item) {
    if (item.starts_with(kStrategy) && item.substr(kStrategy.size()).starts_with('='))
      strategy = usual_strategy(find_strategy(item.substr(kStrategy.size() + 1)));
  });
  return strategy;
}

const StrategySetting* setting_of(const Strategy& strategy, std::string_view key) {
  for (const StrategySetting& setting : find_strategy(strategy.kind).settings)
    if (setting.name == key) return &setting;
  return nullptr;
}

bool is_pattern_setting(const Strategy& strategy, std::string_view key) {
  return key != kScore && key != kStrategy && key != kHeads && key != kLayers && !setting_of(strategy, key);
}

void take(HeadException& part, std::string_view key, std::string_view value) {
  if (key == kScore) part.spending.score = find_score(value).name;
  if (const StrategySetting* setting = setting_of(part.spending.strategy, key))
    part.spending.strategy.*setting->value = parse_number(key, value);
  if (key == kHeads) part.heads = parse_range(value, key);
  if (key == kLayers) part.layers = parse_range(value, key);
}

HeadException parse_part(std::string_view text) {
  HeadException part;
  std::vector<std::string_view> taken;
  const size_t colon = std::min(text.find(':'), text.size());
  std::string pattern(text.substr(0, colon)), separator = ":";
  if (is_strategy(pattern)) {
    part.spending.strategy = usual_strategy(find_strategy(pattern));
    pattern = Pattern{}.kind;
  }
  if (colon < text.size()) {
    part.spending.strategy = parse_strategy(text.substr(colon + 1), part.spending.strategy);
    each_part(text.substr(colon + 1), ',', [&](std::string_view item) {
      const size_t equals = std::min(item.find('='), item.size());
      const std::string_view key = item.substr(0, equals), value = item.substr(std::min(equals + 1, item.size()));
      if (is_pattern_setting(part.spending.strategy, key)) {
        pattern += std::exchange(separator, ",") + std::string(item);
        return;
      }
      if (std::find(taken.begin(), taken.end(), key) != taken.end())
        throw Error("The lane \"{}\" says {} twice; keep one.", text, key);
      taken.push_back(key);
      take(part, key, value);
    });
  }
  part.spending.pattern = parse_pattern(pattern);
  return part;
}

std::string text_of_part(const HeadException& part) {
  std::string written = text(part.spending.pattern);
  const auto add = [&](std::string_view key, const std::string& value) {
    written += fmt::format("{}{}={}", written.find(':') == std::string::npos ? ':' : ',', key, value);
  };
  if (part.spending.score != Spending{}.score) add(kScore, part.spending.score);
  if (const Strategy& strategy = part.spending.strategy; strategy.kind != Strategy{}.kind) {
    add(kStrategy, strategy.kind);
    for (const StrategySetting& setting : find_strategy(strategy.kind).settings)
      add(setting.name, fmt::format("{}", strategy.*setting.value));
  }
  if (!part.layers.all()) add(kLayers, text(part.layers));
  if (!part.heads.all()) add(kHeads, text(part.heads));
  return written;
}

// As it stands within a sentence: "Local 3×3" → "local 3×3"; "BigBird" keeps its capitals.
std::string within_sentence(std::string title) {
  const std::string word = title.substr(0, title.find(' '));
  const bool name = std::any_of(word.begin() + 1, word.end(), [](unsigned char c) { return std::isupper(c); });
  if (!name) title[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(title[0])));
  return title;
}

// "Top 8"
std::string title_of(const Strategy& strategy) {
  const StrategyKind& kind = find_strategy(strategy.kind);
  std::string title(kind.title);
  for (const StrategySetting& setting : kind.settings)
    if (setting.title) title += setting.title(strategy.*setting.value);
  return title;
}

// "head 2", "heads 1–2"
std::string title(const Range& range, std::string_view one) {
  return range.first == range.last ? fmt::format("{} {}", one, range.first)
                                   : fmt::format("{}s {}–{}", one, range.first, range.last);
}

}  // namespace

Range parse_range(std::string_view text, std::string_view what) {
  if (text == "all") return {};
  Range range;
  const auto number = [](std::string_view digits, int& value) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    return error == std::errc{} && end == digits.data() + digits.size();
  };
  const size_t dash = text.find('-');
  const bool read = number(text.substr(0, dash), range.first) &&
                    number(dash == std::string_view::npos ? text : text.substr(dash + 1), range.last);
  if (!read || range.first < 1 || range.last < range.first)
    throw Error("\"{}\" says no {}; write for example 2 or 1-3, counted from 1, or all.", text, what);
  return range;
}

std::string text(const Range& range) {
  if (range.all()) return "all";
  return range.first == range.last ? std::to_string(range.first) : fmt::format("{}-{}", range.first, range.last);
}

Allocation parse_allocation(std::string_view text) {
  Allocation allocation;
  bool first = true;
  each_part(text, '+', [&](std::string_view part) {
    const HeadException parsed = parse_part(part);
    if (!std::exchange(first, false)) {
      allocation.exceptions.push_back(parsed);
      return;
    }
    if (!parsed.layers.all() || !parsed.heads.all())
      throw Error("The lane \"{}\" begins with what holds for all heads and layers; add exceptions after a +.", text);
    static_cast<Spending&>(allocation) = parsed.spending;
  });
  return allocation;
}

std::string text(const Allocation& allocation) {
  std::string written = text_of_part({{}, {}, allocation});
  for (const HeadException& exception : allocation.exceptions) written += "+" + text_of_part(exception);
  return written;
}

std::string title(const Spending& spending, bool grid) {
  // "Top 8" says it all where the rest is as usual.
  if (spending.strategy.kind != Strategy{}.kind && spending == Spending{{}, Spending{}.score, spending.strategy})
    return title_of(spending.strategy);
  std::string all = title(spending.pattern, grid);
  if (spending.score != Spending{}.score) all += ", " + within_sentence(std::string(find_score(spending.score).title));
  if (spending.strategy.kind != Strategy{}.kind) all += ", " + within_sentence(title_of(spending.strategy));
  return all;
}

std::string title_of_place(const HeadException& exception) {
  const std::string layers = exception.layers.all() ? "" : title(exception.layers, "layer");
  const std::string heads = exception.heads.all() ? "" : title(exception.heads, "head");
  if (layers.empty() && heads.empty()) return "all heads";
  return layers + (layers.empty() || heads.empty() ? "" : " ") + heads;
}

std::string title(const Allocation& allocation, bool grid) {
  std::string all = title(static_cast<const Spending&>(allocation), grid);
  for (const HeadException& exception : allocation.exceptions)
    all += fmt::format(", {} {}", title_of_place(exception), within_sentence(title(exception.spending, grid)));
  return all;
}

}  // namespace lab
