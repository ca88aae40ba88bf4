#pragma once
// The mouse wheel over an item: kept from the scrolling window around it. The one call here
// is ImGui's, in its internal header.

#include <imgui.h>
#include <imgui_internal.h>

namespace lab {

/// Turns of the wheel over the last item; 0 when the mouse is elsewhere.
inline float wheel_over_item() {
#if IMGUI_VERSION_NUM >= 18920
  ImGui::SetItemKeyOwner(ImGuiKey_MouseWheelY);
#else
  ImGui::SetItemUsingMouseWheel();
#endif
  return ImGui::IsItemHovered() ? ImGui::GetIO().MouseWheel : 0;
}

}  // namespace lab
