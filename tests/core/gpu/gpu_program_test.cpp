// Shaders as files: what does not compile is a sentence with file and line, and a file that changes is taken over
// while the program runs, or complained about while the old one goes on.

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <thread>

#include "core/device/cpu_device.h"
#include "core/gpu/choose_device.h"
#include "core/gpu/gl_engine.h"
#include "core/gpu/gl_program.h"
#include "tests/core/gpu/gpu.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

namespace fs = std::filesystem;

const char* kDouble =
    "layout(binding = 0) buffer Y { float y[]; };\nlayout(location = 0) uniform int count;\n"
    "void main() { if (item() < count) y[item()] *= 2.0; }\n";

class Shaders : public testing::Test {
 protected:
  Shaders() {
    gpu().engine();  // a context is current
    fs::copy_file(LAB_SOURCE_DIR "/shaders/preamble.glsl", folder.path() + "/preamble.glsl");
    write("thing.comp", kDouble);
  }
  // Files' times differ, however quickly one edit follows another.
  void write(const std::string& name, const std::string& text) {
    folder.write(name, text);
    fs::last_write_time(folder.path() + "/" + name, fs::file_time_type::clock::now() + std::chrono::seconds(++edits_));
  }
  float run(Program& program) {
    float number = 3;
    GlBuffer buffer(sizeof number, &number);
    program.run(1, {buffer.range()}, {1});
    buffer.read(0, sizeof number, &number);
    return number;
  }
  static void wait_for_a_look() { std::this_thread::sleep_for(std::chrono::milliseconds(320)); }

  TemporaryFolder folder;

 private:
  int edits_ = 0;
};

TEST_F(Shaders, AreTakenOverWhenTheyChangeAndKeptWhenTheyBreak) {
  ShaderFolder shaders(folder.path(), ShaderFolder::Watch::kYes);
  Program program(shaders, "thing", {{"THREADS", 64}});
  EXPECT_EQ(run(program), 6);
  std::string text = kDouble;
  write("thing.comp", text.replace(text.find("2.0"), 3, "5.0"));
  wait_for_a_look();
  EXPECT_EQ(run(program), 15);
  write("thing.comp", "\n\nvoid main() { nonsense; }\n");
  wait_for_a_look();
  EXPECT_EQ(run(program), 15) << "the program that was there goes on";
  EXPECT_NE(shaders.complaint().find("thing.comp, line 3"), std::string::npos) << shaders.complaint();
  write("thing.comp", kDouble);
  wait_for_a_look();
  EXPECT_EQ(run(program), 6);
  EXPECT_EQ(shaders.complaint(), "");
}

TEST_F(Shaders, AreNotLookedAtAgainUnlessAskedFor) {
  ShaderFolder shaders(folder.path(), ShaderFolder::Watch::kNo);
  Program program(shaders, "thing", {{"THREADS", 64}});
  EXPECT_EQ(run(program), 6);
  write("thing.comp", "nonsense");
  wait_for_a_look();
  EXPECT_EQ(run(program), 6);
}

TEST_F(Shaders, ThatNeverCompiledAreAnErrorWithFileAndLine) {
  write("thing.comp", "layout(binding = 0) buffer Y { float y[]; };\nvoid main() {\n  y[0] = undeclared;\n}\n");
  ShaderFolder shaders(folder.path(), ShaderFolder::Watch::kNo);
  Program program(shaders, "thing", {{"THREADS", 64}});
  try {
    run(program);
    FAIL() << "a broken shader ran";
  } catch (const DeviceLost&) {
    FAIL() << "a broken shader is no failure of the device";
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("thing.comp, line 3"), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("undeclared"), std::string::npos) << error.what();
  }
}

TEST_F(Shaders, AFolderOrAFileThatIsMissingIsNamed) {
  EXPECT_THROW(ShaderFolder("/nowhere/shaders", ShaderFolder::Watch::kNo), Error);
  ShaderFolder shaders(folder.path(), ShaderFolder::Watch::kNo);
  Program program(shaders, "absent", {{"THREADS", 64}});
  EXPECT_THROW(run(program), Error);
}

TEST_F(Shaders, ManyGroupsRunInPieces) {
  const int64_t count = (gl::kMostGroups + 7) * 64;
  GlBuffer buffer(count * sizeof(float), std::vector<float>(count, 1).data());
  ShaderFolder shaders(folder.path(), ShaderFolder::Watch::kNo);
  Program program(shaders, "thing", {{"THREADS", 64}});
  program.run(gl::kMostGroups + 7, {buffer.range()}, {count});
  program.run(gl::kMostGroups + 7, {buffer.range()}, {count}, gl::kMostWork / 1000);
  std::vector<float> numbers(count);
  buffer.read(0, buffer.bytes(), numbers.data());
  EXPECT_EQ(std::count(numbers.begin(), numbers.end(), 4.0f), count);
}

