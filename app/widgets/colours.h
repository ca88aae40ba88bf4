#pragma once
// The colours of the window, one name for one meaning. A light page for projectors; heat is
// viridis or cividis (see colour_map.h), lanes are Okabe–Ito. Meaning is never in colour alone.

#include <imgui.h>

namespace lab::colour {

/// 0xRRGGBB, opaque.
constexpr ImU32 rgb(unsigned hex, unsigned alpha = 255) {
  return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, alpha);
}
constexpr ImU32 faded(ImU32 colour, unsigned alpha) {
  return (colour & ~IM_COL32_A_MASK) | (alpha << IM_COL32_A_SHIFT);
}

constexpr ImU32 kBackground = rgb(0xF4F4F1);
constexpr ImU32 kPanel = rgb(0xFFFFFF);
constexpr ImU32 kField = rgb(0xFAFAF8);
constexpr ImU32 kFieldHovered = rgb(0xF1F1EC);
constexpr ImU32 kTrack = rgb(0xECECE7);  // the empty part of a bar
constexpr ImU32 kLine = rgb(0xDEDED8);
constexpr ImU32 kGrid = rgb(0xEAEAE6);
constexpr ImU32 kText = rgb(0x1D2126);
constexpr ImU32 kQuiet = rgb(0x6A7078);
constexpr ImU32 kAccent = rgb(0x0B5FB0);
constexpr ImU32 kAccentHovered = rgb(0x0A549C);
constexpr ImU32 kAccentActive = rgb(0x084882);
constexpr ImU32 kAccentSoft = rgb(0xE3EDF7);
constexpr ImU32 kHover = rgb(0xFFF3D6);  // the hovered thing, lit everywhere
constexpr ImU32 kHoverLine = rgb(0xE69F00);
constexpr ImU32 kAbsent = rgb(0xEDEDE8);  // pairs that do not exist
constexpr ImU32 kNotice = rgb(0xFFF8E6);
constexpr ImU32 kNoticeLine = rgb(0xE8D9AE);
constexpr ImU32 kTrouble = rgb(0xFDECEA);
constexpr ImU32 kTroubleLine = rgb(0xEDBDB8);
constexpr ImU32 kTroubleText = rgb(0x9B1C12);
constexpr ImU32 kRight = rgb(0x1B6E4B);
constexpr ImU32 kWrong = rgb(0x9B1C12);
constexpr ImU32 kWhite = rgb(0xFFFFFF);
constexpr ImU32 kBlack = rgb(0x000000);

constexpr ImU32 kLanes[4] = {rgb(0x0072B2), rgb(0xD55E00), rgb(0x009E73), rgb(0xCC79A7)};

}  // namespace lab::colour

namespace lab {

inline ImU32 lane_colour(int lane) { return colour::kLanes[lane % 4]; }

}  // namespace lab
