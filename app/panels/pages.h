#pragma once
// Pages: the views of an experiment, as one table. In a wide window Setup and Curves stand beside the open
// page; in a narrow one, and when presenting, they are pages like the others.
//
// Add a page: 1. a file in app/panels/ with its draw function; 2. a row in kPages in pages.cpp, and its name
// in Page (view.h), in the same order. The tabs and the keys F2, F3, … follow.

#include <span>
#include <string>
#include <string_view>

#include "app/panels/commands.h"
#include "app/panels/view.h"
#include "app/widgets/textures.h"

namespace lab {

struct PageRow {
  const char* title;        // on the tab
  const char* explanation;  // in its tooltip
  bool beside;              // stands beside the open page where there is room
  void (*draw)(const Snapshot&, View&, Commands&, TextureStore&);
  bool alone = false;                                          // takes the whole width: nothing stands beside it
  std::string (*csv)(const Snapshot&, const View&) = nullptr;  // its numbers (panel_csv.h); null: it has none
  bool of_lanes = false;                                       // has nothing to show before there are lanes
};
std::span<const PageRow> pages();
constexpr int kMostPages = 9;
/// "F2" for the first, and so on.
std::string_view page_key(int page);
/// Brings a page into sight; nothing where it stands beside the open one already.
void open_page(View& view, Page page);

/// The open page, under the tabs of all pages but those that stand beside it.
void draw_open_page(const Snapshot& snapshot, View& view, Commands& commands, TextureStore& textures);
/// Results, curves and cost, one below the other.
void draw_measures(const Snapshot& snapshot, View& view);

}  // namespace lab
