#include "engine/base/hash.h"

// The functions themselves, not calls into the library: a hash of 36 bytes costs what a call does.
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace merit {

uint64_t Hash64(std::string_view bytes) { return XXH3_64bits(bytes.data(), bytes.size()); }

}  // namespace merit
