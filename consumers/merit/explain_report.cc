#include <algorithm>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "consumers/merit/explain.h"
#include "consumers/merit/history.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/text.h"
#include "engine/core/policy.h"

namespace merit {
namespace {

// The numbers that a report's points are the product of, as the policy has them.
struct Product {
  uint32_t base = 0, mode = 0, severity = 0, evidence = 0,
           campaign = 1'000;  // permille but the first
  std::string category;

  // In thousandths, the rest cut off.
  int64_t thousandths() const {
    return static_cast<int64_t>(static_cast<unsigned __int128>(base) * mode * severity * evidence *
                                campaign / 1'000'000'000);
  }
};

uint32_t SeverityPermille(const v1::Policy& p, v1::Severity severity) {
  switch (severity) {
    case v1::SEVERITY_MINOR:
      return p.severity_minor_permille();
    case v1::SEVERITY_MAJOR:
      return p.severity_major_permille();
    case v1::SEVERITY_CRITICAL:
      return p.severity_critical_permille();
    default:
      return p.severity_normal_permille();
  }
}

uint32_t EvidencePermille(const v1::Policy& p, v1::Evidence evidence) {
  switch (evidence) {
    case v1::EVIDENCE_PARTIAL:
      return p.evidence_partial_permille();
    case v1::EVIDENCE_POOR:
      return p.evidence_poor_permille();
    default:
      return p.evidence_complete_permille();
  }
}

// The best campaign of that day and category; 1000 without one.
uint32_t CampaignPermille(const v1::Policy& p, uint32_t category, int32_t day) {
  uint32_t best = 0;
  for (const v1::Campaign& campaign : p.campaigns()) {
    const auto& codes = campaign.categories();
    const bool holds = day >= campaign.from_day() && day <= campaign.to_day() &&
                       std::find(codes.begin(), codes.end(), category) != codes.end();
    if (holds) best = std::max(best, campaign.permille());
  }
  return best == 0 ? 1'000 : best;
}

Product ProductOf(const Policy& policy, const ReportRow& report) {
  const v1::Policy& numbers = policy.numbers();
  const v1::Category* const category = policy.FindCategory(report.category);
  Product product;
  product.base = category == nullptr ? 0 : category->base_pts();
  product.category = category == nullptr ? std::to_string(report.category) : category->name();
  product.mode = report.mode == v1::MODE_HANDLE ? numbers.mode_handle_permille()
                                                : numbers.mode_report_permille();
  product.severity = SeverityPermille(numbers, report.severity);
  product.evidence = EvidencePermille(numbers, report.evidence);
  product.campaign = CampaignPermille(numbers, report.category, report.submission_day);
  return product;
}

class ReportExplanation {
 public:
  ReportExplanation(const Explanation& to, uint32_t report)
      : to_(to),
        report_(to.city.reports.Get(report)),
        number_(report),
        policy_(to.city.PolicyOn(report_.submission_day)),
        history_(to.say, to.city) {}

  Status Run() {
    std::vector<std::string> appeals;
    to_.city.appeals.ForEach([&](uint32_t, const AppealRow& appeal) {
      if (!appeal.of_violation && appeal.subject == number_) appeals.push_back(appeal.id.str());
    });
    RETURN_IF_ERROR(history_.Read(to_.state, report_.id.str(), appeals));
    FindAward();
    to_.json ? PrintAsJson() : Print();
    return OkStatus();
  }

 private:
  // The last award of this report's own; another's that names it as the original is not it.
  void FindAward() {
    for (const v1::Effect& effect : history_.effects()) {
      if (effect.has_award() && effect.award().source_id() == report_.id.view())
        award_ = effect.award();
    }
  }

  std::string DriverId() const { return to_.city.drivers.Get(report_.driver).id.str(); }

  void Print() const {
    const Speaker& say = to_.say;
    std::printf("%s\n", say.Fill(Say::kReportOf, {report_.id.str(), DriverId(), to_.city.key,
                                                  say(PhraseOf(report_.state))})
                            .c_str());
    std::printf("%s\n", say.Fill(Say::kSubmittedOn,
                                 {DayText(report_.submission_day),
                                  std::to_string(report_.county_code), say(PhraseOf(report_.mode))})
                            .c_str());
    history_.Print();
    std::printf("\n%s\n", say.Fill(Say::kPoints, {std::to_string(policy_.version())}).c_str());
    PrintPoints();
  }

