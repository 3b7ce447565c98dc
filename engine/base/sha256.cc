#include "engine/base/sha256.h"

// OpenSSL's own name for these functions is deprecated, not their code: EVP costs two to three times the hash of a
// record's size, and every event asks for five.
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#include "engine/base/check.h"

namespace merit {

Digest Sha256(std::string_view prefix, std::string_view bytes) {
  SHA256_CTX context;
  Digest digest;
  bool ok = SHA256_Init(&context) == 1;
  if (!prefix.empty()) ok = ok && SHA256_Update(&context, prefix.data(), prefix.size()) == 1;
  ok = ok && SHA256_Update(&context, bytes.data(), bytes.size()) == 1;
  ok = ok && SHA256_Final(digest.data(), &context) == 1;
  MERIT_CHECK(ok);
  return digest;
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
