#pragma once
// Fields: a label at the left, a value in a frame at the right, as the Setup panel lists them.

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "app/widgets/button.h"

namespace lab {

/// Starts a row: the label now, the cursor where the field goes; returns the field's width.
float field_row(std::string_view label, const Tip& tip);

/// Stands above an option of a list, and cannot be chosen.
struct PickHeading {
  int before = 0;
  std::string_view text;
};

/// A frame that shows `shown` and opens a list. Returns the index that was chosen, or −1.
/// `width`: real pixels; pick_width() leaves room for the arrow of a pick that stands alone.
int pick(const char* id, std::string_view shown, std::span<const std::string> options, int current, float width,
         const Tip& tip = {}, bool arrow = false, std::span<const PickHeading> headings = {});
float pick_width(std::string_view widest);

struct DragStyle {
  float low = 0, high = 1;
  float speed = 0.002f;  // a pixel; of the value itself when logarithmic
  bool logarithmic = false;
  bool whole = false;  // whole numbers only
};
/// A number that is dragged, or typed after a double click. True while it changes.
bool drag(const char* id, float& value, const DragStyle& style, float width, const Tip& tip);

}  // namespace lab
