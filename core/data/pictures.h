#pragma once
// Folders of labelled pictures as a Dataset.

#include "core/data/dataset.h"

namespace lab {

/// A folder of IDX files, a set to train on and one to test on; its name says what the labels mean, where it is a
/// well-known one. Throws Error, naming the file, where anything is wrong.
Dataset read_picture_folder(const std::string& folder);

}  // namespace lab
