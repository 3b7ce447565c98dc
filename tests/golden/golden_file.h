// A golden log's files: JSON Lines, some of them gzipped.
#pragma once

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/wire/exchange.h"

namespace merit {

// The file, or the same with .gz behind its name.
std::filesystem::path GoldenFile(const std::filesystem::path& path);
std::vector<std::string> GoldenLines(const std::filesystem::path& path);

// A line of the state, however its JSON was spaced.
inline std::string WithoutSpaces(std::string line) {
  std::erase(line, ' ');
  return line;
}

// One form for a message however its JSON was written; a tombstone is as it stands.
template <class Message>
std::string Normal(const std::string& line) {
  if (line.find("\"tombstone\"") != std::string::npos) return line;
  Message message;
  const auto status = google::protobuf::util::JsonStringToMessage(line, &message);
  EXPECT_TRUE(status.ok()) << status.ToString() << "\n" << line;
  const StatusOr<std::string> json = ToJson(message);
  EXPECT_TRUE(json.ok());
  return *json;
}

// Up to the first line that differs.
template <class Normalise>
void ExpectGolden(const std::filesystem::path& path, const std::vector<std::string>& actual,
                  Normalise normalise) {
  const std::vector<std::string> expected = GoldenLines(path);
  for (size_t place = 0; place < std::min(expected.size(), actual.size()); ++place) {
    ASSERT_EQ(normalise(expected[place]), normalise(actual[place]))
        << path << " line " << place + 1;
  }
  ASSERT_EQ(expected.size(), actual.size()) << path;
}

// A log's name as that of a test.
template <class Name>
std::string TestName(const testing::TestParamInfo<Name>& log) {
  std::string name = log.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

}  // namespace merit
