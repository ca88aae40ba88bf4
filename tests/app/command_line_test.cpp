// The finished program, called the way people call it.

#include "tests/app/command_line.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "core/data/safetensors.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

TEST(CommandLine, ExplainsItself) {
  for (const char* command : {"", "train ", "demo ", "verify ", "bench ", "scaling ", "screenshot ", "tasks "}) {
    EXPECT_EQ(call(std::string(command) + "--help").code, 0) << command;
    const Result version = call(std::string(command) + "--version");
    EXPECT_EQ(version.code, 0) << command;
    EXPECT_NE(version.out.find("attention-lab 0."), std::string::npos) << version.out;
  }
}

TEST(CommandLine, AWrongCallIsExitCodeTwo) {
  for (const char* wrong : {"dance",
                            "train --lane nonsense",
                            "train --lane local:window=-1",
                            "train --lane local:wndow=1",
                            "train --lane block:block=0",
                            "train --lane dense:causal",
                            "train --lane dense:score=loudest",
                            "train --task chess",
                            "train --task shapes --tokens words",
                            "train --task dates --tokens syllables",
                            "train --epochs 0",
                            "train --heads 5",
                            "train --steps many",
                            "--seed 3 train",
                            "verify",
                            "screenshot",
                            "bench --only w9",
                            "scaling --lane nonsense",
                            "scaling --heads 0",
                            "train --seed -1",
                            "train --device vulkan",
                            "train --lane dense --lane dense --lane dense --lane "
                            "dense --lane dense"}) {
    const Result result = call(wrong);
    EXPECT_EQ(result.code, 2) << wrong << "\n" << result.out;
    EXPECT_NE(result.out, "") << wrong;
  }
}

TEST(CommandLine, AFailureIsExitCodeOneAndOneSentence) {
  const TemporaryFolder folder;
  const std::string bad = folder.write("bad.json", "{\"seed\": 7, \"colour\": 3}");
  for (const std::string& failing :
       {"train --data " + folder.path("none"), "train --experiment " + bad, "train --experiment " + folder.path("none"),
        "train --task shapes --steps 1 --save " + folder.path("no/such/file"),
        "screenshot --task shapes --out " + folder.path("no/such.png"), "verify " + folder.path("none"),
        "train --task shapes --steps 1 --device gl --shader-dir " + folder.path("none")}) {
    const Result result = call(failing);
    EXPECT_EQ(result.code, 1) << failing << "\n" << result.out;
    EXPECT_NE(result.out, "") << failing;
  }
}

TEST(CommandLine, TrainGivesASummaryOfEachLane) {
  const Result result = call("train " + kSmall + "--lane dense --lane local:window=1 --steps 120 --json --seed 3");
  ASSERT_EQ(result.code, 0) << result.out;
  const std::vector<Json> lines = json_lines(result.out);
  ASSERT_GE(lines.size(), 2u);
  const char* const lanes[] = {"dense", "local:window=1"};
  for (size_t i = 0; i < 2; ++i) {
    const Json& summary = lines[lines.size() - 2 + i];
    EXPECT_EQ(summary["summary"], true);
    EXPECT_EQ(summary["task"], "shapes");
    EXPECT_EQ(summary["lane"], lanes[i]);
    EXPECT_EQ(summary["steps"], 120);
    EXPECT_GT(summary["test_accuracy"].get<double>(), 0.15);
    EXPECT_LT(summary["train_loss"].get<double>(), 2.2);
    for (const char* key : {"epochs", "test_loss", "ms_per_step", "seconds"})
      EXPECT_GT(summary[key].get<double>(), 0) << key;
  }
}

TEST(CommandLine, TextsAreTrainedAndAsked) {
  const TemporaryFolder folder;
  const Result result = call("train --task sentences --lane dense --steps 40 --json --ask 我喜欢读书 --save " +
                             folder.path("weights.safetensors"));
  ASSERT_EQ(result.code, 0) << result.out;
  const std::vector<Json> lines = json_lines(result.out);
  EXPECT_EQ(lines.back()["test_accuracy"], 1);
  EXPECT_TRUE(lines[lines.size() - 2]["answer"].get<std::string>().starts_with("books")) << result.out;
  EXPECT_EQ(lines[lines.size() - 3]["asked"], "我爱旅游") << "the last of those that are never trained on";
  EXPECT_NE(SafetensorsFile::load(folder.path("weights.safetensors")).metadata().at("experiment").find("sentences"),
            std::string::npos);
}

