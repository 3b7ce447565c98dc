// A small independent model of what is refused: states of drivers, reports and matters, days, ids.
// And the engine, which must refuse nothing.
#include <set>

#include "engine/core/machine.h"
#include "tests/import/imported.h"

namespace merit {
namespace {

class Model {
 public:
  void Fold(const Imported::Kept& record) {
    v1::Event event;
    ASSERT_TRUE(event.ParseFromString(record.value));
    EXPECT_EQ(record.key, std::to_string(event.city_code()));
    EXPECT_GT(record.timestamp_ms, last_ms_) << event.event_id();
    last_ms_ = record.timestamp_ms;
    EXPECT_TRUE(event_ids_.insert(event.event_id()).second)
        << event.event_id() << " is there twice";
    if (event.has_programme_opened()) {
      open_day_ = event.programme_opened().open_day();
      offset_ms_ = event.programme_opened().utc_offset_minutes() * 60'000LL;
      policy_ = event.programme_opened().policy();
      EXPECT_LE(policy_.landmark_day(), open_day_);
    }
    const int64_t local_ms = event.occurred_at_ms() + offset_ms_;
    EXPECT_EQ(local_ms >= 0 ? local_ms / 86'400'000 : -1, open_day_) << event.event_id();
    FoldDrivers(event);
    FoldReports(event);
    FoldMatters(event);
    if (event.has_day_closed()) {
      EXPECT_EQ(event.day_closed().day(), open_day_);
      ++open_day_;
    }
  }

 private:
  enum class State { kSubmitted, kDecided, kEnded };
  struct Report {
    int32_t day;
    State state = State::kSubmitted;
    std::string reviewer;
  };

  void FoldDrivers(const v1::Event& event) {
    if (event.has_reviewer_registered())
      reviewers_.insert(event.reviewer_registered().reviewer_id());
    if (event.has_driver_enrolled()) {
      EXPECT_TRUE(drivers_.insert(event.driver_enrolled().driver_id()).second);
    }
  }

  void FoldReports(const v1::Event& event) {
    if (event.has_report_submitted()) {
      const v1::ReportSubmitted& report = event.report_submitted();
      EXPECT_TRUE(drivers_.contains(report.driver_id()));
      EXPECT_TRUE(reports_.try_emplace(report.report_id(), Report{open_day_, State::kSubmitted, ""})
                      .second);
      EXPECT_TRUE(report.crs() != v1::CRS_NONE || !report.address_code().empty());
      EXPECT_TRUE(report.crs() != v1::CRS_NONE || (report.lat_e6() == 0 && report.lon_e6() == 0));
      if (report.mode() == v1::MODE_HANDLE) {
        EXPECT_EQ(report.photo_sha256_size(), 1);
        EXPECT_EQ(report.after_photo_sha256().size(), 32U);
      }
    }
    if (event.has_report_withdrawn())
      Decide(event.report_withdrawn().report_id(), State::kEnded, "");
    if (event.has_report_reviewed()) {
      const v1::ReportReviewed& reviewed = event.report_reviewed();
      EXPECT_TRUE(reviewers_.contains(reviewed.reviewer_id()));
      const bool approved = reviewed.decision() == v1::DECISION_APPROVE;
      EXPECT_EQ(approved, reviewed.severity() != v1::SEVERITY_UNSPECIFIED);
      EXPECT_EQ(approved || reviewed.decision() == v1::DECISION_DUPLICATE,
                reviewed.category() != 0);
      if (reviewed.decision() == v1::DECISION_DUPLICATE) {
        ASSERT_TRUE(reports_.contains(reviewed.duplicate_of())) << reviewed.duplicate_of();
        EXPECT_NE(reports_[reviewed.duplicate_of()].state, State::kEnded);
        EXPECT_NE(reviewed.duplicate_of(), reviewed.report_id());
      }
      Decide(reviewed.report_id(), approved ? State::kDecided : State::kEnded,
             reviewed.reviewer_id());
    }
    if (event.has_report_co_reviewed()) {
      const Report& report = reports_[event.report_co_reviewed().report_id()];
      EXPECT_EQ(report.state, State::kDecided);
      EXPECT_NE(report.reviewer, event.report_co_reviewed().reviewer_id());
    }
  }

  void Decide(const std::string& report_id, State state, const std::string& reviewer) {
    ASSERT_TRUE(reports_.contains(report_id)) << report_id;
    Report& report = reports_[report_id];
    EXPECT_EQ(report.state, State::kSubmitted) << report_id << " is decided twice";
    EXPECT_LE(open_day_, report.day + static_cast<int32_t>(policy_.review_days()))
        << report_id << " has expired";
    report.state = state;
    report.reviewer = reviewer;
  }

  void Move(const std::string& matter_id, const char* from, const char* to) {
    EXPECT_EQ(matters_[matter_id], from) << matter_id;
    matters_[matter_id] = to;
  }

  void FoldMatters(const v1::Event& event) {
    if (event.has_matter_opened()) Move(event.matter_opened().matter_id(), "", "OPEN");
    if (event.has_matter_assigned()) Move(event.matter_assigned().matter_id(), "OPEN", "ASSIGNED");
    if (event.has_matter_resolved())
      Move(event.matter_resolved().matter_id(), "ASSIGNED", "RESOLVED");
    if (event.has_matter_verified())
      Move(event.matter_verified().matter_id(), "RESOLVED", "CLOSED");
    if (event.has_matter_voided()) matters_[event.matter_voided().matter_id()] = "ENDED";
    if (event.has_matter_merged()) {
      EXPECT_NE(matters_[event.matter_merged().into_matter_id()], "");
      EXPECT_NE(matters_[event.matter_merged().into_matter_id()], "ENDED");
      matters_[event.matter_merged().matter_id()] = "ENDED";
    }
  }

  int64_t last_ms_ = -1;
  int32_t open_day_ = 0;
  int64_t offset_ms_ = 0;
  v1::Policy policy_;
  std::set<std::string> event_ids_, drivers_, reviewers_;
  std::map<std::string, Report> reports_;
  std::map<std::string, std::string> matters_;
};

}  // namespace

void ExpectApplicable(const Imported& imported) {
  ASSERT_TRUE(imported.status.ok()) << imported.status.ToString();
  ASSERT_FALSE(imported.records.empty());
  Model model;
  for (const Imported::Kept& record : imported.records) {
    model.Fold(record);
    if (testing::Test::HasFailure()) return;  // the first one explains the rest
  }
  Machine machine(nullptr);
  Outputs outputs;
  for (const Imported::Kept& record : imported.records) {
    outputs.Clear();
    ASSERT_EQ(machine.FoldRecord({record.key, record.timestamp_ms, record.value}, &outputs),
              Stop::kNone);
  }
  EXPECT_EQ(machine.code_counts()[v1::CODE_APPLIED], imported.records.size());
}

}  // namespace merit
