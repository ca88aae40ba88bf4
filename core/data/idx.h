#pragma once
// IDX files, plain or gzipped: the format of MNIST and its relatives (LeCun, Cortes and Burges). A
// big-endian magic number (0x803 pictures, 0x801 labels), the sizes, then bytes.

#include <string>

#include "core/data/dataset.h"

namespace lab {

/// The two files of one set in `folder` under the names in use ("train-images-idx3-ubyte.gz", also without
/// .gz, with "." for "-", and "test" for "t10k"); `part` is "train" or "t10k". Throws Error, naming the file,
/// where one is missing, truncated, longer than it says, mislabelled, empty, absurdly large, or where
/// pictures and labels differ in number.
ImageSet read_idx_set(const std::string& folder, const std::string& part);

/// Whether the folder has both sets.
bool has_idx_sets(const std::string& folder);

}  // namespace lab