TEST(CommandLine, WritersAndTranslatorsShowWhatTheyWrite) {
  const TemporaryFolder folder;
  std::string text, pairs;
  for (int i = 0; i < 200; ++i) text += "In the beginning was the word. ", pairs += fmt::format("a{}\tb{}\n", i, i);
  const std::string small = " --lane dense --steps 3 --batch 4 --width 8 --heads 2 --layers 1 --mlp 8 --json ";
  const Result writer = call("train --task write-tang --data " + folder.write("text", text) + small + "--begin word");
  ASSERT_EQ(writer.code, 0) << writer.out;
  EXPECT_NE(writer.out.find("\"text\":\"word"), std::string::npos) << writer.out;
  EXPECT_NE(writer.out.find("nats_a_character"), std::string::npos);
  EXPECT_NE(writer.out.find("Witten"), std::string::npos);
  const Result translator = call("train --task dates --data " + folder.write("pairs", pairs) + small + "--ask a7");
  ASSERT_EQ(translator.code, 0) << translator.out;
  EXPECT_NE(translator.out.find("answers_exact"), std::string::npos) << translator.out;
  EXPECT_EQ(call("train --task shapes --steps 1 --ask word").code, 1);
}

TEST(CommandLine, TextsAreDrawnToo) {
  const TemporaryFolder folder;
  const Result result =
      call("screenshot --task sentences --width 16 --heads 2 --mlp 16 --steps 2 --text 我读书 --out " +
           folder.path("x.png"));
  EXPECT_EQ(result.code, 0) << result.out;
  EXPECT_TRUE(std::filesystem::exists(folder.path("x.png")));
}

TEST(CommandLine, HostileTextsAreRefusedWithOneSentence) {
  const TemporaryFolder folder;
  const auto refused = [&](const std::string& task, const std::string& text) {
    const Result result = call("train --steps 1 --task " + task + " --data " + folder.write("text", text));
    EXPECT_EQ(result.code, 1) << result.out;
    EXPECT_EQ(std::count(result.out.begin(), result.out.end(), '\n'), 1) << result.out;
    return result.out;
  };
  EXPECT_NE(refused("write-tang", "").find("is empty"), std::string::npos);
  EXPECT_NE(refused("write-tang", std::string("a\0b", 3)).find("NUL at byte 2"), std::string::npos);
  EXPECT_NE(refused("definitions", "caf\xe9\tfood\n").find("UTF-8"), std::string::npos);
  EXPECT_NE(refused("dates", "no tab\n").find("line 1"), std::string::npos);
  std::string one_class;
  for (int i = 0; i < 20; ++i) one_class += "a small cat\tanimal\n";
  EXPECT_NE(refused("definitions", one_class).find("All texts are of the class animal"), std::string::npos);
  EXPECT_NE(refused("write-tang", "short").find("too short"), std::string::npos);
}

TEST(CommandLine, ASavedRunOfTextsAnswersWithoutItsData) {
  const TemporaryFolder folder;
  std::string text;
  for (int i = 0; i < 200; ++i) text += "the cat sat on the mat. ";
  const std::string run = folder.path("run"), small = " --width 8 --heads 2 --layers 1 --mlp 8 --lane dense --steps 3 ";
  ASSERT_EQ(
      call("train --task write-tang --tokens pairs --data " + folder.write("text", text) + small + "--save " + run)
          .code,
      0);
  std::filesystem::remove(folder.path("text"));
  const Result writer = call("ask " + run + " 'the cat' --length 5");
  EXPECT_EQ(writer.code, 0) << writer.out;
  EXPECT_EQ(writer.out.rfind("the cat", 0), 0u) << writer.out;
  EXPECT_EQ(call("ask " + run + " word --lane 2").code, 1);
  ASSERT_EQ(call("train --task sentences" + small + "--save " + run).code, 0);
  const Result classifier = call("ask " + run + " 我喜欢读书");
  EXPECT_NE(classifier.out.find("books"), std::string::npos) << classifier.out;
  EXPECT_EQ(call("export " + run + " --out " + folder.path("out")).code, 0);
  EXPECT_EQ(call("train --task sentences --json --lane dense --steps 4 --resume " + run).code, 0);
  EXPECT_EQ(call("train --task sentences" + small + "--weights " + run).code, 0);
}

