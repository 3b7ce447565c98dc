#include "engine/base/sha256.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

namespace merit {
namespace {

// FIPS 180-4's examples.
TEST(Sha256, KnownDigests) {
  EXPECT_EQ(Hex(AsBytes(Sha256(""))),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Hex(AsBytes(Sha256("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(Hex(AsBytes(Sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"))),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  EXPECT_EQ(Hex(AsBytes(Sha256(std::string(1'000'000, 'a')))),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST(Sha256, PrefixAndBytesAreOne) {
  const std::string bytes(300, 'q');
  for (size_t cut = 0; cut <= bytes.size(); ++cut) {
    const std::string_view all(bytes);
    ASSERT_EQ(Sha256(all.substr(0, cut), all.substr(cut)), Sha256(all)) << cut;
  }
}

TEST(Sha256, ThreadsDoNotMeet) {
  std::thread threads[4];
  std::array<bool, 4> same{};
  for (size_t number = 0; number < 4; ++number) {
    threads[number] = std::thread([&same, number] {
      const std::string bytes(1'000 * (number + 1), static_cast<char>('a' + number));
      const Digest first = Sha256(bytes);
      same[number] = true;
      for (int step = 0; step < 2'000; ++step)
        same[number] = same[number] && Sha256(bytes) == first;
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (bool each : same) EXPECT_TRUE(each);
}

TEST(Hex, IsLowerCase) { EXPECT_EQ(Hex(std::string("\x00\xAf\x10", 3)), "00af10"); }

}  // namespace
}  // namespace merit
