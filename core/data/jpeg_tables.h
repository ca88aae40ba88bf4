#pragma once
// A guard before stb_image: release 2.27 writes beyond its arrays where a JPEG announces a Huffman table of
// more than 256 codes (fixed upstream later). Such a file is refused before it is decoded.

#include <string_view>

namespace lab {

/// Whether every Huffman table that a decoder could meet in these bytes has at most 256 codes and ends where
/// its segment does. Anything that is not a JPEG passes.
bool has_sound_huffman_tables(std::string_view jpeg);

}  // namespace lab