TEST(CommandLine, LinesInAFileHoldNoEscapeCodes) {
  const Result result = call("train " + kSmall + "--lane dense --epochs 2");
  ASSERT_EQ(result.code, 0) << result.out;
  EXPECT_NE(result.out.find("epoch   1  dense"), std::string::npos) << result.out;
  for (const char bad : {'\r', '\x1b'}) EXPECT_EQ(result.out.find(bad), std::string::npos);
}

TEST(CommandLine, LostOutputIsAFailure) {
  const Result result = shell(LAB_PROGRAM " tasks 2>&1 >/dev/full");
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(result.out.find("could not be written"), std::string::npos) << result.out;
}

TEST(CommandLine, AnInterruptEndsTrainingWithASummaryAndTheWeights) {
  const TemporaryFolder folder;
  const std::string out = folder.path("out"), weights = folder.path("weights");
  const std::string train = LAB_PROGRAM " train " + kSmall + "--lane dense --steps 1000000000 --json --save " +
                            weights + " >" + out + " 2>&1 & ";
  const Result result = shell(train + "until grep -q step " + out + "; do sleep 0.1; done; kill -INT $!; wait $!");
  EXPECT_EQ(result.code, 0);
  const std::vector<Json> lines = json_lines(contents(out));
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines.back()["summary"], true) << contents(out);
  EXPECT_GE(lines.back()["steps"], 100);
  EXPECT_NE(contents(out).find("Stopped after step"), std::string::npos);
  EXPECT_NO_THROW(SafetensorsFile::load(weights));
}

TEST(CommandLine, TheSameSeedGivesTheSameRunWhateverTheThreads) {
  const auto losses = [](const std::string& more) {
    std::string all;
    for (const Json& line : json_lines(call("train " + kSmall + "--steps 30 --json " + more).out))
      all += line["train_loss"].dump() + " " + line["test_loss"].dump() + "\n";
    return all;
  };
  const std::string one = losses("--threads 1");
  EXPECT_NE(one, "");
  EXPECT_EQ(losses("--threads 2"), one);
  EXPECT_EQ(losses("--threads 5"), one);
  EXPECT_NE(losses("--threads 2 --seed 8"), one);
}

TEST(CommandLine, VerifyPassesGoodCasesAndFailsOthers) {
  const std::string golden = LAB_TESTS_DIR "/golden/";
  EXPECT_EQ(call("verify " + golden + "gelu.safetensors " + golden + "attention_scaled_dot_local.safetensors").code, 0);
  std::string broken = contents(golden + "gelu.safetensors");
  broken.back() ^= 0x40;  // the largest digits of the last number
  const TemporaryFolder folder;
  const Result result = call("verify " + folder.write("broken.safetensors", broken));
  EXPECT_EQ(result.code, 1) << result.out;
}

TEST(CommandLine, TrainAndVerifyRunOnTheDeviceAskedFor) {
  const std::string small =
      "train --task shapes --steps 2 --lane dense --width 8 --heads 1 --layers 1 --mlp 8 --patch 14 --json";
  const Json gl = json_lines(call(small + " --device gl").out).at(0);
  const Json cpu = json_lines(call(small + " --device cpu").out).at(0);
  EXPECT_NE(gl["device"], cpu["device"]);
  EXPECT_NEAR(gl["train_loss"].get<double>(), cpu["train_loss"].get<double>(), 1e-4);
  const Result verified = call("verify --device gl " LAB_TESTS_DIR "/golden/gelu.safetensors");
  EXPECT_EQ(verified.code, 0) << verified.out;
  EXPECT_NE(verified.out.find("Computed on "), std::string::npos) << verified.out;
}

