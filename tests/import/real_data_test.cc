// The cities' own data. They are not part of the project: the tests run where the folder is found.
#include <nlohmann/json.hpp>

#include "tests/import/imported.h"

namespace merit {
namespace {

class RealData : public testing::Test {
 protected:
  void SetUp() override {
    folder_ = DataFolder();
    if (folder_.empty()) {
      GTEST_SKIP() << "The cities' data are not here: put them in var/data, or set MERIT_DATA to "
                      "their folder, to run this test.";
    }
  }
  Imported From(const std::string& file, const std::string& mapping) const {
    ImportRequest request;
    request.files = {folder_ + "/" + file};
    request.mapping = ShippedMapping(mapping);
    return ImportAll(request);
  }
  static int Count(const Imported& imported, const std::string& part, bool left_out) {
    int count = 0;
    for (const Issue& issue : imported.report.issues) {
      count += issue.left_out == left_out && issue.reason.find(part) != std::string::npos;
    }
    return count;
  }

  std::string folder_;
};

TEST_F(RealData, LosAngeles) {
  const Imported imported = From("la-myla311/requests.csv.gz", "la-myla311.json");
  ExpectApplicable(imported);
  EXPECT_EQ(imported.report.read_count, 39'999U);
  EXPECT_EQ(imported.report.imported_count, 39'999U);
  EXPECT_EQ(Count(imported, "before it was created", false), 48);
  int handled = 0;
  int without_position = 0;
  for (const v1::Event& event : imported.events()) {
    if (!event.has_report_submitted()) continue;
    handled += event.report_submitted().mode() == v1::MODE_HANDLE;
    without_position += event.report_submitted().crs() == v1::CRS_NONE;
  }
  EXPECT_EQ(handled, 6'327);
  EXPECT_EQ(without_position, 4'289);
  // From the first burst to the last decision in time: a DayClosed for each day of 2 1/4 years.
  EXPECT_EQ(imported.report.programme.first_day, 17'527);  // 2017-12-27
  EXPECT_EQ(imported.kinds()[v1::Event::kDayClosed],
            imported.report.programme.last_day - imported.report.programme.first_day + 1);
  EXPECT_GT(imported.report.programme.days, 800U);
}

TEST_F(RealData, ChicagoJsonAndXmlHaveEqualReports) {
  const Imported json = From("chicago-open311-events/requests.json", "chicago-open311.json");
  const Imported xml = From("chicago-open311-events/requests.xml", "chicago-open311.json");
  ExpectApplicable(json);
  ExpectApplicable(xml);
  EXPECT_EQ(json.report.imported_count, 50U);
  EXPECT_EQ(json.report.issues.size(), 0U);
  EXPECT_EQ(json.kinds()[v1::Event::kMatterOpened], 50);
  EXPECT_EQ(json.kinds()[v1::Event::kMatterResolved], 49);
  std::map<std::string, std::string> reports;
  // The XML has the core fields only: what comes from extensions (channel, ward, notes) is put
  // aside.
  const auto core = [](v1::ReportSubmitted report) {
    report.clear_channel();
    report.clear_county_code();
    report.clear_driver_id();
    report.clear_observed_at_ms();
    return report.SerializeAsString();
  };
  for (const v1::Event& event : json.events()) {
    if (event.has_report_submitted()) reports[event.event_id()] = core(event.report_submitted());
  }
  int compared = 0;
  for (const v1::Event& event : xml.events()) {
    if (!event.has_report_submitted()) continue;
    EXPECT_EQ(core(event.report_submitted()), reports[event.event_id()]) << event.event_id();
    ++compared;
  }
  EXPECT_EQ(compared, 50);
}

TEST_F(RealData, SanFrancisco) {
  const Imported imported = From("sf-311-sample/cases.csv.gz", "sf-311.json");
  ExpectApplicable(imported);
  EXPECT_EQ(imported.report.read_count, 12'328U);
  EXPECT_EQ(imported.report.imported_count, 12'328U);
  EXPECT_EQ(Count(imported, "before it was created", false), 178);
  EXPECT_EQ(imported.report.programme.undecided + imported.report.programme.decided_too_late +
                imported.report.programme.reviews + imported.report.programme.withdrawals,
            12'328U);
}

TEST_F(RealData, NewYork) {
  const Imported imported = From("nyc-311-one-day/requests.csv.gz", "nyc-311.json");
  ExpectApplicable(imported);
  EXPECT_EQ(imported.report.read_count, 2'260U);
  EXPECT_EQ(Count(imported, "before it was created", true), 2);
  EXPECT_EQ(Count(imported, "left out by the mapping", true),
            82);  // complaints about, and praise of, drivers
  EXPECT_EQ(imported.report.imported_count, 2'260U - 84U);
}

}  // namespace
}  // namespace merit
