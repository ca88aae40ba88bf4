#include "app/widgets/characters.h"

#include <fmt/format.h>

#include <iterator>

#include "app/widgets/fonts.h"
#include "app/widgets/token_text.h"
#include "core/text/direction.h"
#include "core/text/utf8.h"

namespace lab {
namespace {

struct Script {
  int32_t first, last;
  std::string_view name, package;
};
// The first row that fits counts.
constexpr std::string_view kDejaVu = "fonts-dejavu-core", kChinese = "fonts-wqy-microhei", kAll = "fonts-unifont";
constexpr Script kScripts[] = {
    {0x0370, 0x03FF, "Greek", kDejaVu},      {0x0400, 0x052F, "Cyrillic", kDejaVu},
    {0x0590, 0x05FF, "Hebrew", kDejaVu},     {0x0600, 0x06FF, "Arabic", kDejaVu},
    {0x2E80, 0xA4CF, "Chinese", kChinese},   {0xAC00, 0xD7AF, "Korean", kChinese},
    {0xF900, 0xFAFF, "Chinese", kChinese},   {0xFB50, 0xFDFF, "Arabic", kDejaVu},
    {0xFE70, 0xFEFF, "Arabic", kDejaVu},     {0xFF00, 0xFFEF, "Chinese", kChinese},
    {0x0080, 0xFFFF, "other scripts", kAll},
};

const Script* script_of(int32_t code_point) {
  for (const Script& script : kScripts)
    if (code_point >= script.first && code_point <= script.last) return &script;
  return nullptr;
}

bool is_always_there(int32_t value) {
  for (const ImWchar* range = font_ranges(); *range != 0; range += 2)
    if (value >= range[0] && value <= range[1]) return true;
  return false;
}

bool is_arabic(int32_t code_point) { return code_point >= 0x0600 && code_point <= 0x06FF; }

/// A letter alone, at the end, the beginning and in the middle of a word, and as one with a lam before it.
std::string forms_of(std::string_view letter) {
  const std::string own(letter), join = "\u0640", lam = "\u0644";
  std::string forms;
  for (const std::string& word : {own, join + own, own + join, join + own + join, lam + own, join + lam + own})
    forms += drawn_characters(word);
  return forms;
}

}  // namespace

bool Characters::add(std::string_view text) {
  const size_t before = all_.size();
  const auto add_one = [&](int32_t value, std::string_view) {
    if (value >= ' ' && !is_always_there(value)) all_.insert(value);
  };
  each_code_point(text, add_one);
  if (all_.size() == before) return false;
  // Letters and their marks are drawn as one where there is such a letter, and those of Arabic in up to four forms.
  each_code_point(composed(text), add_one);
  each_code_point(text, [&](int32_t value, std::string_view letter) {
    if (is_arabic(value)) each_code_point(forms_of(letter), add_one);
  });
  return all_.size() > before;
}

std::vector<ImWchar> Characters::ranges() const {
  std::vector<ImWchar> ranges;
  for (const int32_t value : all_) {
    if (value > 0xFFFF) break;
    const auto wide = static_cast<ImWchar>(value);
    if (!ranges.empty() && ranges.back() + 1 == wide)
      ranges.back() = wide;
    else
      ranges.insert(ranges.end(), {wide, wide});
  }
  ranges.push_back(0);
  return ranges;
}

std::string missing_glyphs(const Characters& characters, const ImFont& font) {
  int missing = 0, beyond = 0;
  const Script* script = nullptr;  // of the first that is missing
  for (const int32_t value : characters.all()) {
    if (has_glyph(font, value)) continue;
    ++missing;
    beyond += value > 0xFFFF;
    if (script == nullptr) script = script_of(value);
  }
  if (missing == 0) return {};
  const std::string said = fmt::format("{} of the text's characters {} drawn as {} here", missing,
                                       missing == 1 ? "is" : "are", missing == 1 ? "its number" : "their numbers");
  if (script == nullptr) return said + ": this window draws none beyond U+FFFF.";
  return fmt::format("{}: apt-get install {} has {}, then start the lab again.", said, script->package, script->name);
}

}  // namespace lab
