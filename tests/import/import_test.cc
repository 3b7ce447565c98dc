#include "consumers/import/import.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "engine/wire/exchange.h"
#include "tests/import/imported.h"

namespace merit {
namespace {

constexpr char kMapping[] = R"({
  "city_code": 511500, "time_zone": "Asia/Shanghai", "utc_offset_minutes": 480, "id_prefix": "r-",
  "reviewers": 3,
  "not_before": "2026-01-01", "not_after": "2026-12-31", "closed_before_created": "note",
  "fields": {
    "id": "no", "created": "time", "closed": "done", "driver": "driver",
    "category": {"column": "what", "map": {
        "hole": 10, "litter": 12, "service": 40, "wrong": 77, "complaint": "leave out"}},
    "mode": {"column": "how", "map": {"fixed": "HANDLE"}, "default": "REPORT"},
    "photo": "photo", "after_photo": "after",
    "county": {"column": "district", "add": 511500},
    "latitude": "lat", "longitude": "lon", "address": "address",
    "decision": {"column": "state", "default": "NONE", "map": {
        "ok": "APPROVE", "no": "REJECT", "same": "DUPLICATE", "gone": "WITHDRAW",
        "more": "NEED_MORE", "odd": "MAYBE"}},
    "duplicate_of": "same_as",
    "matter_kind": {"column": "what", "map": {"hole": "HAZARD"}}, "unit": "unit"
  }
})";
constexpr char kHeader[] =
    "no,time,done,driver,what,how,photo,after,district,lat,lon,address,state,same_as,unit\n";

ImportRequest Request(const std::vector<std::string>& files,
                      const std::string& mapping = kMapping) {
  ImportRequest request;
  request.files = files;
  request.mapping = TestFile("mapping.json", mapping);
  return request;
}

Imported ImportTable(const std::string& rows) {
  return ImportAll(Request({TestFile("table.csv", kHeader + rows)}));
}

const std::string kHash(64, 'a');

TEST(Import, EveryDefectIsListedAndNothingElseIsLost) {
  const Imported imported = ImportTable(
      "1,2026-03-01 08:00,2026-03-01 09:00,d1,hole,,,,2,28.7,104.6,,ok,,roads\n"  // line 2: good
      ",2026-03-01 08:00,,d1,hole,,,,2,28.7,104.6,,ok,,\n"                        // 3
      "3,yesterday,,d1,hole,,,,2,28.7,104.6,,ok,,\n"                              // 4
      "4,,,d1,hole,,,,2,28.7,104.6,,ok,,\n"                                       // 5
      "5,2026-03-01 08:00,,d1,dragon,,,,2,28.7,104.6,,ok,,\n"                     // 6
      "6,2026-03-01 08:00,,d1,wrong,,,,2,28.7,104.6,,ok,,\n"                      // 7
      "7,2026-03-01 08:00,,d1,service,,,,2,28.7,104.6,,ok,,\n"                    // 8
      "8,2026-03-01 08:00,,d1,complaint,,,,2,28.7,104.6,,ok,,\n"                  // 9
      "9,2026-03-01 08:00,2026-03-01 07:00,d1,litter,,,,2,28.7,104.6,,ok,,\n"     // 10: note
      "10,2026-03-01 08:00,,d1,litter,,,,2,,,,ok,,\n"                             // 11
      "11,2026-03-01 08:00,,d1,litter,,,,2,,,South Road 5,ok,,\n"          // 12: note, no time
      "12,2026-03-01 08:00,,d1,litter,,,,2,128.7,104.6,South Road 5,,,\n"  // 13: note
      "13,2026-03-01 08:00,,d1,litter,,,,2,128.7,104.6,,,,\n"              // 14
      "14,2026-03-01 08:00,,d1,litter,,,,200,28.7,104.6,,,,\n"             // 15
      "15,2026-03-01 08:00,,,litter,,,,2,28.7,104.6,,,,\n"                 // 16
      "16,2026-03-01 08:00,,d 1,litter,,,,2,28.7,104.6,,,,\n"              // 17
      "17,2026-03-01 08:00,,d1,litter,fixed,,,2,28.7,104.6,,,,\n"          // 18
      "18,2026-03-01 08:00,,d1,litter,fixed,xyz,,2,28.7,104.6,,,,\n"       // 19
      "19,2026-03-01 08:00,,d1,litter,fixed," +
      kHash + "," + kHash +
      ",2,28.7,104.6,,,,\n"                                         // 20: good
      "20,2026-03-01 08:00,,d1,litter,,,,2,28.7,104.6,,odd,,\n"     // 21
      "1,2026-03-01 08:30,,d1,litter,,,,2,28.7,104.6,,,,\n"         // 22
      "21,2206-03-01 08:00,,d1,litter,,,,2,28.7,104.6,,,,\n"        // 23
      "22,2027-03-01 08:00,,d1,litter,,,,2,28.7,104.6,,,,\n"        // 24
      "23,2026-03-01 08:00,soon,d1,litter,,,,2,28.7,104.6,,ok,,\n"  // 25: notes
      "24,2026-03-01 08:00\n"                                       // 26
      "25,2026-03-01 08:00,,d1,litter,\"open,,,2,28.7,104.6,,,,\n"  // 27
      "26,2026-03-01 08:00,,d1,litter,,,,2,28.7,104.6,,,,\n");      // 28: good
  EXPECT_EQ(
      imported.said(),
      (std::vector<std::string>{
          "3: has no id",
          "4: created \"yesterday\" is no time",
          "5: has no time of creation",
          "6: its category is not in the mapping, and there is no default",
          "7: category \"77\" is no code of the policy",
          "8: category 40 is volunteer service, which is recorded, not reported",
          "9: its category is left out by the mapping",
          "10! closed 3600 s before it was created; taken as closed when created",
          "11: no position, and no address",
          "12! was decided, and nothing says when; left undecided",
          "13! position \"128.7, 104.6\" is none; the address is taken",
          "14: position \"128.7, 104.6\" is none, and no address",
          "15: county \"511700\" is not in the city 511500",
          "16: names no driver",
          "17: driver \"d 1\" is no identifier: 1 to 40 of [A-Za-z0-9._:-]",
          "18: was handled, and has no photo",
          "19: photo \"xyz\" is no SHA-256 of 64 hexadecimal digits",
          "21: decision \"MAYBE\" is none of APPROVE, REJECT, DUPLICATE, NEED_MORE, WITHDRAW, NONE",
          "22: its id was there before, at " + imported.report.issues[1].file + ", line 2",
          "23: created \"2206-03-01 08:00\" is no time",
          "24: created \"2027-03-01 08:00\" is after the mapping's not_after",
          "25! closed \"soon\" is no time; passed over",
          "25! was decided, and nothing says when; left undecided",
          "26: has 2 fields where the header has 15",
          "27: a quote is opened and not closed before the end of the file"}));
  EXPECT_EQ(imported.report.read_count, 27U);
  EXPECT_EQ(imported.report.imported_count, 7U);
  EXPECT_EQ(imported.report.left_out_count(), 20U);
  ExpectApplicable(imported);
}

