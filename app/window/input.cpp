#include "app/window/input.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <cctype>

namespace lab {
namespace {

struct NamedKey {
  int key;
  const char* name;
  bool text, repeats;
};
constexpr NamedKey kNamedKeys[] = {
    {GLFW_KEY_SPACE, "space", true, false}, {GLFW_KEY_RIGHT, "→", true, true},      {GLFW_KEY_UP, "↑", true, true},
    {GLFW_KEY_DOWN, "↓", true, true},       {GLFW_KEY_ESCAPE, "Esc", false, false}, {GLFW_KEY_F1, "F1", false, false},
    {GLFW_KEY_F11, "F11", false, false},
};

Input& input_of(GLFWwindow* window) { return *static_cast<Input*>(glfwGetWindowUserPointer(window)); }

}  // namespace

Input::Input(GLFWwindow* window) {
  glfwSetWindowUserPointer(window, this);
  watch_keyboard(window);
  watch_the_rest(window);
}

void Input::watch_keyboard(GLFWwindow* window) {
  glfwSetKeyCallback(window, [](GLFWwindow* w, int key, int scancode, int action, int mods) {
    input_of(w).on_key(key, scancode, action, mods);
  });
  glfwSetCharCallback(window, [](GLFWwindow* w, unsigned codepoint) { input_of(w).on_character(codepoint); });
}

void Input::watch_the_rest(GLFWwindow* window) {
  glfwSetDropCallback(window, [](GLFWwindow* w, int count, const char** paths) {
    input_of(w).files_.assign(paths, paths + count);
    input_of(w).activity_ = true;
  });
  glfwSetCursorPosCallback(window, [](GLFWwindow* w, double, double) { input_of(w).activity_ = true; });
  glfwSetMouseButtonCallback(window, [](GLFWwindow* w, int, int, int) { input_of(w).activity_ = true; });
  glfwSetScrollCallback(window, [](GLFWwindow* w, double, double) { input_of(w).activity_ = true; });
  glfwSetCursorEnterCallback(window, [](GLFWwindow* w, int) { input_of(w).activity_ = true; });
  glfwSetWindowFocusCallback(window, [](GLFWwindow* w, int) { input_of(w).activity_ = true; });
  glfwSetFramebufferSizeCallback(window, [](GLFWwindow* w, int, int) { input_of(w).activity_ = true; });
  glfwSetWindowRefreshCallback(window, [](GLFWwindow* w) { input_of(w).activity_ = true; });
}

void Input::on_key(int key, int scancode, int action, int mods) {
  activity_ = true;
  repeating_ = action == GLFW_REPEAT;
  if (action == GLFW_RELEASE) return;
  for (const NamedKey& named : kNamedKeys)
    if (named.key == key && (named.repeats || !repeating_)) presses_.push_back({named.name, named.text});
  const char* printed = glfwGetKeyName(key, scancode);
  if ((mods & GLFW_MOD_CONTROL) && printed != nullptr && !repeating_)
    presses_.push_back(
        {std::string("Ctrl+") + static_cast<char>(std::toupper(static_cast<unsigned char>(printed[0]))), false});
}

void Input::on_character(unsigned codepoint) {
  activity_ = true;
  if (codepoint > ' ' && codepoint < 127 && !repeating_)
    presses_.push_back({std::string(1, static_cast<char>(std::toupper(static_cast<int>(codepoint)))), true});
}

std::vector<std::string> Input::take_keys(bool typing) {
  std::vector<std::string> keys;
  for (Press& press : std::exchange(presses_, {}))
    if (!(typing && press.text)) keys.push_back(std::move(press.key));
  return keys;
}

}  // namespace lab
