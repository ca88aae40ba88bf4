#include "core/base/json.h"

#include <set>
#include <vector>

#include "core/base/error.h"

namespace lab {

namespace {
constexpr int kDeepest = 8;
}

nlohmann::ordered_json parse_json(const std::string& text, const std::string& where) {
  using Json = nlohmann::ordered_json;
  std::vector<std::set<std::string>> keys;
  const auto check = [&](int depth, Json::parse_event_t event, Json& parsed) {
    if (depth > kDeepest) throw Error("{} is nested deeper than any experiment.", where);
    if (event == Json::parse_event_t::object_start) keys.emplace_back();
    if (event == Json::parse_event_t::object_end) keys.pop_back();
    if (event == Json::parse_event_t::key && !keys.back().insert(parsed.get<std::string>()).second)
      throw Error("{} has the key \"{}\" twice; keep one.", where, parsed.get<std::string>());
    return true;
  };
  try {
    return Json::parse(text, check);
  } catch (const nlohmann::json::exception& error) {
    throw Error("{} is not valid JSON ({}).", where, error.what());
  }
}

}  // namespace lab
