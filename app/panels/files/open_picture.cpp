#include "app/panels/files/open_picture.h"

#include <imgui_stdlib.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "core/base/error.h"
#include "core/data/picture.h"

namespace lab {
namespace {

void open(const Snapshot& snapshot, View& view, Commands& commands) {
  try {
    open_file(expanded_path(view.picture.path), snapshot, commands);
    view.picture = {.asked = false, .path = view.picture.path, .trouble = {}};
  } catch (const Error& error) {
    view.picture.trouble = error.what();
  }
}

/// By its first bytes: a safetensors file begins with the length of its header, which is short, and {.
bool is_run(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char begin[9] = {};
  return in.read(begin, sizeof begin) && begin[8] == '{';
}

bool is_picture(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  char begin[3] = {};
  in.read(begin, sizeof begin);
  const std::string_view first(begin, sizeof begin);
  return first == "\x89PN" || first == "\xff\xd8\xff";
}

/// The same task, from a text file of the viewer's own; what is wrong with it the trainer says.
void learn_from_text(const std::string& path, const Snapshot& snapshot, Commands& commands) {
  Experiment own = snapshot.experiment;
  own.data_dir = path;
  commands.send(command::SetExperiment{own});
}

}  // namespace

std::string expanded_path(const std::string& path) {
  const char* home = std::getenv("HOME");
  return home != nullptr && path.rfind("~/", 0) == 0 ? home + path.substr(1) : path;
}

void open_file(const std::string& path, const Snapshot& snapshot, Commands& commands) {
  const bool texts = snapshot.data && !snapshot.data->train.has_pictures();
  if (is_run(path))
    commands.send(command::OpenRun{path});
  else if (texts && !is_picture(path))
    learn_from_text(path, snapshot, commands);
  else
    look_at_picture(path, snapshot, commands);
}

void look_at_picture(const std::string& path, const Snapshot& snapshot, Commands& commands) {
  if (!snapshot.data) throw Error("The data is still loading: open the picture again in a moment.");
  if (!snapshot.data->train.has_pictures())
    throw Error("{} learns texts; choose a task of pictures to look at {}.", snapshot.data->title, path);
  const Picture fitted = fit_picture(read_picture(path), snapshot.data->test.width, snapshot.data->test.height);
  commands.send(command::SetProbePicture{fitted.pixels, std::filesystem::path(path).filename().string()});
}

void draw_open_picture(const Snapshot& snapshot, View& view, Commands& commands) {
  Sheet sheet("open picture", "Open a picture, a text or a saved run", view.picture.asked, 520);
  if (!sheet) return;
  small_print(
      "A PNG or JPEG of any size: its middle is made grey and as small as the data set's pictures. A saved run goes on "
      "where it was left. Where texts are learnt, a text file in UTF-8 is learnt from instead. You can also drop the "
      "file on the window.");
  if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
  ImGui::SetNextItemWidth(ImGui::GetContentRegionAvail().x);
  const bool entered =
      ImGui::InputTextWithHint("##path", "path of the file", &view.picture.path, ImGuiInputTextFlags_EnterReturnsTrue);
  if (!view.picture.trouble.empty()) {
    ImGui::PushTextWrapPos(0);
    styled_text(view.picture.trouble, theme().body, colour::kTroubleText);
    ImGui::PopTextWrapPos();
  }
  if (button("Open", {.primary = true}) || entered) open(snapshot, view, commands);
  ImGui::SameLine();
  if (button("Cancel")) view.picture.asked = false;
}

}  // namespace lab
