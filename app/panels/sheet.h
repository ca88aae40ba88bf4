#pragma once
// Sheet: a modal page over the window, with a title and a cross. Esc or a click outside closes it.

namespace lab {

class Sheet {
 public:
  /// Opens while `open` is true and sets it to false when the viewer closes it. `width`: logical pixels.
  Sheet(const char* id, const char* title, bool& open, float width);
  ~Sheet();
  explicit operator bool() const { return begun_; }

 private:
  bool begun_;
};

}  // namespace lab
