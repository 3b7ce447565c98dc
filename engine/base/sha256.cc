#include "engine/base/sha256.h"

// OpenSSL's own name for these functions is deprecated, not their code: EVP costs two to three
// times the hash of a record's size, and every event asks for seven.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include <bit>
#include <cstring>

#include "engine/base/check.h"

namespace merit {
namespace {

static_assert(std::endian::native == std::endian::little);
constexpr size_t kBlock = 64;
constexpr size_t kLengthSize = 8;  // at the end of the last block: the message's bits, big-endian

// The last bytes of a message, padded to one block or two (FIPS 180-4, section 5.1.1).
class Tail {
 public:
  // What goes before `bytes` in the same block.
  explicit Tail(std::string_view begin) { Append(begin); }
  void Append(std::string_view bytes) {
    if (!bytes.empty()) std::memcpy(block_ + size_, bytes.data(), bytes.size());
    size_ += bytes.size();
  }
  // A full block: hashes it and begins anew.
  void Transform(SHA256_CTX* context) {
    SHA256_Transform(context, block_);
    size_ = 0;
  }
  void Finish(SHA256_CTX* context, uint64_t message_bytes) {
    block_[size_++] = 0x80;
    const size_t end = size_ + kLengthSize <= kBlock ? kBlock : 2 * kBlock;
    std::memset(block_ + size_, 0, end - kLengthSize - size_);
    const uint64_t bits = __builtin_bswap64(8 * message_bytes);
    std::memcpy(block_ + end - kLengthSize, &bits, kLengthSize);
    for (size_t begin = 0; begin < end; begin += kBlock) SHA256_Transform(context, block_ + begin);
  }

 private:
  unsigned char block_[2 * kBlock];
  size_t size_ = 0;
};

// Hashes the whole blocks; gives what is left.
std::string_view HashBlocks(SHA256_CTX* context, std::string_view bytes) {
  for (; bytes.size() >= kBlock; bytes.remove_prefix(kBlock)) {
    SHA256_Transform(context, reinterpret_cast<const unsigned char*>(bytes.data()));
  }
  return bytes;
}

Digest DigestOf(const SHA256_CTX& context) {
  Digest digest;
  for (size_t word = 0; word < 8; ++word) {
    const uint32_t bytes = __builtin_bswap32(context.h[word]);
    std::memcpy(digest.data() + 4 * word, &bytes, sizeof(bytes));
  }
  return digest;
}

}  // namespace

// The padding is done here, since SHA256_Update and SHA256_Final cost as much as a block of hashing
// for inputs of this size; the compression function is OpenSSL's.
Digest Sha256(std::string_view prefix, std::string_view bytes) {
  SHA256_CTX context;
  MERIT_CHECK(SHA256_Init(&context) == 1);
  const uint64_t size = prefix.size() + bytes.size();
  prefix = HashBlocks(&context, prefix);
  Tail tail(prefix);
  if (!prefix.empty() && prefix.size() + bytes.size() >= kBlock) {
    const size_t rest_of_block = kBlock - prefix.size();
    tail.Append(bytes.substr(0, rest_of_block));
    tail.Transform(&context);
    bytes.remove_prefix(rest_of_block);
  }
  tail.Append(HashBlocks(&context, bytes));
  tail.Finish(&context, size);
  return DigestOf(context);
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