// Kind and time of day of each event, the opening apart.
std::vector<std::string> Told(const Imported& imported) {
  std::vector<std::string> told;
  for (const v1::Event& event : imported.events()) {
    const int64_t minutes = event.occurred_at_ms() / 60'000 + 480;
    if (event.has_programme_opened() || event.has_producer_registered() ||
        event.has_reviewer_registered())
      continue;
    told.push_back(Cat(event.event_id(), " ", minutes / 60 % 24, ":", minutes % 60));
  }
  return told;
}

TEST(Import, OneRowsLife) {
  const Imported imported =
      ImportTable("7,2026-03-01 08:00,2026-03-02 09:30,d1,hole,,,,2,28.7,104.6,,ok,,roads\n");
  EXPECT_EQ(Told(imported), (std::vector<std::string>{
                                "enrolled-d1 8:0", "submitted-r-7 8:0", "opened-m-r-7 8:0",
                                "assigned-m-r-7 8:0", "day-20513 23:59", "reviewed-r-7 9:30",
                                "resolved-m-r-7 9:30", "verified-m-r-7 9:30", "day-20514 23:59"}));
  ExpectApplicable(imported);
  const v1::Event submitted = imported.events()[10];
  ASSERT_TRUE(submitted.has_report_submitted());
  EXPECT_EQ(submitted.occurred_at_ms(), 1'772'323'200'000);
  EXPECT_EQ(submitted.report_submitted().county_code(), 511502U);
  EXPECT_EQ(submitted.report_submitted().lat_e6(), 28'700'000);
  EXPECT_EQ(submitted.report_submitted().lon_e6(), 104'600'000);
  EXPECT_EQ(submitted.report_submitted().observed_at_ms(), 1'772'323'200'000);
}

