#include "app/widgets/theme.h"

#include "app/widgets/colours.h"
#include "app/widgets/fonts.h"

namespace lab {
namespace {

Theme current;

struct Paint {
  ImGuiCol what;
  ImU32 colour;
};

constexpr Paint kPaints[] = {
    {ImGuiCol_Text, colour::kText},
    {ImGuiCol_TextDisabled, colour::kQuiet},
    {ImGuiCol_WindowBg, colour::kBackground},
    {ImGuiCol_ChildBg, colour::kPanel},
    {ImGuiCol_PopupBg, colour::kPanel},
    {ImGuiCol_Border, colour::kLine},
    {ImGuiCol_FrameBg, colour::kField},
    {ImGuiCol_FrameBgHovered, colour::kFieldHovered},
    {ImGuiCol_FrameBgActive, colour::kFieldHovered},
    {ImGuiCol_Button, colour::kPanel},
    {ImGuiCol_ButtonHovered, colour::kFieldHovered},
    {ImGuiCol_ButtonActive, colour::kTrack},
    {ImGuiCol_Header, colour::kAccentSoft},
    {ImGuiCol_HeaderHovered, colour::kFieldHovered},
    {ImGuiCol_HeaderActive, colour::kAccentSoft},
    {ImGuiCol_CheckMark, colour::kAccent},
    {ImGuiCol_SliderGrab, colour::kAccent},
    {ImGuiCol_SliderGrabActive, colour::kAccentActive},
    {ImGuiCol_Separator, colour::kLine},
    {ImGuiCol_ScrollbarBg, 0},
    {ImGuiCol_ScrollbarGrab, colour::rgb(0xD2D2CC)},
    {ImGuiCol_ScrollbarGrabHovered, colour::rgb(0xB8B8B2)},
    {ImGuiCol_ScrollbarGrabActive, colour::rgb(0x9C9C96)},
    {ImGuiCol_TextSelectedBg, colour::rgb(0xBFD9F0)},
    {ImGuiCol_NavHighlight, colour::kAccent},
    {ImGuiCol_ModalWindowDimBg, colour::rgb(0x1D2126, 90)},
    {ImGuiCol_ResizeGrip, 0},
};

ImGuiStyle plain_style() {
  ImGuiStyle style;
  ImGui::StyleColorsLight(&style);
  for (const Paint& paint : kPaints) style.Colors[paint.what] = ImGui::ColorConvertU32ToFloat4(paint.colour);
  style.WindowPadding = {space::kPadding, space::kPadding};
  style.FramePadding = {10, 5};
  style.ItemSpacing = {8, 6};
  style.ItemInnerSpacing = {6, 4};
  style.WindowRounding = style.ChildRounding = style.PopupRounding = space::kCorner;
  style.FrameRounding = 6;
  style.GrabRounding = style.ScrollbarRounding = 4;
  style.WindowBorderSize = 0;
  style.ChildBorderSize = style.PopupBorderSize = style.FrameBorderSize = 1;
  style.ScrollbarSize = 10;
  style.GrabMinSize = 12;
  return style;
}

}  // namespace

const Theme& theme() { return current; }

void use_theme(float scale) { use_theme(scale, {}); }

void use_theme(float scale, const Characters& characters) {
  ImGuiStyle style = plain_style();
  style.ScaleAllSizes(scale);
  style.ChildBorderSize = style.PopupBorderSize = style.FrameBorderSize = std::fmax(1.0f, std::round(scale));
  ImGui::GetStyle() = style;
  current = load_theme_fonts(*ImGui::GetIO().Fonts, scale, characters);
}

}  // namespace lab
