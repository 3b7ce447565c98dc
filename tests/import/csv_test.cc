#include "consumers/import/csv.h"

#include <zlib.h>

#include "tests/import/imported.h"

namespace merit {
namespace {

using Kind = CsvReader::Kind;

// "line|field|field", or "line! defect".
std::vector<std::string> ReadAll(const std::string& path, size_t field_count = 0) {
  StatusOr<InputFile> input = InputFile::Open(path);
  EXPECT_TRUE(input.ok());
  CsvReader csv(*input, ',');
  csv.ExpectFields(field_count);
  std::vector<std::string> read;
  std::vector<std::string> fields;
  for (;;) {
    const StatusOr<Kind> kind = csv.Next(&fields);
    if (!kind.ok()) {
      read.push_back("failed: " + std::string(kind.status().message()));
      return read;
    }
    if (*kind == Kind::kEnd) return read;
    std::string text = std::to_string(csv.line());
    if (*kind == Kind::kDefect) {
      text += "! " + csv.defect();
    } else {
      for (const std::string& field : fields) text += "|" + field;
    }
    read.push_back(text);
  }
}

std::vector<std::string> Read(const std::string& text, size_t field_count = 0) {
  return ReadAll(TestFile("table.csv", text), field_count);
}

using Lines = std::vector<std::string>;

TEST(Csv, Quoting) {
  EXPECT_EQ(Read("a,b\n1,2\n"), (Lines{"1|a|b", "2|1|2"}));
  EXPECT_EQ(Read("\"a,b\",\"c\"\"d\",\"\"\n"), (Lines{"1|a,b|c\"d|"}));
  EXPECT_EQ(Read("\"two\nlines\",x\r\ny,z"), (Lines{"1|two\nlines|x", "3|y|z"}));
  EXPECT_EQ(Read("\xEF\xBB\xBFid,x\r\n\r\n\n1,\r\n"), (Lines{"1|id|x", "4|1|"}));
  EXPECT_EQ(Read("it's 5\" wide,x\n"), (Lines{"1|it's 5\" wide|x"}));
  EXPECT_EQ(Read(",\n"), (Lines{"1||"}));
  EXPECT_EQ(Read(""), Lines{});
}

TEST(Csv, OneBadLineCostsOneLine) {
  EXPECT_EQ(Read("a,b\n1,\"open\n2,x\n3,y\n", 2),
            (Lines{"1|a|b", "2! a quote is opened and not closed before the end of the file",
                   "3|2|x", "4|3|y"}));
  EXPECT_EQ(Read("a,b\n1,\"x\"y\n2,x\n", 2),
            (Lines{"1|a|b", "2! text follows a closing quote: y\n2,x\n", "3|2|x"}));
  EXPECT_EQ(Read("a,b\n1\n2,x,y\n3,z\n", 2),
            (Lines{"1|a|b", "2! has 1 fields where the header has 2",
                   "3! has 3 fields where the header has 2", "4|3|z"}));
}

TEST(Csv, AnOpenQuoteInALargeFileIsGivenUpAtTheLimit) {
  std::string text = "a,b\n1,\"open\n";
  const size_t rows = 200'000;
  for (size_t i = 0; i < rows; ++i) text += "2,x\n";
  const Lines lines = Read(text, 2);
  ASSERT_EQ(lines.size(), rows + 2);
  EXPECT_EQ(lines[1],
            Cat("2! a quote is opened and not closed within ", kCsvRecordBytesMax, " bytes"));
  EXPECT_EQ(lines.back(), Cat(rows + 2, "|2|x"));
}

TEST(Csv, ARecordAtTheLimit) {
  const std::string longest(kCsvRecordBytesMax - 10, 'x');
  const Lines lines = Read("a,b\n1,\"" + longest + "\"\n2,y\n", 2);
  ASSERT_EQ(lines.size(), 3U);
  EXPECT_EQ(lines[1], "2|1|" + longest);
}

TEST(Csv, GzippedAndCutOff) {
  std::string text = "a,b\n";
  for (int i = 0; i < 50'000; ++i) text += Cat(i * 7919 % 50'021, ",", i, "\n");
  const std::string path = TestFile("table.csv.gz", "");
  gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  gzclose(file);
  EXPECT_EQ(ReadAll(path).size(), 50'001U);

  std::filesystem::resize_file(path, std::filesystem::file_size(path) / 2);
  const Lines cut = ReadAll(path);
  EXPECT_EQ(cut[1], "2|0|0");
  EXPECT_NE(cut.back().find("is damaged near byte"), std::string::npos) << cut.back();
}

}  // namespace
}  // namespace merit
