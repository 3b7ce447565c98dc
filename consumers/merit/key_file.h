// A producer's private key, in a file: Ed25519, PKCS#8 in PEM, as `openssl genpkey -algorithm
// ed25519` writes it.
//
//   Output   ReadKeyFile: the 32 bytes that SignEd25519 takes. WriteKeyFile: a new key; only its
//            owner may read the file
//   Errors   kInvalidArgument: no such file, another kind of key, or one behind a password;
//            kAlreadyExists
//   Caveats  no message holds any of the key
#pragma once

#include <string>

#include "engine/base/status.h"

namespace merit {

StatusOr<std::string> ReadKeyFile(const std::string& file);
// The public key, 32 bytes.
StatusOr<std::string> WriteKeyFile(const std::string& file);

}  // namespace merit
