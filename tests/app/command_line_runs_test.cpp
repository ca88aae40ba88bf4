// What the finished program saves, goes on with and exports.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "core/data/safetensors.h"
#include "core/history/run_file.h"
#include "core/live/live_run.h"
#include "tests/app/command_line.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

TEST(CommandLineRuns, ASavedExperimentIsTheSameRun) {
  const TemporaryFolder folder;
  const auto loss = [](const std::string& options) {
    const std::vector<Json> lines = json_lines(call("train --steps 10 --json " + options).out);
    return lines.empty() ? "" : lines.back()["train_loss"].dump();
  };
  const std::string path = folder.path("experiment.json");
  const std::string first = loss(kSmall + "--lane local:window=1,score=cosine --seed 11 --save-experiment " + path);
  EXPECT_NE(first, "");
  EXPECT_EQ(loss("--experiment " + path), first);
  EXPECT_NE(loss("--experiment " + path + " --seed 12"), first);
}

TEST(CommandLineRuns, SavedWeightsCarryPyTorchsNames) {
  const TemporaryFolder folder;
  const std::string path = folder.path("weights.safetensors");
  ASSERT_EQ(call("train " + kSmall + "--lane dense --steps 2 --save " + path).code, 0);
  const std::string bytes = contents(path);
  for (const char* name : {"encoder.layers.0.self_attn.in_proj_weight", "patch_embed.weight", "class_token", "position",
                           "encoder.norm.bias", "head.weight"})
    EXPECT_NE(bytes.find('"' + std::string(name) + '"'), std::string::npos) << name;
  EXPECT_NO_THROW(SafetensorsFile::load(path));
}

TEST(CommandLineRuns, ARunKilledAndResumedIsAsNeverStopped) {
  const TemporaryFolder folder;
  const std::string straight = folder.path("straight"), killed = folder.path("killed"), going = folder.path("on");
  const std::string setup = kSmall + "--dropout 0.1 --lane dense --lane local:window=1 ";
  shell(LAB_PROGRAM " train " + setup + "--steps 1000000000 --save-every 25 --save " + killed +
        " >/dev/null 2>&1 & until [ -e " + killed + " ]; do sleep 0.01; done; kill -KILL $!; wait $!");
  const std::string saved = SafetensorsFile::load(killed).metadata().find("steps")->second;
  EXPECT_EQ(std::stoi(saved) % 25, 0) << saved;
  const std::string more = std::to_string(std::stoi(saved) + 35);
  ASSERT_EQ(call("train --threads 1 --resume " + killed + " --steps " + more + " --save " + going).code, 0);
  ASSERT_EQ(call("train " + setup + "--steps " + more + " --save " + straight).code, 0);
  EXPECT_EQ(contents(going), contents(straight));

  EXPECT_EQ(call("train --resume " + going + " --steps 5").code, 1);
  EXPECT_EQ(call("train --resume " + going + " --width 32 --steps 1000").code, 1);
  EXPECT_EQ(call("train --resume " + going + " --experiment " + going).code, 2);
  EXPECT_EQ(
      call("train --resume " + going + " --learning-rate 0.01 --steps " + std::to_string(std::stoi(more) + 1)).code, 0);
}

TEST(CommandLineRuns, WhatAWindowLeftInARunIsKeptWhereItGoesOn) {
  const TemporaryFolder folder;
  const std::string left = folder.path("left"), on = folder.path("on");
  ASSERT_EQ(call("train " + kSmall + "--lane dense --steps 4 --save " + left).code, 0);
  LiveRun window(RunFile::load(left).experiment());
  window.apply(command::OpenRun{left});
  window.advance();
  window.apply(command::Change{{Intervention::What::kOff, 0, 0, 1}});
  window.apply(command::SaveRun{left, "{\"page\":\"Curves\"}"});
  ASSERT_EQ(call("train --resume " + left + " --steps 9 --save " + on).code, 0);
  const RunFile first = RunFile::load(left), second = RunFile::load(on);
  EXPECT_EQ(second.view(), "{\"page\":\"Curves\"}");
  EXPECT_EQ(second.changes(), first.changes());
  EXPECT_EQ(second.changes().all.size(), 1u);
  window.apply(command::OpenRun{on});
  EXPECT_EQ(window.step(), 9);
  EXPECT_EQ(window.snapshot()->history.marks.front().step, 4);
}

TEST(CommandLineRuns, ExportWritesWhatPyTorchReads) {
  const TemporaryFolder folder;
  const std::string run = folder.path("run"), out = folder.path("for/torch");
  ASSERT_EQ(call("train " + kSmall + "--lane dense --lane local:window=1 --steps 2 --save " + run).code, 0);
  const Result result = call("export " + run + " --lane 2 --out " + out);
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_TRUE(SafetensorsFile::load(out + "/model.safetensors").has("patch_embed.weight"));
  EXPECT_NE(contents(out + "/model.py").find("strict=True"), std::string::npos);
  const std::string from = "train " + kSmall + "--lane local:window=1 --json --steps 1 --weights ";
  const Json here = json_lines(call(from + out + "/model.safetensors").out).back();
  EXPECT_NE(here["train_loss"],
            json_lines(call("train " + kSmall + "--lane local:window=1 --json --steps 1").out).back()["train_loss"]);
  EXPECT_EQ(call("export " + run + " --lane 3 --out " + out).code, 1);
  EXPECT_EQ(call("export " + out + "/model.safetensors --out " + out).code, 1);
}

TEST(CommandLineRuns, AFilmHasAPictureOfEachMomentAndTheCurves) {
  const TemporaryFolder folder;
  const std::string path = folder.path("run"), film = folder.path("film");
  Experiment experiment;
  experiment.task = "shapes";
  experiment.model = {.width = 16, .heads = 2, .layers = 1, .mlp = 16, .patch = 7, .dropout = 0};
  experiment.batch = 8;
  LiveRun run(experiment);
  for (int step = 0; step < 12; ++step) run.advance();
  run.apply(command::SaveRun{path});
  const Result result = call("film " + path + " --every 6 --picture-width 640 --picture-height 480 --out " + film);
  ASSERT_EQ(result.code, 0) << result.out;
  // The first moment and every sixth after it; the latest step is always remembered by who opens the run.
  auto marks = run.snapshot()->history.marks.size();
  if (run.snapshot()->history.marks.back().step < 12) ++marks;
  const size_t pictures = (marks + 5) / 6;
  ASSERT_GE(pictures, 2u);
  const auto picture = [&](size_t number) { return fmt::format("{}/{:05}.png", film, number); };
  for (size_t number = 1; number <= pictures; ++number)
    EXPECT_NE(contents(picture(number)).find("PNG"), std::string::npos);
  EXPECT_NE(contents(picture(1)), contents(picture(pictures)));
  EXPECT_FALSE(std::filesystem::exists(picture(pictures + 1)));
  std::istringstream curves(contents(film + "/curves.csv"));
  std::string line;
  std::getline(curves, line);
  EXPECT_EQ(line, "lane,curve,step,value");
  int rows = 0;
  while (std::getline(curves, line)) rows += line.rfind("\"Dense\",train_loss,", 0) == 0;
  EXPECT_EQ(rows, 12);
  EXPECT_EQ(call("film " + folder.path("none") + " --out " + film).code, 1);
}

}  // namespace
}  // namespace lab
