#include "tests/poison/bytes.h"

#include <algorithm>

namespace merit {
namespace {

std::string Noise(size_t size, Random& random) {
  std::string bytes(size, '\0');
  for (char& byte : bytes) byte = static_cast<char>(random.Next());
  return bytes;
}

const std::string& RealValue(const Corpus& corpus, Random& random) {
  return corpus.records()[random.Below(corpus.records().size())].value;
}

// One to four bytes or stretches of it: changed, doubled, dropped, put in.
void Mutate(std::string* bytes, Random& random) {
  for (uint32_t left = 1 + random.Below(4u); left > 0; --left) {
    const size_t place = random.Below(bytes->size() + 1);
    const size_t size = std::min<size_t>(random.Below(9u), bytes->size() - place);
    switch (random.Below(6u)) {
      case 0:
      case 1:
        if (place < bytes->size()) (*bytes)[place] = static_cast<char>(random.Next());
        break;
      case 2:
        if (place < bytes->size())
          (*bytes)[place] = static_cast<char>((*bytes)[place] ^ (1 << random.Below(8u)));
        break;
      case 3:
        bytes->erase(place, size);
        break;
      case 4:
        bytes->insert(place, bytes->substr(place, size));
        break;
      case 5:
        bytes->insert(place, Noise(1 + random.Below(8u), random));
        break;
    }
  }
}

// A tag with a field number that may be unknown, and a value of its wire type.
std::string StrayField(Random& random) {
  static constexpr uint32_t kNumbers[] = {0,  1,  2,  5,   9,     10,    19,
                                          29, 70, 99, 999, 1'000, 1'001, 536'870'911};
  std::string bytes;
  const uint32_t wire_type = random.Below(8u);
  for (uint64_t tag = uint64_t{kNumbers[random.Below(std::size(kNumbers))]} << 3 | wire_type;;
       tag >>= 7) {
    bytes.push_back(static_cast<char>(tag < 0x80 ? tag : (tag | 0x80) & 0xff));
    if (tag < 0x80) break;
  }
  if (wire_type == 2) {
    const std::string inside = Noise(random.Below(20u), random);
    bytes.push_back(static_cast<char>(inside.size()));
    return bytes + inside;
  }
  return bytes + Noise(wire_type == 1 ? 8 : wire_type == 5 ? 4 : random.Below(3u), random);
}

}  // namespace

std::string DrawBadValue(const Corpus& corpus, Random& random) {
  const std::string& real = RealValue(corpus, random);
  switch (random.Below(10u)) {
    case 0:
      return Noise(random.Below(400u), random);
    case 1:
      return real.substr(0, random.Below(real.size() + 1));
    case 2:
      return real.substr(random.Below(real.size() + 1));
    case 3: {
      const std::string& other = RealValue(corpus, random);
      return real.substr(0, random.Below(real.size() + 1)) +
             other.substr(random.Below(other.size() + 1));
    }
    case 4:
      return real + StrayField(random);
    case 5:
      return StrayField(random) + real;
    case 6:
      return real + RealValue(corpus, random);  // protobuf merges what comes twice
    case 7:
      return random.Below(20u) == 0 ? Noise(65'530 + random.Below(12u), random) : std::string();
    default: {
      std::string bytes = real;
      Mutate(&bytes, random);
      return bytes;
    }
  }
}

std::string DrawBadKey(const std::string& good, Random& random) {
  switch (random.Below(6u)) {
    case 0:
      return "";
    case 1:
      return "000000";
    case 2:
      return good.substr(0, 5);
    case 3:
      return good + "0";
    case 4:
      return std::to_string(100'000 + random.Below(900'000u));
    default:
      return Noise(random.Below(12u), random);
  }
}

}  // namespace merit
