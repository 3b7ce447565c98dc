#include "engine/base/ed25519.h"

#include <openssl/evp.h>

#include <memory>

#include "engine/base/check.h"
#include "engine/base/destroyed_by.h"

namespace merit {
namespace {

using Key = std::unique_ptr<EVP_PKEY, DestroyedBy<EVP_PKEY_free>>;
using Context = std::unique_ptr<EVP_MD_CTX, DestroyedBy<EVP_MD_CTX_free>>;

const unsigned char* Data(std::string_view bytes) {
  return reinterpret_cast<const unsigned char*>(bytes.data());
}

Key PrivateKey(std::string_view seed) {
  MERIT_CHECK(seed.size() == 32);
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, Data(seed), seed.size()));
  MERIT_CHECK(key != nullptr);
  return key;
}

}  // namespace

bool VerifyEd25519(std::string_view public_key, std::string_view signature,
                   std::string_view bytes) {
  if (public_key.size() != 32 || signature.size() != 64) return false;
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, Data(public_key), 32));
  if (key == nullptr) return false;
  const Context context(EVP_MD_CTX_new());
  return EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), Data(signature), 64, Data(bytes), bytes.size()) == 1;
}

std::string SignEd25519(std::string_view private_key, std::string_view bytes) {
  const Key key = PrivateKey(private_key);
  const Context context(EVP_MD_CTX_new());
  std::string signature(64, '\0');
  size_t size = signature.size();
  MERIT_CHECK(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1);
  MERIT_CHECK(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                             &size, Data(bytes), bytes.size()) == 1);
  return signature;
}

std::string PublicKeyOf(std::string_view private_key) {
  const Key key = PrivateKey(private_key);
  std::string raw(32, '\0');
  size_t size = raw.size();
  MERIT_CHECK(EVP_PKEY_get_raw_public_key(key.get(), reinterpret_cast<unsigned char*>(raw.data()),
                                          &size) == 1);
  return raw;
}

}  // namespace merit
