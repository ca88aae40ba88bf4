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

// A PNG of one colour: 1 channel grey, 3 colour, 4 colour with transparency.
std::string png(uint32_t width, uint32_t height, const std::string& pixel, bool with_data = true) {
  const char kind = pixel.size() == 1 ? 0 : pixel.size() == 3 ? 2 : 6;
  std::string rows;
  if (with_data)
    for (uint32_t y = 0; y < height; ++y) {
      rows += '\0';
      for (uint32_t x = 0; x < width; ++x) rows += pixel;
    }
  std::string packed(compressBound(rows.size()), 0);
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size, reinterpret_cast<const Bytef*>(rows.data()), rows.size());
  packed.resize(size);
  return "\x89PNG\r\n\x1a\n" + chunk("IHDR", big_endian(width) + big_endian(height) + '\x08' + kind + std::string(3, '\0')) +
         chunk("IDAT", packed) + chunk("IEND", "");
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
  EXPECT_EQ(colour.pixels[0], 76);  // red's share of brightness
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

TEST(Picture, FlippedBitsLoadOrAreRefused) {
  const std::string good = png(16, 16, std::string("\x10\x20\x30", 3));
  Rng rng(5, stream::kTests);
  const TemporaryFolder folder;
  for (int round = 0; round < 1000; ++round) {
    std::string bytes = good;
    bytes[rng.below(static_cast<uint32_t>(bytes.size()))] ^= static_cast<char>(1 << rng.below(8));
    const std::string path = folder.write("picture", bytes);
    try {
      const Picture picture = read_picture(path);
      EXPECT_EQ(picture.pixels.size(), static_cast<size_t>(picture.width) * picture.height);
    } catch (const Error&) {
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
