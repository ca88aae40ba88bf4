#pragma once
// View: everything about the screen that is not the experiment: what the viewer points at and
// which panels are open. With a Snapshot it decides every pixel.

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/panels/cost/budget_state.h"
#include "app/panels/cost/scaling_state.h"
#include "app/panels/explain/explain_state.h"
#include "app/panels/files/export_state.h"
#include "app/panels/history/history_state.h"
#include "app/panels/inside/inside_state.h"
#include "app/panels/lanes/change_state.h"
#include "app/panels/lanes/compare_state.h"
#include "app/panels/lanes/drawing_state.h"
#include "app/panels/lanes/lane_images.h"
#include "app/panels/lanes/pair_canvas.h"
#include "app/panels/selection.h"
#include "app/panels/setup/draft.h"
#include "app/panels/step/step_state.h"
#include "app/panels/texts/baseline_state.h"
#include "app/panels/texts/text_state.h"
#include "app/panels/texts/token_state.h"
#include "app/widgets/line_plot.h"
#include "core/examples/example.h"

namespace lab {

/// The pair under the mouse; lit in every lane.
struct PairHover {
  int query = -1, key = -1;
  bool operator==(const PairHover&) const = default;
};

struct LanesState {
  HeatStyle style;
  TextLook text;
  TextField field;
  TokenViewState tokens;
  LaneImages images;
  CompareState compare;
  PairHover hovered, next_hovered;  // of the last frame, and found in this one
};

struct CurvesState {
  PlotView plot;
  bool logarithmic = false;  // the losses
};

struct SetupState {
  Draft draft;
  int edited_lane = -1;  // whose editor is open; −1: none
  bool open_editor = false;
  int chosen = -1;            // the setting that keys change; −1: none
  bool show_chosen = false;   // scroll to it
  bool seldom_shown = false;  // the settings that are folded away
  bool own_shown = false;     // what the edited lane may train by itself
  int edited_exception = -1;  // of the edited lane; −1: what holds for all other heads
  PairCanvasState pairs;
};

struct OpenPictureState {
  bool asked = false;  // opens the dialog in the next frame
  std::string path;
  std::string trouble;
};

struct ExamplesState {
  int open = 0;                                   // which example
  std::vector<std::vector<ExampleInput>> inputs;  // of every example; empty until they are shown
  bool stale = true;                              // the numbers changed
  std::vector<ExampleStep> steps;                 // of the open one
  std::string trouble;                            // or why there are none
  int chosen = -1;                                // the number that keys change; −1: none
  bool show_chosen = false;                       // scroll to it
  float scroll = 0;                               // the steps, by so many heights of what is seen
};

enum class Page {
  kLanes,
  kStep,
  kExplain,
  kInside,
  kScaling,
  kBudget,
  kCurves,
  kSetup,
  kExamples
};  // as the rows of kPages (pages.cpp)

struct View {
  Selection selection;
  LanesState lanes;
  ChangeState change;
  DrawingState drawing;
  CurvesState curves;
  SetupState setup;
  ScalingState scaling;
  BudgetState budget;
  OpenPictureState picture;
  ExamplesState examples;
  StepState step;
  ExplainState explain;
  InsideState inside;
  HistoryState history;
  BaselineState baseline;
  ExportState exporting;
  int runs_opened = 0;       // whose view was taken over (view_file.h)
  Page page = Page::kLanes;  // the open one
  bool beside = true;        // whether curves and setup stand beside it
  bool presenting = false;   // bigger text, one panel at a time
  bool help = false;
  bool quit = false;
  std::function<void()> wake;  // the window's, from any thread: there is something new to draw; empty: none
  std::string trouble;         // one sentence, until it is dismissed
  std::string dismissed;       // the snapshot's message that the viewer has seen
};

}  // namespace lab
