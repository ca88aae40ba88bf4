#include "core/model/vocabulary.h"

#include "core/base/error.h"

namespace lab {

void check_known(std::span<const int> tokens, int vocabulary) {
  for (int token : tokens)
    if (token < 0 || token >= vocabulary)
      throw Error("The token {} is not in the vocabulary; its numbers must be from 0 to {}.", token, vocabulary - 1);
}

}  // namespace lab
