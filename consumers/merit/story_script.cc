#include "consumers/merit/story_script.h"

#include <charconv>
#include <cstdio>
#include <limits>

#include "consumers/policy/policy_v1.h"
#include "engine/base/sha256.h"
#include "engine/core/calendar.h"
#include "simulator/policy.h"

namespace merit {
namespace {

constexpr uint32_t kCity = 511500;
constexpr uint32_t kCounty = 511502;
constexpr char kKey[] = "511500";
constexpr int32_t kFirstDay = 20537;  // 2026-03-25
constexpr int32_t kMonth = 202603;
constexpr int32_t kUtcOffsetMinutes = 480;
constexpr uint32_t kRoadHazard = 10, kFacility = 13;

// 32 bytes that stand for a photo, a document or a voucher.
std::string HashOf(const char* name) { return std::string(AsBytes(Sha256(name))); }

class Script {
 public:
  std::vector<StoryStep> Write() {
    Opening();
    Reported();
    Handled();
    Volunteered();
    Redeemed();
    Grieved();
    Honoured();
    Appealed();
    Revoked();
    Sealed();
    return std::move(steps_);
  }

 private:
  // `command`: {0} is the state directory.
  void Step(const Phrase& heading, const char* command, StoryShows shows = StoryShows::kOutcomes) {
    steps_.push_back({heading, command, shows, {}});
  }
  // Time of the open day, local.
  void At(int hour, int minute) { minute_ = hour * 60 + minute; }

