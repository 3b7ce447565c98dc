#include "consumers/merit/key_file.h"

#include <fcntl.h>
#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "engine/base/destroyed_by.h"
#include "engine/base/ed25519.h"

namespace merit {
namespace {

using Key = std::unique_ptr<EVP_PKEY, DestroyedBy<EVP_PKEY_free>>;
using Bio = std::unique_ptr<BIO, DestroyedBy<BIO_free_all>>;

constexpr size_t kKeySize = 32;

// Nobody is asked on a terminal: a key behind a password is an error.
int NoPassword(char*, int, int, void*) { return -1; }

}  // namespace

StatusOr<std::string> ReadKeyFile(const std::string& file) {
  const Bio in(BIO_new_file(file.c_str(), "r"));
  if (!in) {
    return Invalid(Cat("the key file ", file, " cannot be read: ", std::strerror(errno),
                       "; merit keygen makes one"));
  }
  const Key key(PEM_read_bio_PrivateKey(in.get(), nullptr, &NoPassword, nullptr));
  std::string bytes(kKeySize, '\0');
  size_t size = bytes.size();
  if (!key || EVP_PKEY_get_id(key.get()) != EVP_PKEY_ED25519 ||
      EVP_PKEY_get_raw_private_key(key.get(), reinterpret_cast<unsigned char*>(bytes.data()),
                                   &size) != 1 ||
      size != kKeySize) {
    return Invalid(Cat(file,
                       " holds no Ed25519 private key in PEM without a password; merit keygen "
                       "makes one, and so does openssl genpkey -algorithm ed25519"));
  }
  return bytes;
}

StatusOr<std::string> WriteKeyFile(const std::string& file) {
  const Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  const Bio memory(BIO_new(BIO_s_mem()));
  if (!key || !memory ||
      PEM_write_bio_PrivateKey(memory.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr) !=
          1) {
    return Failure(StatusCode::kInternal, "OpenSSL made no key; is its configuration whole?");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(memory.get(), &text);
  // Never written over: what the old key signed could not be signed again.
  const int descriptor = open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor < 0) {
    if (errno == EEXIST) {
      return Failure(
          StatusCode::kAlreadyExists,
          Cat(file, " is there already, and a key is never written over; name another file"));
    }
    return Invalid(Cat(file, " cannot be made: ", std::strerror(errno)));
  }
  const bool written = fchmod(descriptor, 0600) == 0 &&
                       write(descriptor, text, static_cast<size_t>(size)) == size &&
                       fsync(descriptor) == 0;
  if (close(descriptor) != 0 || !written) {
    unlink(file.c_str());
    return Failure(StatusCode::kInternal, Cat(file, " could not be written; is the disk full?"));
  }
  ASSIGN_OR_RETURN(const std::string bytes, ReadKeyFile(file));
  return PublicKeyOf(bytes);
}

}  // namespace merit
