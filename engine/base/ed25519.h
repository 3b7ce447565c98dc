// Ed25519: is this signature that of the key's owner, over these bytes? And making one.
//
//   Input    key 32 bytes, signature 64 bytes, as RFC 8032 writes them
//   Cost     50 to 100 µs either way
#pragma once

#include <string>
#include <string_view>

namespace merit {

// False also where a size is wrong or the key is no point of the curve.
bool VerifyEd25519(std::string_view public_key, std::string_view signature, std::string_view bytes);

// `private_key` is the 32-byte seed.
std::string SignEd25519(std::string_view private_key, std::string_view bytes);
std::string PublicKeyOf(std::string_view private_key);

}  // namespace merit
