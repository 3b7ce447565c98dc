#include "engine/base/sha256.h"

// OpenSSL's own name for these functions is deprecated, not their code: EVP costs two to three
// times the hash of a record's size, and every event asks for seven.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <bit>
#include <cstring>

namespace merit {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr size_t kBlock = 64;
constexpr size_t kLengthSize = 8;  // at the end of the last block: the message's bits, big-endian

// The state, taken in and out without SHA256_Init, SHA256_Update and SHA256_Final: for inputs of
// this size they cost as much as a block of hashing. The compression function is OpenSSL's, and
// looks at h alone.
class Hasher {
 public:
  Hasher() {
    static constexpr SHA_LONG kInitial[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::memcpy(context_.h, kInitial, sizeof(kInitial));
  }
  void Transform(const void* block) {
    SHA256_Transform(&context_, static_cast<const unsigned char*>(block));
  }
  Digest Result() const {
    Digest digest;
    for (size_t word = 0; word < 8; ++word) {
      const uint32_t bytes = __builtin_bswap32(context_.h[word]);
      std::memcpy(digest.data() + 4 * word, &bytes, sizeof(bytes));
    }
    return digest;
  }

 private:
  SHA256_CTX context_;
};

}  // namespace

Digest Sha256(std::string_view prefix, std::string_view bytes) {
  Hasher hasher;
  const uint64_t bits = __builtin_bswap64(8 * static_cast<uint64_t>(prefix.size() + bytes.size()));
  for (; prefix.size() >= kBlock; prefix.remove_prefix(kBlock)) hasher.Transform(prefix.data());
  // What does not fill a block where it lies is put together here, and padded (FIPS 180-4, section
  // 5.1.1) to one block or two.
  alignas(kBlock) unsigned char tail[2 * kBlock];
  size_t size = prefix.size();
  if (size > 0) std::memcpy(tail, prefix.data(), size);
  if (size > 0 && size + bytes.size() >= kBlock) {
    std::memcpy(tail + size, bytes.data(), kBlock - size);
    hasher.Transform(tail);
    bytes.remove_prefix(kBlock - size);
    size = 0;
  }
  for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) hasher.Transform(bytes.data());
  if (!bytes.empty()) std::memcpy(tail + size, bytes.data(), bytes.size());
  size += bytes.size();
  std::memset(tail + size, 0, kBlock);
  std::memset(tail + kBlock, 0, kBlock);
  tail[size] = 0x80;
  const bool one_block = size + 1 + kLengthSize <= kBlock;
  unsigned char* const last = one_block ? tail : tail + kBlock;
  std::memcpy(last + kBlock - kLengthSize, &bits, kLengthSize);
  hasher.Transform(tail);
  if (!one_block) hasher.Transform(last);
  return hasher.Result();
}

Digest Sha256(std::string_view bytes) { return Sha256({}, bytes); }

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(2 * bytes.size());
  for (unsigned char byte : bytes) {
    text += kDigits[byte >> 4];
    text += kDigits[byte & 15];
  }
  return text;
}

}  // namespace merit
