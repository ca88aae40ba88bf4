#pragma once
// JSON from a file somebody wrote: refused with a sentence where it is broken or ambiguous.

#include <nlohmann/json.hpp>
#include <string>

namespace lab {

/// Parses, and refuses what the parser would let through: a key given twice, and depth without end. Throws Error;
/// `where` names the text in it.
nlohmann::ordered_json parse_json(const std::string& text, const std::string& where);

}  // namespace lab
