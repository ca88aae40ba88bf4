#include "core/data/picture.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "core/base/error.h"
#include "core/base/rng.h"
#include "tests/core/temporary_folder.h"

namespace lab {
namespace {

std::string big_endian(uint32_t number) {
  return {static_cast<char>(number >> 24), static_cast<char>(number >> 16), static_cast<char>(number >> 8),
          static_cast<char>(number)};
}

std::string chunk(const std::string& type, const std::string& data) {
  const std::string body = type + data;
  const auto crc = crc32(0, reinterpret_cast<const Bytef*>(body.data()), static_cast<uInt>(body.size()));
  return big_endian(static_cast<uint32_t>(data.size())) + body + big_endian(static_cast<uint32_t>(crc));
}

std::string png_of_rows(uint32_t width, uint32_t height, char kind, const std::string& rows) {
  std::string packed(compressBound(rows.size()), 0);
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  packed.resize(size);
  return "\x89PNG\r\n\x1a\n" +
         chunk("IHDR", big_endian(width) + big_endian(height) + '\x08' + kind + std::string(3, '\0')) +
         chunk("IDAT", packed) + chunk("IEND", "");
}

// A PNG of one colour: 1 channel grey, 3 colour, 4 colour with transparency.
std::string png(uint32_t width, uint32_t height, const std::string& pixel, bool with_data = true) {
  std::string rows;
  for (uint32_t y = 0; with_data && y < height; ++y) {
    rows += '\0';
    for (uint32_t x = 0; x < width; ++x) rows += pixel;
  }
  return png_of_rows(width, height, pixel.size() == 1 ? 0 : pixel.size() == 3 ? 2 : 6, rows);
}

std::string segment(uint8_t marker, const std::string& data) {
  return std::string{'\xff', static_cast<char>(marker)} + big_endian(static_cast<uint32_t>(data.size() + 2)).substr(2) +
         data;
}

// How many codes there are of 1 and of 2 bits, and what they stand for.
std::string huffman_table(char name, uint8_t one_bit, uint8_t two_bits, const std::string& symbols) {
  std::string counts(16, 0);
  counts[0] = static_cast<char>(one_bit);
  counts[1] = static_cast<char>(two_bits);
  return segment(0xc4, name + counts + symbols);
}

// The grey JPEG whose every pixel is 160 = 128 + 32 · 8 / 8: the first block's mean is 32 quanta of 8 above the
// middle (code 0, then 100000), the others differ from it by nothing (code 10); no block has details (code 0).
std::string jpeg(uint16_t width, uint16_t height,
                 const std::string& tables = huffman_table(0x10, 1, 0, std::string(1, 0))) {
  std::string bits = "01000000";
  for (int block = 1; block < (width + 7) / 8 * ((height + 7) / 8); ++block) bits += "100";
  while (bits.size() % 8 != 0) bits += '1';
  std::string data;
  for (size_t at = 0; at < bits.size(); at += 8) data += static_cast<char>(std::stoi(bits.substr(at, 8), nullptr, 2));
  const std::string size = big_endian(height).substr(2) + big_endian(width).substr(2);
  return "\xff\xd8" + segment(0xdb, '\0' + std::string(64, '\x08')) +
         segment(0xc0, '\x08' + size + std::string("\1\1\x11\0", 4)) + huffman_table(0, 1, 1, std::string("\6\0", 2)) +
         tables + segment(0xda, std::string("\1\1\0\0\x3f\0", 6)) + data + "\xff\xd9";
}

std::string refusal(const std::string& bytes) {
  const TemporaryFolder folder;
  const std::string path = folder.write("picture", bytes);
  return message_of<Error>([&] { read_picture(path); });
}

Picture read(const std::string& bytes) {
  const TemporaryFolder folder;
  return read_picture(folder.write("picture", bytes));
}

TEST(Picture, ReadsGreyColourAndTransparency) {
  EXPECT_EQ(read(png(1, 1, "\x40")).pixels[0], 0x40);
  const Picture colour = read(png(9, 4, std::string("\xff\x00\x00", 3)));
  EXPECT_EQ(colour.width, 9);
  EXPECT_EQ(colour.height, 4);
  EXPECT_EQ(colour.pixels[0], 76);                                                // red's share of brightness
  EXPECT_EQ(read(png(2, 2, std::string("\x00\x00\x00\x00", 4))).pixels[0], 255);  // transparent is paper
}

TEST(Picture, RefusesWhatItShould) {
  const std::string good = png(40, 30, "\x80");
  EXPECT_NE(refusal("").find("not a PNG or JPEG"), std::string::npos);
  EXPECT_NE(refusal("GIF89a\x01\x00\x01\x00\x80\x00\x00").find("not a PNG or JPEG"), std::string::npos);
  EXPECT_NE(refusal(png(40000, 40000, "\x80", false)), "");
  EXPECT_NE(refusal(png(8192, 8193, "\x80", false)), "");
  EXPECT_NE(refusal(good.substr(0, good.size() / 2)), "");
  EXPECT_NE(refusal("\xff\xd8\xff\xe0 this is no JPEG"), "");
  const TemporaryFolder folder;
  EXPECT_THROW(read_picture(folder.path()), Error);
  EXPECT_THROW(read_picture(folder.path("none.png")), Error);
}

TEST(Picture, ReadsJpeg) {
  for (const auto& [width, height] : {std::pair(1, 1), {8, 8}, {20, 9}}) {
    const Picture picture = read(jpeg(static_cast<uint16_t>(width), static_cast<uint16_t>(height)));
    EXPECT_EQ(picture.width, width);
    EXPECT_EQ(picture.height, height);
    EXPECT_EQ(picture.pixels, std::vector<uint8_t>(static_cast<size_t>(width * height), 160));
  }
}

TEST(Picture, AHuffmanTableOfTooManyCodesIsRefused) {
  const std::string large = huffman_table(0x10, 255, 255, std::string(510, 0));
  EXPECT_NE(refusal(jpeg(8, 8, large)).find("Huffman"), std::string::npos);
  const std::string late = jpeg(8, 8).insert(jpeg(8, 8).size() - 2, large);  // after the scan
  EXPECT_NE(refusal(late).find("Huffman"), std::string::npos);
  const std::string comment = segment(0xfe, large);  // only looks like a table
  EXPECT_EQ(refusal("\xff\xd8" + comment + jpeg(8, 8).substr(2)), "");
}

TEST(Picture, ASmallPictureMayNotUnpackToALargeBlock) {
  EXPECT_NE(refusal(png_of_rows(8, 8, 0, std::string(size_t{16} << 20, '\0'))), "");
}

TEST(Picture, FlippedBitsLoadOrAreRefused) {
  Rng rng(5, stream::kTests);
  const TemporaryFolder folder;
  for (const std::string& good : {png(16, 16, "\x10\x20\x30"), jpeg(30, 20)})
    for (int round = 0; round < 500; ++round) {
      std::string bytes = good;
      bytes[rng.below(static_cast<uint32_t>(bytes.size()))] ^= static_cast<char>(1 << rng.below(8));
      const std::string path = folder.write("picture", bytes);
      try {
        const Picture picture = read_picture(path);
        EXPECT_EQ(picture.pixels.size(), static_cast<size_t>(picture.width) * picture.height);
      } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
      }
    }
}

TEST(Picture, IsFittedWithItsMeanAndInvertedWhenItIsOnPaper) {
  const Picture dark = fit_picture(read(png(300, 200, "\x28")), 28, 28);
  EXPECT_EQ(dark.pixels.size(), 28u * 28u);
  for (uint8_t pixel : dark.pixels) EXPECT_EQ(pixel, 0x28);
  const Picture light = fit_picture(read(png(3, 5, "\xf0")), 28, 28);
  for (uint8_t pixel : light.pixels) EXPECT_EQ(pixel, 255 - 0xf0);
}

}  // namespace
}  // namespace lab
