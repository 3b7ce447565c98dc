// Reports: submitted, reviewed, sometimes by two, withdrawn, revoked, appealed.
#pragma once

#include <vector>

#include "simulator/matters.h"
#include "simulator/town.h"

namespace merit {

class Reports {
 public:
  Reports(Town& town, Matters& matters) : town_(town), matters_(matters) {}

  void PlanDay();
  void Run(const Action& action);

 private:
  enum Step : uint8_t {
    kSubmit,
    kWithdraw,
    kReview,
    kCoReview,
    kRevoke,
    kFileAppeal,
    kDecideAppeal
  };
  enum class Fate : uint8_t { kApproved, kRejected, kDuplicate, kNeedMore, kWithdrawn, kForgotten };

  struct Report {
    EntityId id;
    EntityId original;  // of a duplicate
    EntityId appeal;
    uint32_t driver = kNobody;
    uint32_t first = kNobody;  // reviewers of the decision that stands
    uint32_t second = kNobody;
    int32_t submission_day = 0;
    int32_t points = 0;
    int32_t lat_e6 = 0;
    int32_t lon_e6 = 0;
    uint32_t category = 0;
    v1::Channel channel = v1::CHANNEL_SNAP;
    uint8_t mode = v1::MODE_REPORT;
    uint8_t county = 0;
    Fate fate = Fate::kApproved;
    bool revoked = false;
  };

  // A report that others can have seen too.
  struct Sight {
    EntityId id;
    uint32_t driver;
    uint32_t category;
    int64_t time_ms;
    int32_t lat_e6;
    int32_t lon_e6;
    uint8_t county;
    v1::Channel channel;
  };

  // reports_submit.cc
  void Submit();
  void DrawWhat(Report* report);
  void DrawWhere(Report* report);
  bool SeeAgain(Report* report);
  void Write(const Report& report);
  void WritePhotos(const Report& report);
  int64_t PlanFate(uint32_t slot);

  // reports.cc
  void Withdraw(uint32_t slot);
  void Review(uint32_t slot);
  void Approve(uint32_t slot);
  void Reject(uint32_t slot);
  void CoReview(uint32_t slot);
  void Award(uint32_t slot);
  void Revoke(uint32_t slot);
  void FileAppeal(uint32_t slot);
  void DecideAppeal(uint32_t slot);
  bool NeedsSecond(const Report& report, v1::Severity severity) const;
  uint32_t Desk(const Report& report);
  void Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms);

  Town& town_;
  Matters& matters_;
  Pool<Report> reports_;
  std::vector<Sight> sights_;  // a ring of the latest
  size_t next_sight_ = 0;
  v1::ReportSubmitted submitted_;
  v1::ReportWithdrawn withdrawn_;
  v1::ReportReviewed reviewed_;
  v1::ReportCoReviewed co_reviewed_;
  v1::ReportRevoked revoked_;
  v1::AppealFiled filed_;
  v1::AppealDecided decided_;
};

}  // namespace merit
