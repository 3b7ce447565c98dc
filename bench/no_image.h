// Rows that were never saved, and so never left memory: nothing can be read back.
#pragma once

#include <string>
#include <string_view>

#include "engine/rows/image.h"

namespace merit {

class NoImage final : public Image {
 public:
  std::string Read(std::string_view) override { throw RowsUnavailable{"nothing is saved here"}; }
};

}  // namespace merit