TEST(CommandLine, BenchMeasures) {
  const Result result = call("bench --only w1 --json --threads 1");
  ASSERT_EQ(result.code, 0) << result.out;
  const Json report = json_lines(result.out).at(0);
  EXPECT_EQ(report["threads"], 1);
  EXPECT_GT(report["peak_gflops"].get<double>(), 1);
  EXPECT_GT(report["w1_ms"].get<double>(), report["w1_infer_b1_ms"].get<double>());
  EXPECT_FALSE(report.contains("w2_ms"));
  EXPECT_FALSE(report.contains("w3"));
  EXPECT_GT(json_lines(call("bench --only w2 --json").out).at(0)["w2_ms"].get<double>(), 1);
}

TEST(CommandLine, ScalingMeasures) {
  const std::string options = "scaling --shortest 64 --longest 256 --milliseconds 1 --lane dense --lane linear ";
  const Result result = call(options + "--json --threads 1");
  ASSERT_EQ(result.code, 0) << result.out;
  const Json report = json_lines(result.out).at(0);
  EXPECT_EQ(report["threads"], 1);
  ASSERT_EQ(report["lanes"].size(), 2u);
  for (const Json& lane : report["lanes"]) {
    ASSERT_EQ(lane["points"].size(), 3u);
    EXPECT_EQ(lane["points"][2]["n"], 256);
    for (const char* key : {"forward_ms", "forward_backward_ms", "bytes", "multiply_adds"})
      EXPECT_GT(lane["points"][2][key].get<double>(), 0) << key;
  }
  EXPECT_NEAR(report["lanes"][0]["slopes"]["forward_ms"]["theory"].get<double>(), 2, 0.001);
  EXPECT_NEAR(report["lanes"][1]["slopes"]["forward_ms"]["theory"].get<double>(), 1, 0.001);
  EXPECT_NE(call(options).out.find("ms forward and backward"), std::string::npos);
}

TEST(CommandLine, SweepsATableAndGoesOnWhereItWas) {
  const TemporaryFolder folder;
  const std::string file = folder.path("ways.json"), out = folder.path("results.json");
  std::ofstream(file) << R"({"experiment": {"task": "shapes", "batch": 16, "model": {"width": 8, "heads": 2, "mlp": 8,
    "patch": 14, "layers": 1}}, "settings": ["dense", "block:block=1"], "seeds": [1, 2], "steps": 3})";
  const std::string sweep = "sweep " + file + " --json --out " + out;
  const Result first = call(sweep);
  ASSERT_EQ(first.code, 0) << first.out;
  const std::vector<Json> lines = json_lines(first.out);
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0]["setting"], "dense");
  EXPECT_GT(lines[0]["multiply_adds"].get<int>(), lines[1]["multiply_adds"].get<int>());
  const Json& summary = lines[4];
  EXPECT_TRUE(summary["finished"].get<bool>());
  EXPECT_EQ(summary["settings"][1]["runs"], 2);
  EXPECT_FALSE(summary["settings"][1]["on_front"].empty());
  EXPECT_EQ(json_lines(call(sweep + " --resume").out),
            lines);  // nothing is left to do: times too are those of the file
  EXPECT_EQ(call("sweep nowhere.json").code, 1);
  EXPECT_EQ(call("sweep").code, 2);
  EXPECT_EQ(call("sweep " + file + " --out /nowhere/results.json").code, 1);
}

