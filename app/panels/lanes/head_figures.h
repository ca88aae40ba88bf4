#pragma once
// What the Inside page says of a head: its figures, one row each, and its label with the figure that earns it.

#include <span>
#include <string>

#include "core/attention/attending.h"
#include "core/attention/tile_map.h"
#include "core/inspect/head_statistics.h"

namespace lab {

/// A figure of a head: how it is called and said.
struct HeadFigure {
  const char* name;
  double HeadStatistics::*value;
  const char* form;  // of fmt
  double times;
  const char* explanation;
  enum Where {
    kAlways,
    kOneText,
    kSequence,
    kClassToken,
    kTwoTexts
  } where = kAlways;  // it means something: among
                      // tokens that have a distance,
                      // that stand in a row, that are
                      // read for the answer; from a
                      // text to another

  std::string of(const HeadStatistics& s) const;
  bool applies(const Geometry& geometry, Attending attending = Attending::kTokens) const;
};
std::span<const HeadFigure> head_figures();

/// "It looks at neighbours: 56 % of its attention goes to what lies next to the query. Said from 50 % on."
std::string habit_words(const HeadHabit& habit, const HeadStatistics& s);

}  // namespace lab
