#include "app/window/drawn.h"

#include <imgui_internal.h>

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace lab {
namespace {

constexpr float kSame = 0.02f;  // pixels; rounding aside

bool same(ImVec2 a, ImVec2 b) { return std::fabs(a.x - b.x) < kSame && std::fabs(a.y - b.y) < kSame; }
ImVec2 between(ImVec2 a, ImVec2 b) { return {(a.x + b.x) / 2, (a.y + b.y) / 2}; }
float distance(ImVec2 a, ImVec2 b) { return std::hypot(a.x - b.x, a.y - b.y); }

/// A rectangle as a line from the middle of one end to the middle of the other, as AddPolyline writes a segment.
struct Segment {
  ImVec2 from, to;
  float width;
};
bool is_segment(const std::vector<ImVec2>& corners) {
  if (corners.size() != 4) return false;
  const ImVec2 along = {corners[1].x - corners[0].x, corners[1].y - corners[0].y};
  const ImVec2 across = {corners[3].x - corners[0].x, corners[3].y - corners[0].y};
  const ImVec2 last = {corners[1].x + across.x, corners[1].y + across.y};
  return same(last, corners[2]) &&
         std::fabs(along.x * across.x + along.y * across.y) < kSame * (1 + distance(corners[0], corners[1]));
}
Segment segment_of(const std::vector<ImVec2>& corners) {
  return {between(corners[0], corners[3]), between(corners[1], corners[2]), distance(corners[0], corners[3])};
}

/// The glyph of any font whose place in the atlas holds `uv`.
struct Glyph {
  const ImFont* font = nullptr;
  const ImFontGlyph* glyph = nullptr;
};
Glyph glyph_at(const ImFontAtlas& atlas, ImVec2 uv) {
  for (const ImFont* font : atlas.Fonts)
    for (const ImFontGlyph& glyph : font->Glyphs)
      if (glyph.Visible && uv.x > glyph.U0 && uv.x < glyph.U1 && uv.y > glyph.V0 && uv.y < glyph.V1)
        return {font, &glyph};
  return {};
}

std::string utf8(unsigned codepoint) {
  char bytes[5] = {};
  ImTextCharToUtf8(bytes, codepoint);
  return bytes;
}

class Reader {
 public:
  Reader(const ImFontAtlas& atlas, std::vector<Drawn>& all) : atlas_(atlas), all_(all) {}

  void read(const ImDrawList& list) {
    for (const ImDrawCmd& command : list.CmdBuffer) {
      if (command.UserCallback != nullptr) continue;
      command_ = &command;
      vertices_ = list.VtxBuffer.Data + command.VtxOffset;
      indices_ = list.IdxBuffer.Data + command.IdxOffset;
      words_ = line_ = nullptr;
      for (unsigned i = 0; i + 2 < command.ElemCount;) i = read_from(i);
    }
  }

 private:
  const ImDrawVert& vertex(unsigned i) const { return vertices_[indices_[i]]; }

  // One thing, from triangle `i` on; returns where the next begins.
  unsigned read_from(unsigned i) {
    // Triangles around one corner: (a, b, c), (a, c, d), …
    std::vector<const ImDrawVert*> corners = {&vertex(i), &vertex(i + 1), &vertex(i + 2)};
    unsigned next = i + 3;
    const bool textured = !same_uv(corners[0]->uv, atlas_.TexUvWhitePixel) || command_->GetTexID() != atlas_.TexID;
    const size_t most = textured ? 4 : SIZE_MAX;
    for (; next + 2 < command_->ElemCount && corners.size() < most; next += 3) {
      if (indices_[next] != indices_[i] || indices_[next + 1] != indices_[next - 1]) break;
      corners.push_back(&vertex(next + 2));
    }
    if (command_->GetTexID() != atlas_.TexID)
      add_picture(corners);
    else if (textured)
      add_glyph(corners);
    else
      add_shape(corners);
    return next;
  }

  static bool same_uv(ImVec2 a, ImVec2 b) { return std::fabs(a.x - b.x) < 1e-6f && std::fabs(a.y - b.y) < 1e-6f; }

  // Null where it cannot be seen. What is added may grow: a line, and words.
  Drawn* add(Drawn thing, const std::vector<ImVec2>& corners) {
    if ((thing.colour & IM_COL32_A_MASK) == 0) return nullptr;
    thing.clip = command_->ClipRect;
    thing.low = thing.high = corners.front();
    for (const ImVec2& corner : corners) grow(thing, corner);
    if (thing.high.x <= thing.clip.x || thing.low.x >= thing.clip.z || thing.high.y <= thing.clip.y ||
        thing.low.y >= thing.clip.w)
      return nullptr;
    all_.push_back(std::move(thing));
    return &all_.back();
  }
  static void grow(Drawn& thing, ImVec2 corner) {
    thing.low = {std::min(thing.low.x, corner.x), std::min(thing.low.y, corner.y)};
    thing.high = {std::max(thing.high.x, corner.x), std::max(thing.high.y, corner.y)};
  }
  static std::vector<ImVec2> places(const std::vector<const ImDrawVert*>& corners) {
    std::vector<ImVec2> all;
    for (const ImDrawVert* corner : corners) all.push_back(corner->pos);
    return all;
  }

  void add_picture(const std::vector<const ImDrawVert*>& corners) {
    if (corners.size() < 4) return;
    add({DrawnPicture{command_->GetTexID(), corners[0]->pos, corners[2]->pos}, corners[0]->col, {}, {}, {}},
        places(corners));
    words_ = line_ = nullptr;
  }

  void add_shape(const std::vector<const ImDrawVert*>& drawn) {
    const std::vector<ImVec2> corners = places(drawn);
    words_ = nullptr;
    if (line_ != nullptr && is_segment(corners) && goes_on(drawn[0]->col, corners)) return;
    line_ = add({DrawnOutline{corners}, drawn[0]->col, {}, {}, {}}, corners);
    if (!is_segment(corners)) line_ = nullptr;
  }

  // Whether these corners lengthen the line before; a rectangle on its own may have been its first segment.
  bool goes_on(ImU32 colour, const std::vector<ImVec2>& corners) {
    const Segment next = segment_of(corners);
    if (const auto* one = std::get_if<DrawnOutline>(&line_->what)) {
      const Segment first = segment_of(one->corners);
      if (!follows(first.to, first.width, colour, next)) return false;
      line_->what = DrawnLine{{first.from, first.to}, first.width, false};
    }
    auto& line = std::get<DrawnLine>(line_->what);
    if (line.closed || !follows(line.points.back(), line.width, colour, next)) return false;
    line.closed = line.points.size() > 2 && same(next.to, line.points.front());
    if (!line.closed) line.points.push_back(next.to);
    for (const ImVec2& corner : corners) grow(*line_, corner);
    return true;
  }
  bool follows(ImVec2 end, float width, ImU32 colour, const Segment& next) const {
    return colour == line_->colour && same(end, next.from) && std::fabs(width - next.width) < kSame;
  }

  void add_glyph(const std::vector<const ImDrawVert*>& corners) {
    line_ = nullptr;
    if (corners.size() < 4) return;
    const ImDrawVert &low = *corners[0], &high = *corners[2];
    const auto [font, glyph] = glyph_at(atlas_, between(low.uv, high.uv));
    if (glyph == nullptr || high.uv.x <= low.uv.x) return;
    // Glyphs that are cut by ImGui have less of the atlas: the whole one tells its size.
    const float scale =
        (high.pos.x - low.pos.x) / (high.uv.x - low.uv.x) * (glyph->U1 - glyph->U0) / (glyph->X1 - glyph->X0);
    const float left = low.pos.x - (low.uv.x - glyph->U0) * (high.pos.x - low.pos.x) / (high.uv.x - low.uv.x);
    const float top = low.pos.y - (low.uv.y - glyph->V0) * (high.pos.y - low.pos.y) / (high.uv.y - low.uv.y);
    const ImVec2 pen = {left - glyph->X0 * scale, top - glyph->Y0 * scale + font->Ascent * scale};
    const std::vector<ImVec2> box = {low.pos, high.pos};
    if (words_ == nullptr || !joins(pen, font, low.col, scale)) {
      DrawnWords words = {"", font, pen, 0, font->FontSize * scale};
      words_ = add({std::move(words), low.col, {}, {}, {}}, box);
      if (words_ == nullptr) return;
    }
    auto& words = std::get<DrawnWords>(words_->what);
    words.text += utf8(glyph->Codepoint);
    words.width = pen.x + glyph->AdvanceX * scale - words.at.x;
    grow(*words_, low.pos);
    grow(*words_, high.pos);
  }

  // Whether the glyph at `pen` goes on the words before, perhaps after a space, which is then added.
  bool joins(ImVec2 pen, const ImFont* font, ImU32 colour, float scale) {
    auto& words = std::get<DrawnWords>(words_->what);
    const float gap = pen.x - (words.at.x + words.width), space = font->GetCharAdvance(' ') * scale;
    const float spaces = std::round(gap / space);
    const bool near = spaces >= 0 && spaces <= 2 && std::fabs(gap - spaces * space) < 0.5f;
    if (font != words.font || colour != words_->colour || !near || std::fabs(pen.y - words.at.y) > kSame) return false;
    words.text.append(static_cast<size_t>(spaces), ' ');
    return true;
  }

  const ImFontAtlas& atlas_;
  std::vector<Drawn>& all_;
  const ImDrawCmd* command_ = nullptr;
  const ImDrawVert* vertices_ = nullptr;
  const ImDrawIdx* indices_ = nullptr;
  Drawn *words_ = nullptr, *line_ = nullptr;  // that may go on: the latest thing, or null
};

}  // namespace

std::vector<Drawn> drawn_things(const ImDrawData& data, const ImFontAtlas& atlas) {
  std::vector<Drawn> all;
  Reader reader(atlas, all);
  for (int i = 0; i < data.CmdListsCount; ++i) reader.read(*data.CmdLists[i]);
  return all;
}

}  // namespace lab
