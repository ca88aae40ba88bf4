#include "app/panels/lanes/head_figures.h"

#include <fmt/format.h>

namespace lab {
namespace {

constexpr HeadFigure kFigures[] = {
    {"Entropy, nats", &HeadStatistics::entropy, "{:.2f}", 1,
     "How spread out a query's attention is: −Σ w · ln w, mean over queries. 0: all on one key."},
    {"Of the most possible", &HeadStatistics::entropy_share, "{:.0f} %", 100,
     "The entropy as a share of that of even attention over the same keys."},
    {"Mean distance", &HeadStatistics::distance, "{:.2f}", 1,
     "How far attention goes, in patches or tokens; the class token has no place and is left out.",
     HeadFigure::kOneText},
    {"On itself", &HeadStatistics::itself, "{:.0f} %", 100, "Of a query's attention, what stays at its own place.",
     HeadFigure::kOneText},
    {"Next to it", &HeadStatistics::neighbours, "{:.0f} %", 100,
     "Of a query's attention, what goes to the patches or tokens right beside it.", HeadFigure::kOneText},
    {"On the token before", &HeadStatistics::before, "{:.0f} %", 100,
     "Of a query's attention, what goes to the token just before it.", HeadFigure::kSequence},
    {"On the class token", &HeadStatistics::class_token, "{:.0f} %", 100,
     "Of a query's attention, what goes to the token that is read for the answer.", HeadFigure::kClassToken},
    {"Largest weight", &HeadStatistics::largest, "{:.0f} %", 100,
     "Of a query's attention, what goes to the token that gets most of it: how sure it is where to look.",
     HeadFigure::kTwoTexts},
    {"Moves on", &HeadStatistics::onward, "{:.0f} %", 100,
     "From one token of the answer to the next, how often what is looked at most lies later in the text. 100 %: the "
     "text is read from its begin to its end.",
     HeadFigure::kTwoTexts},
    {"Moves back", &HeadStatistics::backward, "{:.0f} %", 100,
     "From one token of the answer to the next, how often what is looked at most lies earlier in the text. 100 %: the "
     "text is read from its end to its begin.",
     HeadFigure::kTwoTexts},
};

}  // namespace

std::string HeadFigure::of(const HeadStatistics& s) const { return fmt::format(fmt::runtime(form), s.*value * times); }

bool HeadFigure::applies(const Geometry& geometry, Attending attending) const {
  if (where == kAlways) return true;
  if (attending == Attending::kCross || where == kTwoTexts) return attending == Attending::kCross && where == kTwoTexts;
  return !(where == kSequence && geometry.is_grid()) && !(where == kClassToken && geometry.prefix == 0);
}

std::span<const HeadFigure> head_figures() { return kFigures; }

std::string habit_words(const HeadHabit& habit, const HeadStatistics& s) {
  return fmt::format("It {}: {}. Said from {:.0f} % on.", habit.label,
                     fmt::format(fmt::runtime(habit.rule), 100 * s.*habit.figure), 100 * habit.least);
}

}  // namespace lab
