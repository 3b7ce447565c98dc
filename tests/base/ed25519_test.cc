#include "engine/base/ed25519.h"

#include <gtest/gtest.h>

#include "engine/base/sha256.h"

namespace merit {
namespace {

std::string Unhex(std::string_view text) {
  const auto digit = [](char c) { return c <= '9' ? c - '0' : c - 'a' + 10; };
  std::string bytes;
  for (size_t place = 0; place + 1 < text.size(); place += 2) {
    bytes.push_back(static_cast<char>(digit(text[place]) * 16 + digit(text[place + 1])));
  }
  return bytes;
}

struct Vector {
  const char* seed;
  const char* public_key;
  const char* bytes;
  const char* signature;
};

// RFC 8032 §7.1, tests 1 to 3.
const Vector kVectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46b"
     "d25bf5f0595bbe24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c"
     "387b2eaeb4302aeeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "659"
     "4a7c15e9716ed28dc027beceea1ec40a"},
};

TEST(Ed25519, KnownSignatures) {
  for (const Vector& vector : kVectors) {
    const std::string bytes = Unhex(vector.bytes);
    EXPECT_EQ(Hex(PublicKeyOf(Unhex(vector.seed))), vector.public_key);
    EXPECT_EQ(Hex(SignEd25519(Unhex(vector.seed), bytes)), vector.signature);
    EXPECT_TRUE(VerifyEd25519(Unhex(vector.public_key), Unhex(vector.signature), bytes));
  }
}

TEST(Ed25519, OneBitIsEnough) {
  const std::string key = Unhex(kVectors[2].public_key);
  const std::string signature = Unhex(kVectors[2].signature);
  const std::string bytes = Unhex(kVectors[2].bytes);
  for (size_t bit = 0; bit < 8 * signature.size(); ++bit) {
    std::string other = signature;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(VerifyEd25519(key, other, bytes)) << bit;
  }
  for (size_t bit = 0; bit < 8 * key.size(); ++bit) {
    std::string other = key;
    other[bit / 8] = static_cast<char>(other[bit / 8] ^ (1 << bit % 8));
    ASSERT_FALSE(VerifyEd25519(other, signature, bytes)) << bit;
  }
  EXPECT_FALSE(VerifyEd25519(key, signature, bytes + "x"));
}

TEST(Ed25519, WrongSizesAreRefused) {
  const std::string key = Unhex(kVectors[0].public_key);
  const std::string signature = Unhex(kVectors[0].signature);
  EXPECT_FALSE(VerifyEd25519("", signature, ""));
  EXPECT_FALSE(VerifyEd25519(key.substr(1), signature, ""));
  EXPECT_FALSE(VerifyEd25519(key, signature.substr(1), ""));
  EXPECT_FALSE(VerifyEd25519(key, signature + "x", ""));
  EXPECT_FALSE(VerifyEd25519(key, "", ""));
}

}  // namespace
}  // namespace merit
