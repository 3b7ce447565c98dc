// A golden log's files: JSON Lines, some of them gzipped.
#pragma once

#include <google/protobuf/util/json_util.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "engine/wire/exchange.h"

namespace merit {

// The file, or the same with .gz behind its name.
std::filesystem::path GoldenFile(const std::filesystem::path& path);
std::vector<std::string> GoldenLines(const std::filesystem::path& path);

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

}  // namespace merit
