#include "app/panels/files/open_picture.h"

#include <imgui_stdlib.h>

#include <cstdlib>
#include <filesystem>

#include "app/panels/files/file_kind.h"
#include "app/panels/sheet.h"
#include "app/widgets/button.h"
#include "app/widgets/text.h"
#include "core/base/error.h"
#include "core/data/picture.h"
#include "core/data/tasks.h"
#include "core/train/usual_experiment.h"

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

/// Its lines with their answers by the task that is learnt, where that has answers; else a writer goes on with it. What
/// is wrong with a file the trainer says, and training goes on as it was.
void learn_from_text(const std::string& path, bool lines, const Snapshot& snapshot, Commands& commands) {
  constexpr std::string_view kWriter = "write-king-james";
  Experiment own = snapshot.experiment;
  const ModelKind kind = find_task(own.task).kind;
  const bool answers = kind == ModelKind::kTextClassifier || kind == ModelKind::kTranslator;
  if (kind != ModelKind::kWriter && !(answers && lines)) change_task(own, kWriter);
  own.data_dir = path;
  commands.send(command::SetExperiment{own});
}

}  // namespace

std::string expanded_path(const std::string& path) {
  const char* home = std::getenv("HOME");
  return home != nullptr && path.rfind("~/", 0) == 0 ? home + path.substr(1) : path;
}

void open_file(const std::string& path, const Snapshot& snapshot, Commands& commands) {
  const FileKind kind = kind_of_file(path);
  if (kind == FileKind::kRun)
    commands.send(command::OpenRun{path});
  else if (kind == FileKind::kPicture)
    look_at_picture(path, snapshot, commands);
  else
    learn_from_text(path, kind == FileKind::kLines, snapshot, commands);
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
      "where it was left. From a text in UTF-8 a model learns to write like it; where texts are told apart or "
      "answered, "
      "lines of a text, a tab and its answer are learnt from instead. You can also drop the file on the window.");
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
