// The bytes of ARCHITECTURE.md §5 are those that the program makes.
#include <map>

#include "engine/base/merkle.h"
#include "engine/base/sha256.h"
#include "engine/engine.h"
#include "engine/log/memory_log.h"
#include "engine/publish/memory_publisher.h"
#include "engine/store/memory_store.h"
#include "engine/wire/exchange.h"
#include "merit/v1/seal.pb.h"
#include "tests/docs/document.h"

namespace merit::docs {
namespace {

constexpr size_t kPlace = 6;  // the record's offset

// Title -> hexadecimal, of the indented lines: "    log leaf: …" is a title, and what follows up to
// the next one are groups of hexadecimal, each line's explanation apart by three blanks or more.
std::map<std::string, std::string> BytesInTheText() {
  static const std::regex kTitle(R"(    ([a-z ]+): .*)");
  static const std::regex kBytes(R"(    ((?:[0-9a-f]{2,} {0,2})+)(?: .*)?)");
  std::map<std::string, std::string> bytes;
  std::string* now = nullptr;
  for (const std::string& line : Section("ARCHITECTURE.md", 5)) {
    std::smatch match;
    if (std::regex_match(line, match, kTitle)) {
      now = &bytes[match[1]];
    } else if (now != nullptr && std::regex_match(line, match, kBytes)) {
      for (const char c : match[1].str()) {
        if (c != ' ') now->push_back(c);
      }
    } else {
      now = nullptr;
    }
  }
  return bytes;
}

struct Folded {
  std::vector<ExchangeRecord> records;
  MemoryStore store;
  MemoryPublisher publisher;
};

void FoldExample(Folded* folded) {
  MemoryLog log;
  for (const std::string& line : LinesOfFile("tests/golden/vectors/ex6_log.jsonl")) {
    ASSERT_TRUE(ParseExchangeLine(line, &folded->records.emplace_back()).ok()) << line;
    log.Append(folded->records.back().view());
  }
  Engine engine(&log, &folded->store, &folded->publisher, {});
  ASSERT_TRUE(engine.Open().ok());
  ASSERT_TRUE(engine.FoldAll().ok());
}

TEST(Docs, WorkedBytes) {
  Folded folded;
  ASSERT_NO_FATAL_FAILURE(FoldExample(&folded));
  std::map<std::string, std::string> made;

  const ExchangeRecord& record = folded.records.at(kPlace);
  const Digest payload_hash = Sha256(record.value);
  std::string leaf_input;
  for (int shift = 56; shift >= 0; shift -= 8) {
    leaf_input += static_cast<char>(record.timestamp_ms >> shift);
  }
  made["value"] = Hex(record.value);
  made["payload hash"] = Hex(AsBytes(payload_hash));
  leaf_input += AsBytes(payload_hash);
  made["log leaf"] = Hex(AsBytes(MerkleLeaf(leaf_input)));

  const std::string& outcome = folded.publisher.topic(Topic::kOutcomes).at(kPlace).value;
  made["outcome"] = Hex(outcome);
  made["outcome leaf"] = Hex(AsBytes(MerkleLeaf(outcome)));
  for (const PublishedRecord& score : folded.publisher.topic(Topic::kScores)) {
    if (score.key == "511500|A" && !made.contains("score")) made["score"] = Hex(score.value);
  }

  v1::DaySeal seal;
  ASSERT_TRUE(seal.ParseFromString(folded.publisher.topic(Topic::kSeals).at(0).value));
  made["log root"] = Hex(seal.log_root());
  made["outcome root"] = Hex(seal.outcome_root());

  const std::string row_key("\x00\x07\xce\x0c\x06\x00\x00\x00\x00", 9);
  ASSERT_TRUE(folded.store.rows().contains(row_key));
  made["row key"] = Hex(row_key);

  EXPECT_EQ(BytesInTheText(), made);
}

}  // namespace
}  // namespace merit::docs
