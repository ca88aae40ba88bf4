// Files that are opened or dropped on the window: what they hold decides, not their names.

#include "app/panels/files/open_picture.h"

#include <gtest/gtest.h>

#include "core/base/error.h"
#include "core/train/usual_experiment.h"
#include "tests/app/panel_driver.h"
#include "tests/app/text_snapshot.h"
#include "tests/core/train/small_texts.h"

namespace lab::testing {
namespace {

template <class C>
const C& latest(const PanelDriver& lab) {
  return std::get<C>(lab.commands.waiting().back());
}

TEST(OpenFile, AWriterLearnsFromAnyText) {
  const TemporaryFolder folder;
  PanelDriver lab(sample_snapshot());  // of pictures
  const std::string plain = folder.write("plain.png", "BMW is said before {} here."),
                    lines = folder.write("l", "a\tb\n");
  open_file(plain, lab.snapshot, lab.commands);
  const Experiment wanted = latest<command::SetExperiment>(lab).experiment;
  EXPECT_EQ(wanted.task, "write-king-james");
  EXPECT_EQ(wanted.lanes, usual_experiment(wanted.task).lanes);
  EXPECT_EQ(wanted.data_dir, plain);
  lab.snapshot.experiment = usual_experiment("write-pairs");
  open_file(lines, lab.snapshot, lab.commands);
  EXPECT_EQ(latest<command::SetExperiment>(lab).experiment.task, "write-pairs");
}

TEST(OpenFile, LinesWithAnswersAreLearntByTheTaskThatAnswers) {
  const TemporaryFolder folder;
  PanelDriver lab(sample_snapshot());
  const std::string lines = folder.write("lines", "the sun\twarm\n"), plain = folder.write("plain", "the sun");
  for (const auto& [file, task] : {std::pair(lines, "definitions"), {plain, "write-king-james"}}) {
    lab.snapshot.experiment = usual_experiment("definitions");
    open_file(file, lab.snapshot, lab.commands);
    EXPECT_EQ(latest<command::SetExperiment>(lab).experiment.task, task);
  }
}

TEST(OpenFile, APictureIsForATaskOfPictures) {
  const TemporaryFolder folder;
  PanelDriver lab(snapshot_of(small_experiment("sentences", {"dense"})));
  const std::string picture = folder.write("notes.txt", std::string_view("\xff\xd8\xff\xe0 and so on"));
  const std::string said = message_of<Error>([&] { open_file(picture, lab.snapshot, lab.commands); });
  EXPECT_NE(said.find("learns texts; choose a task of pictures"), std::string::npos) << said;
  EXPECT_TRUE(lab.commands.waiting().empty());
}

TEST(OpenFile, TellsRunsFromPictures) {
  const TemporaryFolder folder;
  PanelDriver lab(sample_snapshot());
  const std::string run = folder.write("run", std::string_view("\x02\0\0\0\0\0\0\0{}", 10));
  open_file(run, lab.snapshot, lab.commands);
  EXPECT_EQ(latest<command::OpenRun>(lab).path, run);
  EXPECT_ANY_THROW(open_file(folder.write("coat.txt", "\x89PNG, but damaged"), lab.snapshot, lab.commands));
  EXPECT_ANY_THROW(open_file(folder.path("nowhere"), lab.snapshot, lab.commands));
  EXPECT_EQ(lab.commands.waiting().size(), 1u);
}

}  // namespace
}  // namespace lab::testing
