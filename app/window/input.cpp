#include "app/window/input.h"

#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>

#include <cctype>
#include <string_view>

namespace lab {
namespace {

struct NamedKey {
  int key;
  const char* name;
  bool text;  // means something to a field that is typed into
};
constexpr NamedKey kNamedKeys[] = {
    {GLFW_KEY_SPACE, "space", true},    {GLFW_KEY_LEFT, "←", true},
    {GLFW_KEY_RIGHT, "→", true},        {GLFW_KEY_UP, "↑", true},
    {GLFW_KEY_DOWN, "↓", true},         {GLFW_KEY_ENTER, "Enter", true},
    {GLFW_KEY_KP_ENTER, "Enter", true}, {GLFW_KEY_BACKSPACE, "Backspace", true},
    {GLFW_KEY_DELETE, "Delete", true},  {GLFW_KEY_ESCAPE, "Esc", false},
    {GLFW_KEY_F1, "F1", false},         {GLFW_KEY_F2, "F2", false},
    {GLFW_KEY_F3, "F3", false},         {GLFW_KEY_F4, "F4", false},
    {GLFW_KEY_F5, "F5", false},         {GLFW_KEY_F6, "F6", false},
    {GLFW_KEY_F7, "F7", false},         {GLFW_KEY_F8, "F8", false},
    {GLFW_KEY_F9, "F9", false},         {GLFW_KEY_F10, "F10", false},
    {GLFW_KEY_F11, "F11", false},       {GLFW_KEY_F12, "F12", false},
    {GLFW_KEY_PAGE_UP, "PgUp", true},   {GLFW_KEY_PAGE_DOWN, "PgDn", true},
    {GLFW_KEY_HOME, "Home", true},      {GLFW_KEY_END, "End", true},
};

/// With Ctrl these select, copy, paste, cut and undo where text is typed.
constexpr std::string_view kEditing = "ACVXYZ";

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
  held_ = action == GLFW_REPEAT;
  if (action == GLFW_RELEASE) return;
  const bool control = (mods & GLFW_MOD_CONTROL) != 0;
  const std::string prefix = control ? "Ctrl+" : "";
  for (const NamedKey& named : kNamedKeys)
    if (named.key == key) presses_.push_back({prefix + named.name, named.text, held_});
  const char* printed = glfwGetKeyName(key, scancode);
  if (!control || printed == nullptr) return;
  const char letter = static_cast<char>(std::toupper(static_cast<unsigned char>(printed[0])));
  presses_.push_back({prefix + letter, kEditing.find(letter) != kEditing.npos, held_});
}

void Input::on_character(unsigned codepoint) {
  activity_ = true;
  if (codepoint > ' ' && codepoint < 127)
    presses_.push_back({std::string(1, static_cast<char>(std::toupper(static_cast<int>(codepoint)))), true, held_});
}

std::vector<Input::Press> Input::take_keys(bool typing) {
  std::vector<Press> keys;
  for (Press& press : std::exchange(presses_, {}))
    if (!(typing && press.text)) keys.push_back(std::move(press));
  return keys;
}

}  // namespace lab