// The duplicate 2 finds 1 by its place, 3 finds none, 4 is told 1; 8 is decided after 30 days.
TEST(Import, DecisionsAndTheirMatters) {
  const Imported imported = ImportTable(
      "1,2026-03-01 08:00,2026-03-01 12:00,d1,hole,,,,2,28.700,104.600,,ok,,roads\n"
      "2,2026-03-01 08:10,2026-03-01 12:10,d2,hole,,,,2,28.701,104.601,,same,,roads\n"
      "3,2026-03-01 08:20,2026-03-01 12:20,d3,hole,,,,2,28.800,104.600,,same,,roads\n"
      "4,2026-03-01 08:30,2026-03-01 12:30,d3,hole,,,,2,28.800,104.600,,same,1,roads\n"
      "5,2026-03-01 08:40,2026-03-01 12:40,d3,hole,,,,2,28.900,104.600,,gone,,roads\n"
      "6,2026-03-01 08:50,2026-03-01 12:50,d3,hole,,,,2,28.900,104.700,,no,,roads\n"
      "7,2026-03-01 08:55,2026-03-01 12:55,d3,litter,,,,2,28.900,104.700,,more,,\n"
      "8,2026-03-01 08:56,2026-04-02 12:55,d3,hole,,,,2,28.900,104.700,,ok,,roads\n"
      "9,2026-03-01 08:57,2026-04-02 12:56,d3,hole,,,,2,28.900,104.700,,no,,roads\n");
  ExpectApplicable(imported);
  std::vector<std::string> told;
  for (const v1::Event& event : imported.events()) {
    if (event.has_report_reviewed()) {
      const v1::ReportReviewed& reviewed = event.report_reviewed();
      told.push_back(Cat(reviewed.report_id(), " ", v1::Decision_Name(reviewed.decision()), " ",
                         reviewed.duplicate_of(), reviewed.reason_code()));
    }
    if (event.has_report_withdrawn() || event.has_matter_voided() || event.has_matter_merged() ||
        event.has_matter_resolved()) {
      told.push_back(event.event_id());
    }
  }
  EXPECT_EQ(told, (std::vector<std::string>{
                      "r-1 DECISION_APPROVE ", "resolved-m-r-1", "r-2 DECISION_DUPLICATE r-1",
                      "merged-m-r-2", "r-3 DECISION_REJECT DUPLICATE", "voided-m-r-3",
                      "r-4 DECISION_DUPLICATE r-1", "merged-m-r-4", "withdrawn-r-5", "voided-m-r-5",
                      "r-6 DECISION_REJECT ", "voided-m-r-6", "r-7 DECISION_NEED_MORE ",
                      "resolved-m-r-8", "voided-m-r-9"}));
  EXPECT_EQ(imported.report.programme.decided_too_late, 2U);
  EXPECT_EQ(imported.report.programme.duplicates_unmatched, 1U);
}

TEST(Import, ASecondOpinionWhereThePolicyAsksForOne) {
  std::string mapping = kMapping;
  mapping.insert(mapping.find("\"id_prefix\""), R"("policy": {"second_sample_percent": 100}, )");
  const std::string rows =
      "1,2026-03-01 23:30,2026-03-01 23:40,d1,litter,,,,2,28.7,104.6,,ok,,\n"
      "2,2026-03-01 08:30,2026-03-01 08:40,d1,litter,,,,2,28.8,104.6,,no,,\n";
  const Imported all = ImportAll(Request({TestFile("table.csv", kHeader + rows)}, mapping));
  ExpectApplicable(all);
  EXPECT_EQ(all.report.programme.second_opinions, 1U);
  EXPECT_EQ(Told(all).back(),
            "day-20514 23:59");  // the second opinion, an hour later, is the next day's

  mapping.replace(mapping.find(": 100"), 5, ": 0");
  const Imported none = ImportAll(Request({TestFile("table.csv", kHeader + rows)}, mapping));
  EXPECT_EQ(none.report.programme.second_opinions, 0U);
}

// Two reports of one thing at one place: the second is flagged NEAR_DUP, and so needs a second
// opinion that the policy alone would not ask for.
TEST(Import, ASecondOpinionWhereAFlagAsksForOne) {
  std::string mapping = kMapping;
  mapping.insert(mapping.find("\"id_prefix\""), R"("policy": {"second_sample_percent": 0}, )");
  const std::string rows =
      "1,2026-03-01 08:00,2026-03-01 08:40,d1,litter,,,,2,28.7,104.6,,ok,,\n"
      "2,2026-03-01 08:30,2026-03-01 08:50,d2,litter,,,,2,28.7,104.6,,ok,,\n"
      "3,2026-03-01 08:31,2026-03-01 08:51,d3,litter,,,,2,28.8,104.6,,ok,,\n";
  const Imported imported = ImportAll(Request({TestFile("table.csv", kHeader + rows)}, mapping));
  ExpectApplicable(imported);
  const std::vector<std::string> told = Told(imported);
  EXPECT_EQ(imported.report.programme.second_opinions, 1U);
  EXPECT_EQ(std::count_if(told.begin(), told.end(),
                          [](const std::string& event) { return event.starts_with("second-r-2"); }),
            1);
}