  // Adds an event of that producer; `fill` writes its body.
  template <class Fill>
  void Add(const char* producer, Fill fill) {
    v1::Event event;
    const int64_t time_ms = (int64_t{day_} * 1'440 - kUtcOffsetMinutes + minute_) * kMinuteMs;
    char id[48];
    std::snprintf(id, sizeof(id), "s%02zu-%02zu", steps_.size() - 1,
                  steps_.back().records.size() + 1);
    event.set_event_id(id);
    event.set_city_code(kCity);
    event.set_producer_id(producer);
    event.set_occurred_at_ms(time_ms);
    fill(event);
    steps_.back().records.push_back({kKey, time_ms, event.SerializeAsString()});
    ++minute_;
  }

  // Five minutes past midnight.
  void CloseDay() {
    At(24, 5);
    Add("clock", [&](v1::Event& event) {
      event.set_occurred_at_ms((int64_t{day_} + 1) * kDayMs - kUtcOffsetMinutes * kMinuteMs - 1);
      event.mutable_day_closed()->set_day(day_);
    });
    ++day_;
  }

  void Register(const char* id, v1::Role role) {
    Add("office", [&](v1::Event& event) {
      v1::ProducerRegistered& m = *event.mutable_producer_registered();
      m.set_registered_producer_id(id);
      m.add_roles(role);
    });
  }
  void RegisterReviewer(const char* id) {
    Add("transport", [&](v1::Event& event) {
      v1::ReviewerRegistered& m = *event.mutable_reviewer_registered();
      m.set_reviewer_id(id);
      m.set_jurisdiction_prefix("5115");
    });
  }
  void Enrol(const char* id) {
    Add("platform", [&](v1::Event& event) {
      v1::DriverEnrolled& m = *event.mutable_driver_enrolled();
      m.set_driver_id(id);
      m.set_person_permit(true);
      m.set_vehicle_permit(true);
      m.add_platform_ids("platform");
    });
  }
  void List(const char* id, v1::ItemKind kind, int32_t price_pts, int64_t settle_fen) {
    Add("station", [&](v1::Event& event) {
      v1::ItemListed& m = *event.mutable_item_listed();
      m.set_item_id(id);
      m.set_partner_id("station");
      m.set_kind(kind);
      m.set_price_pts(price_pts);
      m.set_settle_fen(settle_fen);
      m.set_stock(100);
      m.set_voucher_days(30);
      m.set_on_expire(v1::ON_EXPIRE_REFUND);
      m.set_cancellable(true);
      m.set_open_day(kFirstDay);
      m.set_close_day(kFirstDay + 365);
    });
  }

  void Report(const char* id, const char* driver, v1::Mode mode, uint32_t category) {
    Add("app", [&](v1::Event& event) {
      v1::ReportSubmitted& m = *event.mutable_report_submitted();
      m.set_report_id(id);
      m.set_driver_id(driver);
      m.set_channel(mode == v1::MODE_HANDLE ? v1::CHANNEL_INSTANT : v1::CHANNEL_SNAP);
      m.set_mode(mode);
      m.set_claimed_category(category);
      m.set_county_code(kCounty);
      m.set_address_code("511502-0017");
      m.set_observed_at_ms(event.occurred_at_ms() - 3 * kMinuteMs);
      m.add_photo_sha256(HashOf((std::string("photo of ") + id).c_str()));
      if (mode == v1::MODE_HANDLE) {
        m.set_after_photo_sha256(HashOf((std::string("after ") + id).c_str()));
      }
    });
  }
  void Approve(const char* report, const char* reviewer, uint32_t category, v1::Severity severity) {
    Add("desk", [&](v1::Event& event) {
      v1::ReportReviewed& m = *event.mutable_report_reviewed();
      m.set_report_id(report);
      m.set_reviewer_id(reviewer);
      m.set_decision(v1::DECISION_APPROVE);
      m.set_category(category);
      m.set_severity(severity);
      m.set_evidence(v1::EVIDENCE_COMPLETE);
    });
  }

  // --- the steps

  void Opening() {
    Step({"The programme opens", "项目开通"}, "merit state {0}");
    Add("office", [&](v1::Event& event) {
      v1::ProgrammeOpened& m = *event.mutable_programme_opened();
      m.set_name("e行积分");
      m.set_open_day(kFirstDay);
      m.set_utc_offset_minutes(kUtcOffsetMinutes);
      m.set_admin_producer_id("office");
      *m.mutable_policy() = PolicyV1();
    });
    Register("platform", v1::ROLE_PLATFORM);
    Register("app", v1::ROLE_APP);
    Register("desk", v1::ROLE_REVIEW);
    Register("transport", v1::ROLE_AUTHORITY);
    Register("station", v1::ROLE_PARTNER);
    Register("finance", v1::ROLE_FINANCE);
    Register("clock", v1::ROLE_CLOCK);
    for (const char* reviewer : {"reviewer-1", "reviewer-2", "reviewer-3"})
      RegisterReviewer(reviewer);
    for (const char* driver : {kStoryDriver, kOtherDriver}) Enrol(driver);
    List("inspection", v1::ITEM_KIND_INSPECTION, 30, 2'000);
    List("wash", v1::ITEM_KIND_WASH, 10, 800);
  }

  void Reported() {
    Step({"Report 上报: a driver photographs a hole in the road", "上报：司机随手拍下路面坑陷"},
         "merit explain {0} pothole");
    At(8, 40);
    Report("pothole", kStoryDriver, v1::MODE_REPORT, kRoadHazard);
    Step({"Review 审核, points 积分: the desk approves", "审核、积分：审核员采纳"},
         "merit ledger {0} d-1001");
    At(10, 15);
    Approve("pothole", "reviewer-1", kRoadHazard, v1::SEVERITY_NORMAL);
  }

  void Handled() {
    Step({"Handle 处置: a fallen tree is cleared; what is grave needs two reviewers",
          "处置：现场清除倒伏树木；较重的处置须两人审核"},
         "merit explain {0} tree");
    At(14, 5);
    Report("tree", kStoryDriver, v1::MODE_HANDLE, kRoadHazard);
    At(16, 0);
    Approve("tree", "reviewer-1", kRoadHazard, v1::SEVERITY_MAJOR);
    At(16, 30);
    Add("desk", [&](v1::Event& event) {
      v1::ReportCoReviewed& m = *event.mutable_report_co_reviewed();
      m.set_report_id("tree");
      m.set_reviewer_id("reviewer-2");
      m.set_agree(true);
    });
    CloseDay();
  }

  void Volunteered() {
    Step({"Volunteer service 志愿服务: the third contribution, and a boost begins",
          "志愿服务：第三次贡献，开始享有优先"},
         "merit score {0} d-1001", StoryShows::kBoost);
    At(19, 0);
    Add("desk", [&](v1::Event& event) {
      v1::VolunteerServiceRecorded& m = *event.mutable_volunteer_service_recorded();
      m.set_record_id("exam-ride");
      m.set_driver_id(kStoryDriver);
      m.set_activity_id("exam-rides-2026");
      m.set_minutes(120);
      m.set_service_day(day_);
      m.set_organiser_confirmed(true);
      m.set_beneficiary_confirmed(true);
    });
    CloseDay();
  }

  void Request(const char* redemption, const char* driver, const char* item) {
    Add("app", [&](v1::Event& event) {
      v1::RedemptionRequested& m = *event.mutable_redemption_requested();
      m.set_redemption_id(redemption);
      m.set_driver_id(driver);
      m.set_item_id(item);
    });
  }

  void Redeemed() {
    Step({"Redeem 兑换: points become a vehicle inspection, the partner is paid",
          "兑换：积分换车检，商户得到结算"},
         "merit explain {0} inspection-1");
    At(9, 0);
    Request("inspection-1", kStoryDriver, "inspection");
    Request("inspection-2", kStoryDriver, "inspection");
    Add("station", [&](v1::Event& event) {
      v1::VoucherIssued& m = *event.mutable_voucher_issued();
      m.set_redemption_id("inspection-1");
      m.set_voucher_hash(HashOf("voucher"));
    });
    At(11, 20);
    Add("station", [&](v1::Event& event) {
      v1::VoucherVerified& m = *event.mutable_voucher_verified();
      m.set_redemption_id("inspection-1");
      m.set_partner_id("station");
      m.set_voucher_hash(HashOf("voucher"));
    });
    At(18, 0);
    Add("finance", [&](v1::Event& event) {
      v1::SettlementBatchClosed& m = *event.mutable_settlement_batch_closed();
      m.set_batch_id("station-202603");
      m.set_partner_id("station");
      m.set_month(kMonth);
      m.set_count(1);
      m.set_amount_fen(2'000);
    });
    CloseDay();
  }

  void Grieve(const char* matter, const char* driver) {
    Add("app", [&](v1::Event& event) {
      v1::MatterOpened& m = *event.mutable_matter_opened();
      m.set_matter_id(matter);
      m.set_kind(v1::MATTER_KIND_GRIEVANCE);
      m.set_county_code(kCounty);
      m.set_channel(v1::CHANNEL_LISTEN);
      m.set_complainant_driver_id(driver);
    });
  }

  void Grieved() {
    Step({"Grievance 诉求: collected, recorded, handed on, answered, followed up",
          "诉求收集—台账建立—即时转办—结果反馈—跟踪回访"},
         "merit stats {0} --by kind", StoryShows::kGrievances);
    At(8, 0);
    Grieve("toilet", kStoryDriver);
    Grieve("parking", kOtherDriver);
    At(8, 40);
    Add("desk", [&](v1::Event& event) {
      v1::MatterAssigned& m = *event.mutable_matter_assigned();
      m.set_matter_id("toilet");
      m.set_unit_id("city-management");
      m.set_level(v1::MATTER_LEVEL_COUNTY);
    });
    CloseDay();
    At(15, 0);
    Add("desk", [&](v1::Event& event) {
      v1::MatterResolved& m = *event.mutable_matter_resolved();
      m.set_matter_id("toilet");
      m.set_result(v1::MATTER_RESULT_SOLVED);
    });
    At(16, 0);
    Add("desk", [&](v1::Event& event) {
      v1::MatterVerified& m = *event.mutable_matter_verified();
      m.set_matter_id("toilet");
      m.set_ok(true);
    });
    CloseDay();
    At(10, 0);
    Add("desk", [&](v1::Event& event) {
      v1::MatterFollowedUp& m = *event.mutable_matter_followed_up();
      m.set_matter_id("toilet");
      m.set_reached(true);
      m.set_solved(true);
      m.set_satisfied(true);
    });
    while (MonthOf(day_) == kMonth) CloseDay();
  }

  void Assess(v1::StandingKind kind, int32_t permille) {
    Add("platform", [&](v1::Event& event) {
      v1::StandingAssessed& m = *event.mutable_standing_assessed();
      m.set_driver_id(kStoryDriver);
      m.set_kind(kind);
      m.set_from_day(kFirstDay);
      m.set_to_day(day_);
      m.set_score_permille(permille);
    });
  }

  void Honoured() {
    Step({"Role model 先进典型: people name one, and dispatch prefers the driver",
          "先进典型：评选授予荣誉，平台倾向性派单"},
         "merit explain {0} d-1001", StoryShows::kBoost);
    At(9, 0);
    Assess(v1::STANDING_KIND_SAFETY, 920);
    Assess(v1::STANDING_KIND_BUSINESS, 860);
    At(15, 0);
    Add("transport", [&](v1::Event& event) {
      v1::HonourGranted& m = *event.mutable_honour_granted();
      m.set_honour_id("pioneer-2026");
      m.set_driver_id(kStoryDriver);
      m.set_title("e行先锋");
      m.set_level(v1::HONOUR_LEVEL_CITY);
      m.set_from_day(day_);
      m.set_to_day(day_ + 364);
      m.set_doc_sha256(HashOf("document of the honour"));
    });
    CloseDay();
  }

  void Appealed() {
    Step(
        {"Appeal 申诉: a report is rejected, and the driver was right", "申诉：上报未被采纳，改判"},
        "merit explain {0} lamp");
    At(7, 50);
    Report("lamp", kStoryDriver, v1::MODE_REPORT, kFacility);
    At(9, 30);
    Add("desk", [&](v1::Event& event) {
      v1::ReportReviewed& m = *event.mutable_report_reviewed();
      m.set_report_id("lamp");
      m.set_reviewer_id("reviewer-1");
      m.set_decision(v1::DECISION_REJECT);
      m.set_reason_code("not-seen");
    });
    At(12, 0);
    Add("app", [&](v1::Event& event) {
      v1::AppealFiled& m = *event.mutable_appeal_filed();
      m.set_appeal_id("lamp-appeal");
      m.set_report_id("lamp");
    });
    CloseDay();
    At(10, 0);
    Add("desk", [&](v1::Event& event) {
      v1::AppealDecided& m = *event.mutable_appeal_decided();
      m.set_appeal_id("lamp-appeal");
      m.set_outcome(v1::APPEAL_OUTCOME_OVERTURNED);
      m.set_reviewer_id("reviewer-3");
      m.set_category(kFacility);
      m.set_severity(v1::SEVERITY_NORMAL);
      m.set_evidence(v1::EVIDENCE_COMPLETE);
    });
    CloseDay();
  }

  void Revoked() {
    Step({"Revoked 撤销: another driver's report was false; what is held already is owed",
          "撤销：另一司机虚假上报；已冻结的积分转为欠分"},
         "merit ledger {0} d-1002");
    At(8, 20);
    Report("ditch", kOtherDriver, v1::MODE_REPORT, kRoadHazard);
    At(9, 10);
    Approve("ditch", "reviewer-2", kRoadHazard, v1::SEVERITY_NORMAL);
    At(12, 30);
    Request("wash-1", kOtherDriver, "wash");
    At(17, 0);
    Add("desk", [&](v1::Event& event) {
      v1::ReportRevoked& m = *event.mutable_report_revoked();
      m.set_report_id("ditch");
      m.set_cause(v1::REVOKE_CAUSE_FALSE_REPORT);
      m.set_reviewer_id("reviewer-1");
      m.set_second_reviewer_id("reviewer-3");
    });
  }

  void Sealed() {
    Step({"Seal 日封: the day is closed, every point has its place", "日封：日结，每一分都有去处"},
         "merit state {0}", StoryShows::kSeal);
    CloseDay();
  }

  std::vector<StoryStep> steps_;
  int32_t day_ = kFirstDay;
  int64_t minute_ = 0;
};

}  // namespace

std::vector<StoryStep> WriteStory() { return Script().Write(); }

size_t StoryStepOf(const std::string& event_id) {
  size_t step = std::numeric_limits<size_t>::max();
  if (event_id.starts_with("s")) {
    std::from_chars(event_id.data() + 1, event_id.data() + event_id.size(), step);
  }
  return step;
}

}  // namespace merit