  void PrintPoints() const {
    const Speaker& say = to_.say;
    if (report_.category == 0) {
      std::printf("  %s\n", say(Say::kNoPoints).c_str());
      return;
    }
    PrintProduct();
    if (!award_) {
      if (report_.computed_pts == 0) return;
      std::printf("  %s\n", say.Fill(Say::kComputed, {WithCommas(report_.computed_pts)}).c_str());
      return;
    }
    std::printf("  %s\n", say.Fill(Say::kComputed, {WithCommas(award_->computed_pts())}).c_str());
    const auto cut = [&](const Phrase& phrase, int64_t pts) {
      if (pts > 0) std::printf("  %s\n", say.Fill(phrase, {WithCommas(pts)}).c_str());
    };
    cut(Say::kCutDay, award_->cut_day_pts());
    cut(Say::kCutMonth, award_->cut_month_pts());
    cut(Say::kCutBudget, award_->cut_budget_pts());
    if (award_->awarded_pts() == award_->computed_pts())
      std::printf("  %s\n", say(Say::kNoCut).c_str());
    std::printf("  %s\n", say.Fill(Say::kAwarded, {WithCommas(award_->awarded_pts())}).c_str());
    cut(Say::kRepaid, award_->repaid_pts());
    std::printf(
        "  %s\n",
        say.Fill(Say::kValue,
                 {WithCommas(award_->awarded_pts()), ThousandthsText(award_->cred_permille()),
                  ThousandthsText(award_->awarded_pts() * award_->cred_permille()),
                  DayText(award_->merit_day()), std::to_string(policy_.numbers().half_life_days())})
            .c_str());
    if (report_.state == v1::REPORT_STATE_REVOKED)
      std::printf("  %s\n", say(Say::kTakenBack).c_str());
  }

  void PrintProduct() const {
    const Speaker& say = to_.say;
    const Product product = ProductOf(policy_, report_);
    const v1::Policy& numbers = policy_.numbers();
    if (report_.state == v1::REPORT_STATE_DUPLICATE) {
      const int64_t thousandths = int64_t{product.base} * numbers.corroboration_permille();
      std::printf("  %s\n", say.Fill(Say::kCorroborated,
                                     {std::to_string(product.base), product.category,
                                      ThousandthsText(numbers.corroboration_permille()),
                                      ThousandthsText(thousandths),
                                      std::to_string(numbers.corroboration_drivers_max())})
                                .c_str());
      return;
    }
    std::printf(
        "  %s\n",
        say.Fill(Say::kProduct,
                 {std::to_string(product.base), product.category, say(PhraseOf(report_.mode)),
                  ThousandthsText(product.mode), say(PhraseOf(report_.severity)),
                  ThousandthsText(product.severity), say(PhraseOf(report_.evidence)),
                  ThousandthsText(product.evidence), ThousandthsText(product.campaign),
                  ThousandthsText(product.thousandths())})
            .c_str());
  }

  void PrintAsJson() const {
    Json json = {{"kind", "report"},
                 {"report_id", report_.id.str()},
                 {"driver_id", DriverId()},
                 {"city_code", to_.city.code},
                 {"state", v1::ReportState_Name(report_.state)},
                 {"submission_day", report_.submission_day},
                 {"county_code", report_.county_code},
                 {"policy_version", policy_.version()},
                 {"history", history_.json()}};
    if (report_.category != 0) {
      const Product product = ProductOf(policy_, report_);
      json["points"] = {{"category", report_.category},
                        {"category_name", product.category},
                        {"base_pts", product.base}};
      if (report_.state == v1::REPORT_STATE_DUPLICATE) {
        json["points"]["corroboration_permille"] = policy_.numbers().corroboration_permille();
      } else {
        json["points"]["mode_permille"] = product.mode;
        json["points"]["severity_permille"] = product.severity;
        json["points"]["evidence_permille"] = product.evidence;
        json["points"]["campaign_permille"] = product.campaign;
      }
      json["points"]["computed_pts"] = report_.computed_pts;
      json["points"]["awarded_pts"] = report_.awarded_pts;
      json["points"]["value_mpt"] = report_.value_mpt;
      if (award_) json["award"] = JsonOf(*award_);
    }
    PrintJson(json);
  }

  const Explanation& to_;
  const ReportRow report_;  // a copy: pages may leave while others are read
  const uint32_t number_;
  const Policy& policy_;
  History history_;
  std::optional<v1::Award> award_;
};

}  // namespace

Status ExplainReport(const Explanation& to, uint32_t report) {
  return ReportExplanation(to, report).Run();
}

}  // namespace merit