TEST(Import, EventsDependOnTheRowsAlone) {
  const std::vector<std::string> rows = {
      "1,2026-03-01 08:00,2026-03-01 12:00,d1,hole,,,,2,28.7,104.6,,ok,,roads\n",
      "2,2026-03-01 08:00,2026-03-01 12:00,d2,litter,,,,2,28.7,104.6,,ok,,\n",
      "3,2026-03-05 08:00,2026-03-05 12:00,d3,litter,,,,2,28.7,104.6,,no,,\n"};
  const Imported first = ImportTable(rows[0] + rows[1] + rows[2]);
  const Imported turned = ImportAll(Request(
      {TestFile("b.csv", kHeader + rows[2]), TestFile("a.csv", kHeader + rows[1] + rows[0])}));
  ExpectApplicable(first);
  EXPECT_EQ(first.records, turned.records);
  EXPECT_EQ(first.kinds()[v1::Event::kDayClosed],
            5);  // every day, also those on which nothing happened
}

TEST(Import, DriversAreDrawnBySeedWithASkew) {
  std::string mapping = kMapping;
  const std::string driver = ", \"driver\": \"driver\"";
  mapping.erase(mapping.find(driver), driver.size());
  std::string rows;
  for (int i = 0; i < 2'000; ++i) {
    rows += Cat(i, ",2026-03-01 08:00,,,litter,,,,", 1 + i % 2, ",28.7,104.6,,,,\n");
  }
  ImportRequest request = Request({TestFile("table.csv", kHeader + rows)}, mapping);
  const Imported imported = ImportAll(request);
  ExpectApplicable(imported);
  EXPECT_TRUE(imported.report.drivers_drawn);
  std::map<std::string, int> reports;
  for (const v1::Event& event : imported.events()) {
    if (event.has_report_submitted()) ++reports[event.report_submitted().driver_id()];
  }
  EXPECT_GT(reports.size(), 60U);
  EXPECT_LE(reports.size(), 80U);         // two counties of forty
  EXPECT_GT(reports["d-511501-1"], 40);   // 61 expected of 1,000
  EXPECT_LT(reports["d-511501-40"], 30);  // 12
  EXPECT_EQ(ImportAll(request).records, imported.records);
  request.seed = 2;
  EXPECT_NE(ImportAll(request).records, imported.records);
}

TEST(Import, WhatCannotBe) {
  const auto why = [](const ImportRequest& request) {
    return std::string(ImportAll(request).status.message());
  };
  ImportRequest request = Request({TestFile("table.csv", kHeader)});
  EXPECT_TRUE(ImportAll(request).status.ok());
  EXPECT_EQ(ImportAll(request).records.size(), 0U);
  request.mapping = "";
  EXPECT_NE(why(request).find("--mapping"), std::string::npos);
  EXPECT_NE(
      why(Request({TestFile("table.csv", "no,time\n1,2\n")})).find("header has not: address, "),
      std::string::npos);
  EXPECT_NE(why(Request({TestFile("table.csv", "no,time,no\n")})).find("\"no\" twice"),
            std::string::npos);
  EXPECT_NE(why(Request({"/no/such/table.csv"})).find("/no/such/table.csv"), std::string::npos);
  EXPECT_NE(why(Request({TestFile("table.csv", "")})).find("is empty"), std::string::npos);
  EXPECT_NE(why(Request({TestFile("requests.json", "[{]")})).find("not JSON"), std::string::npos);
  EXPECT_NE(why(Request({TestFile("requests.json", "{}")})).find("no GeoReport"),
            std::string::npos);
  EXPECT_NE(why(Request({TestFile("requests.xml", "<a/>")})).find("<service_requests>"),
            std::string::npos);
  EXPECT_NE(why(Request({TestFile("requests.xml", "<a>")})).find("not XML"), std::string::npos);
  EXPECT_NE(why(Request({TestFile("log.jsonl",
                                  "{\"key\":\"1\",\"timestamp_ms\":1,\"value_base64\":\"\"}\n"),
                         TestFile("table.csv", kHeader)}))
                .find("two archives"),
            std::string::npos);
}

