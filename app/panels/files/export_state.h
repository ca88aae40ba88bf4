#pragma once
// What the viewer exports: which panel, as what, where to.

#include <imgui.h>

#include <optional>
#include <string>
#include <vector>

namespace lab {

enum class ExportFormat { kPng, kSvg, kCsv };
constexpr const char* kExportFormats[] = {"PNG", "SVG", "CSV"};  // the endings of files too, in small letters

/// A panel of this frame.
struct PanelOnScreen {
  std::string name;  // "Curves and cost"
  int page = -1;     // whose numbers they are: a row of pages(); −1: it has none
  ImVec2 low, high;
};

struct ExportRequest {
  std::string panel;  // empty: the whole window
  std::vector<ExportFormat> formats;
  int frames = 1;  // to be drawn first: until the sheet that asked is gone
};

struct ExportState {
  bool asked = false;                      // the sheet is open
  std::string panel;                       // the chosen one; empty: the whole window
  bool formats[3] = {true, false, false};  // the chosen ones, by ExportFormat
  std::string folder;                      // empty: not chosen yet
  std::string trouble;                     // of the sheet
  std::vector<PanelOnScreen> panels;       // in this frame, as they were drawn
  std::optional<ExportRequest> request;    // the window writes the files
  std::string said;                        // how it went, until it is dismissed
};

}  // namespace lab