TEST(CommandLine, ScreenshotAndDemoDrawTheWindowWithoutADisplay) {
  const TemporaryFolder folder;
  const std::string none = "env -u DISPLAY -u WAYLAND_DISPLAY";
  const Result shot = call("screenshot " + kSmall + "--steps 3 --out " + folder.path("shot.png"), none);
  ASSERT_EQ(shot.code, 0) << shot.out;
  EXPECT_EQ(contents(folder.path("shot.png")).substr(1, 3), "PNG");
  const Result demo = call("demo " + kSmall + "--seconds 0.5 --out " + folder.path("demo"), none);
  ASSERT_EQ(demo.code, 0) << demo.out;
  EXPECT_EQ(contents(folder.path("demo/attention-lab.png")).substr(1, 3), "PNG");
  EXPECT_EQ(
      contents(folder.path("demo/metrics.csv")).rfind("step,lane,train_loss,test_loss,test_accuracy\n1,dense,", 0), 0u);
}

TEST(CommandLine, AScreenshotOfLanesThatStoppedEarlyIsOfTheirLastStep) {
  const TemporaryFolder folder;
  const Result shot = call(
      "screenshot --task sentences --lane dense --learning-rate 0 --patience 1 --steps 100000 --panel 'Curves and "
      "cost' "
      "--out " +
      folder.path("curves.csv"));
  ASSERT_EQ(shot.code, 0) << shot.out;
  EXPECT_NE(contents(folder.path("curves.csv")).find(",200,"), std::string::npos);
}

TEST(CommandLine, AScreenshotMayBeOfOnePanelAsVectorsOrNumbers) {
  const TemporaryFolder folder;
  const std::string shot = "screenshot " + kSmall + "--steps 3 ", svg = folder.path("lanes.svg");
  ASSERT_EQ(call(shot + "--panel Lanes --out " + svg).code, 0);
  EXPECT_EQ(contents(svg).rfind("<svg ", 0), 0u);
  EXPECT_NE(contents(svg).find(">Dense</text>"), std::string::npos);
  EXPECT_NE(contents(svg).find("crispEdges"), std::string::npos);  // the cells of the maps
  ASSERT_EQ(call(shot + "--panel 'Curves and cost' --out " + folder.path("curves.csv")).code, 0);
  EXPECT_EQ(contents(folder.path("curves.csv")).rfind("lane,curve,step,value\n", 0), 0u);
  EXPECT_EQ(call(shot + "--panel Nowhere --out " + folder.path("none.png")).code, 1);
  EXPECT_EQ(call(shot + "--panel History --out " + folder.path("none.csv")).code, 1);
}

TEST(CommandLine, WithoutADisplayTheWindowSaysSo) {
  const Result result = call(kSmall, "env -u DISPLAY -u WAYLAND_DISPLAY");
  EXPECT_EQ(result.code, 1);
  EXPECT_NE(result.out, "");
}

TEST(CommandLine, ExamplesAreWorkedOut) {
  const Result text = call("example cosine");
  EXPECT_EQ(text.code, 0);
  EXPECT_NE(text.out.find("cos(q, k₃) = 0.1 / (0.2236 · 0.4472) = 1\n"), std::string::npos) << text.out;
  const Json report = json_lines(call("example points-dot --json --set rate=0 --set shown=3").out).at(0);
  EXPECT_EQ(report["inputs"]["shown"], Json({3.0}));
  EXPECT_EQ(report["steps"].back()["tables"][0]["numbers"][0][2], 0.0);  // a rate of 0 changes nothing
  EXPECT_NE(call("example --help").out.find("next-word"), std::string::npos);
  for (const char* wrong : {"example", "example sine", "example cosine --set q=1", "example cosine --set query=1,x,2",
                            "example cosine --set query=1,,2", "example cosine --set query"})
    EXPECT_EQ(call(wrong).code, 2) << wrong;
  for (const char* hopeless : {"example cosine --set query=0,0,1", "example cosine --set query=nan,1,1",
                               "example cosine --set query=1,1", "example cosine --set query=1e9,1,1"})
    EXPECT_EQ(call(hopeless).code, 1) << hopeless;
}

TEST(CommandLine, TasksAreListed) {
  const Result result = call("tasks");
  EXPECT_EQ(result.code, 0);
  EXPECT_NE(result.out.find("fashion-mnist"), std::string::npos);
  EXPECT_NE(result.out.find("shapes"), std::string::npos);
}

}  // namespace
}  // namespace lab
