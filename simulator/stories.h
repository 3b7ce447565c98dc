// Short plays of several events each, planned to the millisecond, that lead an engine to its edges:
// flags, caps, arrears, waiting chains, limits, policies that are legal and not sensible.
//
//   Caveats  other attacks may spoil a play; another seed plays it again
#pragma once

#include <string>
#include <vector>

#include "simulator/composer.h"
#include "simulator/forger.h"

namespace merit {

class Stories {
 public:
  Stories(Town& town, Composer& composer, Forger& forger, Random& random)
      : town_(town), composer_(composer), forger_(forger), random_(random) {}

  void TellOne();
  // What concerns the whole city comes by the day.
  void PlanDay();

 private:
  // stories.cc: bricks. Times are milliseconds from now.
  int64_t At(int64_t offset_ms) const { return town_.now_ms + offset_ms; }
  std::string Enrol(int32_t opening_pts = 0, int64_t offset_ms = 0);
  std::string NewReviewer(const std::string& prefix, const std::string& linked_driver);
  std::string Reviewer(uint32_t index) const { return town_.roster.reviewers[index].id; }
  v1::ReportSubmitted Report(const std::string& driver, int64_t offset_ms);
  void Submit(const v1::ReportSubmitted& report, int64_t offset_ms);
  std::string SubmitSimple(const std::string& driver, int64_t offset_ms,
                           v1::Mode mode = v1::MODE_REPORT);
  void Review(const std::string& report, const std::string& reviewer, v1::Decision decision,
              int64_t offset_ms, uint32_t category = 10,
              v1::Severity severity = v1::SEVERITY_NORMAL);
  void CoReview(const std::string& report, const std::string& reviewer, bool agree,
                int64_t offset_ms);
  void Revoke(const std::string& report, v1::RevokeCause cause, int64_t offset_ms);
  std::string Appeal(const std::string& report, const std::string& violation, int64_t offset_ms);
  void Decide(const std::string& appeal, const std::string& reviewer, bool overturned,
              uint32_t category, int64_t offset_ms);
  v1::ItemListed Item(int32_t price_pts, int32_t stock);
  std::string List(const v1::ItemListed& item, int64_t offset_ms = 0);
  std::string Request(const std::string& driver, const std::string& item, int64_t offset_ms);
  void Issue(const std::string& redemption, const std::string& secret, int64_t offset_ms);
  void Verify(const std::string& redemption, const std::string& secret, const std::string& partner,
              int64_t offset_ms);
  void Cancel(const std::string& redemption, int64_t offset_ms);
  void Return(const std::string& redemption, int64_t offset_ms);
  void Suspend(const std::string& driver, v1::SuspensionScope scope, int32_t from_day,
               int32_t to_day, int64_t offset_ms, const std::string& id = "");
  struct Things {
    std::string honour, violation, suspension;
  };
  Things GiveThings(const std::string& driver, int64_t offset_ms);
  void TakeThingsBack(const Things& things, int64_t offset_ms);
  void Serve(const std::string& driver, int32_t minutes, int32_t service_day, int64_t offset_ms,
             const std::string& id = "");
  void Adjust(const std::string& driver, int32_t delta_pts, int64_t offset_ms,
              bool one_signer = false);
  uint32_t PartnerIndex(const std::string& partner) const;

  // stories_flags.cc
  void EqualPhotos();
  void NearDuplicates();
  void Jump();
  void Stuck();
  void Burst();
  void SharedDevice();
  void Staged();
  void Collusion();
  void Strikes();
  void Watched();

  // stories_points.cc
  void Caps();
  void Arrears();
  void BornRich();
  void Adjustments();
  void Volunteers();
  void Corroboration();
  void SecondOpinions();
  void Appeals();
  void Suspensions();
  void ListsOf64();

  // stories_redemption.cc
  void Limits();
  void WrongHands();
  void TooLate();
  void HeldPastExpiry();
  void ErasedHolder();
  void Settlement();

  // stories_waiting.cc
  void ReportChain();
  void AppealChain();
  void RedemptionChain();
  void MatterChain();
  void ReviewerGone();
  void NeverCame();
  void WholeMatter();

  // stories_programme.cc
  void ProducerLife();
  void AdministratorLife();
  void Notices();
  void WrongDays();
  void Conflicts();
  void ActivatePolicy();
  void CloseEarly();
  void Outage();
  void MassEnrolment();

  Town& town_;
  Composer& composer_;
  Forger& forger_;
  Random& random_;
};

// Changes several things of `*policy` to values at and within their limits. It stays legal for a
// version that comes into force on `effective_day`.
void MakeStrange(Random& random, int32_t effective_day, v1::Policy* policy);

}  // namespace merit
