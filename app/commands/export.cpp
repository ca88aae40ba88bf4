#include <fmt/format.h>

#include <filesystem>

#include "app/asset_path.h"
#include "app/commands/commands.h"
#include "core/base/file.h"
#include "core/history/export.h"

namespace lab {

namespace {

constexpr size_t kMostScriptBytes = 1 << 20;

struct ExportOptions {
  std::string run, out;
  int lane = 1;
};

int write_export(const ExportOptions& options) {
  const RunFile run = RunFile::load(options.run);
  const std::string model = pytorch_model(run, options.lane - 1);
  std::error_code trouble;
  std::filesystem::create_directories(options.out, trouble);
  if (trouble) throw Error("The folder {} cannot be made: {}.", options.out, trouble.message());
  write_file_atomically(options.out + "/model.safetensors", model);
  write_file_atomically(options.out + "/model.py", read_file(asset_path("assets/model.py"), kMostScriptBytes));
  fmt::print("{}/model.safetensors and {}/model.py: {} after {} steps.\n", options.out, options.out,
             lane_title(run.experiment().lanes[options.lane - 1], run.data().kind == ModelKind::kPictureClassifier),
             run.records()[options.lane - 1].steps);
  return 0;
}

}  // namespace

Action export_command(CLI::App& app) {
  auto options = std::make_shared<ExportOptions>();
  app.add_option("RUN", options->run, "A run saved by train --save or in the window")->required();
  app.add_option("--out", options->out, "The folder to write model.safetensors and model.py to")
      ->required()
      ->type_name("DIR");
  app.add_option("--lane", options->lane, "Which lane, counted from 1 (default 1)")->check(CLI::PositiveNumber);
  return [options] { return write_export(*options); };
}

}  // namespace lab