TEST(Import, AnAuthorsSpreadsheetInChinese) {
  ImportRequest request;
  request.mapping = ShippedMapping("example-spreadsheet.json");
  request.files = {
      TestFile("table.csv",
               "\xEF\xBB\xBF编号,上报时间,办结时间,驾驶员代码,类别,渠道,方式,区县,纬度,经度,地址,"
               "审核,重复于,程度\r\n"
               "1,2026/3/1 8:05,2026/3/1 "
               "10:00,jsy-1,路面坑陷,随手拍,上报,翠屏区,28.7701,104.6230,,通过,,较大\r\n"
               "2,2026/3/1 8:15,2026/3/1 "
               "10:05,jsy-2,路面坑陷,随手拍,上报,翠屏区,28.7702,104.6231,,重复,1,\r\n"
               "3,2026/3/2 9:00,,jsy-1,建筑垃圾,即时报,处置,叙州区,,,南岸东路12号,,,\r\n")};
  const Imported imported = ImportAll(request);
  ExpectApplicable(imported);
  EXPECT_EQ(imported.said(), std::vector<std::string>{});
  std::vector<v1::ReportSubmitted> reports;
  for (const v1::Event& event : imported.events()) {
    if (event.has_report_submitted()) reports.push_back(event.report_submitted());
    if (event.event_id() == "reviewed-x-2") {
      EXPECT_EQ(event.report_reviewed().duplicate_of(), "x-1");
    }
  }
  ASSERT_EQ(reports.size(), 3U);
  EXPECT_EQ(reports[0].crs(), v1::CRS_GCJ02);
  EXPECT_EQ(reports[2].crs(), v1::CRS_NONE);
  EXPECT_EQ(reports[2].county_code(), 511504U);
  EXPECT_EQ(reports[2].address_code().substr(0, 2), "h-");
}

// --- Logs ----------------------------------------------------------------------------------------

class GoldenLog : public testing::TestWithParam<const char*> {};

TEST_P(GoldenLog, ComesBackByteForByte) {
  ImportRequest request;
  request.files = {kSource + "/tests/golden/" + GetParam()};
  const Imported imported = ImportAll(request);
  ASSERT_TRUE(imported.status.ok()) << imported.status.ToString();
  EXPECT_EQ(imported.said(), std::vector<std::string>{});
  ASSERT_GT(imported.records.size(), 10U);
  std::string written;
  for (const Imported::Kept& record : imported.records) {
    const StatusOr<std::string> line =
        WriteExchangeLine({record.key, record.timestamp_ms, record.value});
    ASSERT_TRUE(line.ok()) << line.status().ToString();
    written += *line + "\n";
  }
  request.files = {TestFile("again.jsonl", written)};
  const Imported again = ImportAll(request);
  ASSERT_TRUE(again.status.ok());
  EXPECT_EQ(again.records, imported.records);
}

INSTANTIATE_TEST_SUITE_P(All, GoldenLog,
                         testing::Values("vectors/ex6_log.jsonl", "vectors/ex7_log.jsonl",
                                         "logs/small-1/log.jsonl", "logs/hostile-1/log.jsonl.gz",
                                         "logs/year-1/log.jsonl.gz"));

TEST(ImportLog, BadLinesAreListed) {
  const std::string good = R"({"key": "511500", "timestamp_ms": 5, "value_base64": "AAEC"})";
  ImportRequest request;
  request.files = {
      TestFile("log.jsonl", good + "\n{\"key\": 5}\n\nnot json\n" + good + "\r\n" + good)};
  const Imported imported = ImportAll(request);
  ASSERT_TRUE(imported.status.ok()) << imported.status.ToString();
  EXPECT_EQ(imported.report.read_count, 5U);
  ASSERT_EQ(imported.records.size(), 3U);
  EXPECT_EQ(imported.records[2].value, std::string("\0\1\2", 3));
  ASSERT_EQ(imported.report.issues.size(), 2U);
  EXPECT_EQ(imported.report.issues[0].number, 2U);
  EXPECT_EQ(imported.report.issues[1].number, 4U);
}

TEST(ImportLog, ALineOverTheLimitIsPassedOver) {
  const std::string good = R"({"key": "511500", "timestamp_ms": 5, "value_base64": "AAEC"})";
  ImportRequest request;
  request.files = {TestFile(
      "log.jsonl", good + "\n" + std::string(kExchangeLineBytesMax + 600'000, 'x') + "\n" + good)};
  const Imported imported = ImportAll(request);
  ASSERT_TRUE(imported.status.ok()) << imported.status.ToString();
  EXPECT_EQ(imported.records.size(), 2U);
  EXPECT_EQ(imported.said(),
            std::vector<std::string>{Cat("2: is longer than ", kExchangeLineBytesMax, " bytes")});
}

}  // namespace
}  // namespace merit
