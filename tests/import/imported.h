// What a test needs around an import: files to import, and the records and events that came of
// them.
#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "consumers/import/import.h"
#include "merit/v1/event.pb.h"

namespace merit {

inline const std::string kSource = MERIT_SOURCE_DIR;
inline std::string ShippedMapping(const std::string& name) {
  return kSource + "/consumers/mappings/" + name;
}

// The folder with the cities' open data: the one that MERIT_DATA names, else var/data in the
// checkout; empty: it is not on this machine.
inline std::string DataFolder() {
  const char* named = std::getenv("MERIT_DATA");
  const std::string folder = named != nullptr ? named : kSource + "/var/data";
  return std::filesystem::is_directory(folder) ? folder : "";
}

// A file that lives as long as the test.
inline std::string TestFile(const std::string& name, const std::string& text) {
  const auto* test = testing::UnitTest::GetInstance()->current_test_info();
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "merit_import" /
                                       test->test_suite_name() / test->name();
  std::filesystem::create_directories(folder);
  const std::string path = (folder / name).string();
  std::ofstream(path, std::ios::binary) << text;
  return path;
}

struct Imported {
  struct Kept {
    std::string key;
    int64_t timestamp_ms;
    std::string value;
    bool operator==(const Kept&) const = default;
  };
  Status status;
  ImportReport report;
  std::vector<Kept> records;

  std::vector<v1::Event> events() const {
    std::vector<v1::Event> events(records.size());
    for (size_t i = 0; i < records.size(); ++i)
      EXPECT_TRUE(events[i].ParseFromString(records[i].value));
    return events;
  }
  std::map<int, int> kinds() const {  // how many of each body
    std::map<int, int> kinds;
    for (const v1::Event& event : events()) ++kinds[event.body_case()];
    return kinds;
  }
  // "3: reason" of each row left out, "3! reason" of each note, by number.
  std::vector<std::string> said() const {
    std::vector<std::string> said;
    for (const Issue& issue : report.issues) {
      said.push_back(Cat(issue.number, issue.left_out ? ": " : "! ", issue.reason));
    }
    return said;
  }
};

inline Imported ImportAll(const ImportRequest& request) {
  Imported imported;
  imported.status = Import(
      request,
      [&](const Record& record) {
        imported.records.push_back(
            {std::string(record.key), record.timestamp_ms, std::string(record.value)});
        return OkStatus();
      },
      [](const char*, uint64_t, uint64_t) {}, &imported.report);
  return imported;
}

// What the fold will ask of any programme's log, whatever was imported (EFFECTS.md §1.1, §2.1,
// §2.3, §2.4).
void ExpectApplicable(const Imported& imported);

}  // namespace merit
