#pragma once
// Input: what GLFW says happened, as the names of keys (see app/panels/keys.h) and dropped files.
// Letters are those printed on the keyboard in use, whatever its layout.

#include <string>
#include <utility>
#include <vector>

struct GLFWwindow;

namespace lab {

class Input {
 public:
  /// Watches the window; call before ImGui's own callbacks are installed, which pass events on.
  explicit Input(GLFWwindow* window);

  /// Whether anything happened since the last call.
  bool take_activity() { return std::exchange(activity_, false); }
  struct Press {
    std::string key;
    bool text;  // would also type a character, or edit what is typed
    bool held;  // again, because it is held down
  };
  /// Keys pressed since the last call. `typing`: only those that are no text.
  std::vector<Press> take_keys(bool typing);
  std::vector<std::string> take_files() { return std::exchange(files_, {}); }

 private:
  void on_key(int key, int scancode, int action, int mods);
  void on_character(unsigned codepoint);
  void watch_keyboard(GLFWwindow* window);
  void watch_the_rest(GLFWwindow* window);

  bool activity_ = true;
  bool held_ = false;
  std::vector<Press> presses_;
  std::vector<std::string> files_;
};

}  // namespace lab
