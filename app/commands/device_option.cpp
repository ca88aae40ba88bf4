#include "app/commands/device_option.h"

#include <map>

#include "app/asset_path.h"

namespace lab {

GlSettings DeviceOption::settings() const {
  GlSettings settings;
  settings.shaders = shader_dir.empty() ? asset_path("shaders") : shader_dir;
  settings.watch_shaders = !shader_dir.empty();
  return settings;
}

ChosenDevice DeviceOption::choose(const WorkOn& work) const {
  return choose_device(wish, make_offscreen_context, settings(), work);
}

DeviceChooser DeviceOption::chooser() const {
  return [option = *this](DeviceWish asked, const Experiment& experiment, const DatasetPtr& data) {
    return choose_device(asked, make_offscreen_context, option.settings(), training_step_of(experiment, data));
  };
}

std::shared_ptr<DeviceOption> add_device_option(CLI::App& app) {
  static const std::map<std::string, DeviceWish> kNames = {
      {"auto", DeviceWish::kAuto}, {"cpu", DeviceWish::kCpu}, {"gl", DeviceWish::kGl}};
  auto option = std::make_shared<DeviceOption>();
  app.add_option_function<std::string>(
         "--device", [option](const std::string& name) { option->wish = kNames.at(name); },
         "What computes: cpu, gl (a GPU, by OpenGL 4.3) or auto (default), the faster")
      ->check(CLI::IsMember(std::vector<std::string>{"auto", "cpu", "gl"}))
      ->type_name("auto|cpu|gl")
      ->group("Device");
  app.add_option("--shader-dir", option->shader_dir,
                 "Read the GPU's shaders from there, and again whenever they change")
      ->type_name("DIR")
      ->group("Device");
  return option;
}

}  // namespace lab