// ---- choosing

const GlSettings kSettings{.shaders = LAB_SOURCE_DIR "/shaders"};

TEST(ChooseDevice, TakesWhatWasAskedFor) {
  EXPECT_EQ(choose_device(DeviceWish::kCpu, make_offscreen_context, kSettings, {}).device.get(), &cpu_device());
  const ChosenDevice gl = choose_device(DeviceWish::kGl, make_offscreen_context, kSettings, {});
  EXPECT_NE(gl.device.get(), &cpu_device());
  EXPECT_TRUE(gl.device->name().starts_with(is_software(gl.device->name()) ? "OpenGL on the CPU, " : "GPU, "));
  EXPECT_FALSE(gl.why.empty());
}

TEST(ChooseDevice, ASoftwareRendererMeansTheCpu) {
  for (const char* name : {"llvmpipe (LLVM 15.0.6, 256 bits)", "softpipe", "Google SwiftShader"})
    EXPECT_TRUE(is_software(name)) << name;
  for (const char* name : {"NVIDIA H200/PCIe/SSE2", "AMD Radeon RX 7900", "Mesa Intel(R) UHD Graphics 620"})
    EXPECT_FALSE(is_software(name)) << name;
}

TEST(ChooseDevice, ARendererIsCalledByItsModel) {
  EXPECT_EQ(model("NVIDIA H200/PCIe/SSE2"), "NVIDIA H200");
  EXPECT_EQ(model("AMD Radeon RX 6800 (radeonsi, navi21, LLVM 15.0.6)"), "AMD Radeon RX 6800");
  EXPECT_EQ(model("llvmpipe (LLVM 15.0.6, 256 bits)"), "llvmpipe");
  EXPECT_EQ(model("Mesa Intel(R) UHD Graphics 620 (KBL GT2)"), "Mesa Intel(R) UHD Graphics 620");
}

// A context that says it is another renderer.
class Renamed final : public GlContext {
 public:
  void make_current() override { inner_.make_current(); }
  std::string renderer() const override { return "A graphics card"; }

 private:
  EglContext inner_{4, 3};
};

TEST(ChooseDevice, MeasuresAndSaysBothTimes) {
  const auto renamed = [] { return std::make_unique<Renamed>(); };
  const auto slower_on = [](bool gpu) {
    return [gpu](Device& device) {
      const bool slow = gpu != (&device == &cpu_device());
      return [slow] { std::this_thread::sleep_for(std::chrono::milliseconds(slow ? 8 : 1)); };
    };
  };
  const ChosenDevice cpu = choose_device(DeviceWish::kAuto, renamed, kSettings, slower_on(true));
  EXPECT_EQ(cpu.device.get(), &cpu_device());
  EXPECT_NE(cpu.why.find("The CPU is faster: a training step takes"), std::string::npos) << cpu.why;
  const ChosenDevice gl = choose_device(DeviceWish::kAuto, renamed, kSettings, slower_on(false));
  EXPECT_EQ(gl.device->name(), "GPU, A graphics card");
  EXPECT_NE(gl.why.find("The GPU is faster"), std::string::npos) << gl.why;
}

TEST(ChooseDevice, WhateverIsWrongIsAReasonForTheCpuUnlessTheGpuWasAskedFor) {
  const MakeContext none = []() -> std::unique_ptr<GlContext> { throw Error("There is no OpenGL here."); };
  const ChosenDevice chosen = choose_device(DeviceWish::kAuto, none, kSettings, {});
  EXPECT_EQ(chosen.device.get(), &cpu_device());
  EXPECT_EQ(chosen.why, "There is no OpenGL here.");
  EXPECT_THROW(choose_device(DeviceWish::kGl, none, kSettings, {}), Error);
}

TEST(EglContexts, OneThatGoesLeavesTheOneBeforeCurrentAndWhole) {
  const auto device = make_gpu();
  Arena arena;
  arena.attach(device.get());
  const Tensor x = arena.allocate(Shape{3}), y = arena.allocate(Shape{3});
  { const EglContext other(3, 3); }
  x[1] = 2;
  device->upload(x);
  device->add_forward(y, x, x);
  device->download(y);
  EXPECT_EQ(y[1], 4);
  arena.attach(nullptr);
}

}  // namespace
}  // namespace lab
