#include "engine/base/sha256.h"

#include <openssl/evp.h>

#include "engine/base/check.h"

namespace merit {
namespace {

// Fetching the algorithm costs more than hashing a record: once a process for it, once a thread for a context.
const EVP_MD* Algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  MERIT_CHECK(algorithm != nullptr);
  return algorithm;
}

struct Context {
  EVP_MD_CTX* context = EVP_MD_CTX_new();
  ~Context() { EVP_MD_CTX_free(context); }
};

}  // namespace

Digest Sha256(std::string_view prefix, std::string_view bytes) {
  thread_local const Context holder;
  EVP_MD_CTX* const context = holder.context;
  Digest digest;
  bool ok = EVP_DigestInit_ex2(context, Algorithm(), nullptr) == 1;
  if (!prefix.empty()) ok = ok && EVP_DigestUpdate(context, prefix.data(), prefix.size()) == 1;
  ok = ok && EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1;
  ok = ok && EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1;
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
