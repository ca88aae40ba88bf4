#include "core/train/own_settings.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "core/base/error.h"
#include "core/base/parts.h"
#include "core/train/optimiser.h"

namespace lab {

namespace {

void read(std::string_view, std::string_view value, std::string& optimiser) {
  find_optimiser(value);
  optimiser = value;
}

void read(std::string_view name, std::string_view digits, float& value) {
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc{} || end != digits.data() + digits.size())
    throw Error("A lane's {} needs a number, not \"{}\".", name, digits);
}

std::string written(const std::string& optimiser) { return optimiser; }

// 1e+30 without its plus, which begins an exception.
std::string written(float value) {
  std::string digits = fmt::format("{}", value);
  std::erase(digits, '+');
  return digits;
}

std::string said(std::string_view, const std::string& optimiser) { return find_optimiser(optimiser).title; }
std::string said(std::string_view word, float value) { return fmt::format("{} {:g}", word, value); }

// "dropout=0.1" → true, and it is in `own`.
bool take_item(std::string_view item, std::string_view lane, OwnSettings& own) {
  const size_t equals = std::min(item.find('='), item.size());
  bool taken = false;
  each_own(own, [&](std::string_view name, auto, auto& member, auto) {
    if (item.substr(0, equals) != name) return;
    if (member) throw Error("The lane \"{}\" says {} twice; keep one.", lane, name);
    read(name, item.substr(std::min(equals + 1, item.size())), member.emplace());
    taken = true;
  });
  return taken;
}

}  // namespace

std::string take_own(std::string_view lane, OwnSettings& own) {
  const size_t plus = std::min(lane.find('+'), lane.size()), colon = lane.substr(0, plus).find(':');
  if (colon == std::string_view::npos) return std::string(lane);
  std::string rest(lane.substr(0, colon)), separator = ":";
  each_part(lane.substr(colon + 1, plus - colon - 1), ',', [&](std::string_view item) {
    if (!take_item(item, lane, own)) rest += std::exchange(separator, ",") + std::string(item);
  });
  return rest.append(lane.substr(plus));
}

std::string add_own(std::string lane, const OwnSettings& own) {
  size_t end = std::min(lane.find('+'), lane.size());
  each_own(own, [&](std::string_view name, auto, const auto& member, auto) {
    if (!member) return;
    const char separator = lane.substr(0, end).find(':') == std::string::npos ? ':' : ',';
    const std::string item = fmt::format("{}{}={}", separator, name, written(*member));
    lane.insert(end, item);
    end += item.size();
  });
  return lane;
}

std::string title(const OwnSettings& own) {
  std::string all;
  each_own(own, [&](auto, std::string_view word, const auto& member, auto) {
    if (member) all += ", " + said(word, *member);
  });
  return all;
}

}  // namespace lab
