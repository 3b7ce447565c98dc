#include "engine/core/state_export.h"

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/core/calendar.h"
#include "engine/core/decimal.h"
#include "engine/core/reports.h"
#include "engine/core/score.h"

namespace merit {
namespace {

// One object: keys in the order in which they are given.
class Line {
 public:
  Line(std::string_view type, std::string_view id) {
    text_.append("{\"type\":\"").append(type).append("\",\"id\":\"").append(id).append("\"");
  }
  Line& Number(std::string_view key, int64_t number) { return Raw(key, std::to_string(number)); }
  Line& Text(std::string_view key, std::string_view text) { return Raw(key, Quoted(text)); }
  Line& Raw(std::string_view key, std::string_view value) {
    text_.append(",\"").append(key).append("\":").append(value);
    return *this;
  }
  std::string End() { return text_ + "}"; }

  static std::string Quoted(std::string_view text) { return "\"" + std::string(text) + "\""; }
  template <class Elements, class Write>
  static std::string Array(const Elements& elements, Write write) {
    std::string array = "[";
    for (const auto& element : elements) {
      if (array.size() > 1) array += ",";
      array += write(element);
    }
    return array + "]";
  }

 private:
  std::string text_;
};

std::string Pair(int64_t a, int64_t b) {
  return "[" + std::to_string(a) + "," + std::to_string(b) + "]";
}
std::string LotsText(const List<Lot>& lots) {
  return Line::Array(lots, [](const Lot& lot) { return Pair(lot.expire_day, lot.pts); });
}
std::string AssessmentText(const Assessment& assessment) {
  return assessment.kept ? Pair(assessment.permille, assessment.to_day) : "[]";
}
int64_t LifeOf(bool ended) { return ended ? v1::LIFE_STATE_ENDED : v1::LIFE_STATE_ACTIVE; }

int64_t UsedIn(const List<CapUse>& uses, int32_t period) {
  for (const CapUse& use : uses) {
    if (use.period == period) return use.used_pts;
  }
  return 0;
}

// The lines of one type, sorted by id.
class Lines {
 public:
  explicit Lines(const std::function<void(const std::string&)>& emit) : emit_(emit) {}
  ~Lines() {
    std::sort(lines_.begin(), lines_.end());
    for (const auto& [id, line] : lines_) emit_(line);
  }
  void Add(const Id& id, std::string line) { lines_.emplace_back(id, std::move(line)); }

 private:
  const std::function<void(const std::string&)>& emit_;
  std::vector<std::pair<Id, std::string>> lines_;
};

using Emit = std::function<void(const std::string&)>;

void ExportDrivers(City& city, const Emit& emit) {
  Lines lines(emit);
  city.drivers.ForEach([&](uint32_t place, const DriverRow& d) {
    lines.Add(
        d.id,
        Line("DRIVER", d.id.view())
            .Number("place", place)
            .Number("state", LifeOf(d.erased))
            .Number("available", d.available_pts)
            .Number("held", d.held_pts)
            .Number("arrears", d.arrears_pts)
            .Raw("lots", LotsText(d.lots))
            .Number("a", d.approved)
            .Number("n", d.decided)
            .Number("contrib_count", d.contrib_count)
            .Raw("sums", Line::Array(d.sums, [](Int128 sum) { return Line::Quoted(Decimal(sum)); }))
            .Raw("counts",
                 Line::Array(d.counts, [](uint32_t count) { return std::to_string(count); }))
            .Number("used_day", UsedIn(d.used_days, city.open_day()))
            .Number("used_month", UsedIn(d.used_months, MonthOf(city.open_day())))
            .Number("gates", StoredGates(d))
            .Raw("safety", AssessmentText(d.safety))
            .Raw("business", AssessmentText(d.business))
            .Number("open_reports_flagged", d.open_reports_flagged)
            .Number("flag_open_until_day", d.flag_open_until_day)
            .End());
  });
}

void ExportHonours(City& city, const Emit& emit) {
  Lines lines(emit);
  city.honours.ForEach([&](uint32_t, const HonourRow& h) {
    const DriverRow& driver = city.drivers.Get(h.driver);
    if (driver.erased) return;
    lines.Add(h.id, Line("HONOUR", h.id.view())
                        .Text("driver_id", driver.id.view())
                        .Number("state", LifeOf(h.ended))
                        .Number("mpt", h.mpt)
                        .Number("from_day", h.from_day)
                        .Number("to_day", h.to_day)
                        .End());
  });
}

void ExportItems(City& city, const Emit& emit) {
  Lines lines(emit);
  city.items.ForEach([&](uint32_t, const ItemRow& item) {
    lines.Add(item.id, Line("ITEM", item.id.view())
                           .Text("partner_id", city.producers.Get(item.partner).id.view())
                           .Number("state", LifeOf(item.ended))
                           .Number("stock", item.stock)
                           .End());
  });
}

void ExportMatters(City& city, const Emit& emit) {
  Lines lines(emit);
  city.matters.ForEach([&](uint32_t, const MatterRow& m) {
    lines.Add(m.id, Line("MATTER", m.id.view())
                        .Number("state", m.state)
                        .Number("kind", m.kind)
                        .Number("county_code", m.county_code)
                        .Number("month", m.month)
                        .Number("level", m.level)
                        .Number("opened_ms", m.opened_ms)
                        .Number("deadline_ms", m.has_deadline ? m.deadline_ms : 0)
                        .Number("resolved_ms", m.resolved_ms)
                        .Number("overdue", m.overdue)
                        .Number("reopened", m.reopened)
                        .End());
  });
}

void ExportPartners(City& city, const Emit& emit) {
  Lines lines(emit);
  city.producers.ForEach([&](uint32_t, const ProducerRow& p) {
    if (!p.was_partner) return;
    lines.Add(p.id, Line("PARTNER", p.id.view())
                        .Number("partner", p.partner_pts)
                        .Number("settled", p.settled_pts)
                        .End());
  });
}

void ExportProgramme(City& city, const Emit& emit) {
  const CityRow& c = city.row;
  const Totals& t = c.totals;
  const int32_t month = MonthOf(c.open_day);
  emit(Line("PROGRAMME", city.key)
           .Number("city_seq", static_cast<int64_t>(c.seq))
           .Number("record_time_ms", c.time_ms)
           .Number("open_day", c.open_day)
           .Number("policy_version", city.policy().version())
           .Number("issued", t.issued)
           .Number("available", t.available)
           .Number("held", t.held)
           .Number("arrears", t.arrears)
           .Number("partner", t.partner)
           .Number("settled", t.settled)
           .Number("expired", t.expired)
           .Number("forfeited", t.forfeited)
           .Number("clawed", t.clawed)
           .Number("drivers", c.drivers)
           .Number("parked", c.waiting)
           .Number("remembered", static_cast<int64_t>(city.dedupe.remembered()))
           .Number("budget_month", month)
           .Number("budget_used", c.budget_month == month ? c.budget_used_pts : 0)
           .End());
}

void ExportRedemptions(City& city, const Emit& emit) {
  Lines lines(emit);
  city.redemptions.ForEach([&](uint32_t, const RedemptionRow& r) {
    const bool due =
        r.state == v1::REDEMPTION_STATE_RESERVED || r.state == v1::REDEMPTION_STATE_ISSUED;
    lines.Add(r.id, Line("REDEMPTION", r.id.view())
                        .Text("driver_id", r.driver_id.view())
                        .Text("item_id", r.item_id.view())
                        .Number("state", r.state)
                        .Number("price_pts", r.price_pts)
                        .Number("request_day", r.request_day)
                        .Number("due_day", due ? r.due_day : 0)
                        .Raw("slices", LotsText(r.slices))
                        .End());
  });
}

void ExportReports(City& city, const Emit& emit) {
  Lines lines(emit);
  city.reports.ForEach([&](uint32_t, const ReportRow& r) {
    lines.Add(r.id, Line("REPORT", r.id.view())
                        .Text("driver_id", city.drivers.Get(r.driver).id.view())
                        .Number("state", r.state)
                        .Number("submission_day", r.submission_day)
                        .Number("due_day", IsUndecided(r.state) ? r.due_day : 0)
                        .Number("flags", r.flags)
                        .Number("computed_pts", r.computed_pts)
                        .Number("awarded_pts", r.awarded_pts)
                        .Number("value_mpt", r.value_mpt)
                        .Number("corroborators", r.corroborators.size())
                        .End());
  });
}

void ExportSuspensions(City& city, const Emit& emit) {
  Lines lines(emit);
  city.suspensions.ForEach([&](uint32_t, const SuspensionRow& s) {
    const DriverRow& driver = city.drivers.Get(s.driver);
    if (driver.erased) return;
    lines.Add(s.id, Line("SUSPENSION", s.id.view())
                        .Text("driver_id", driver.id.view())
                        .Number("state", LifeOf(s.ended))
                        .Number("scope", s.scope)
                        .Number("from_day", s.from_day)
                        .Number("to_day", s.to_day)
                        .End());
  });
}

void ExportViolations(City& city, const Emit& emit) {
  Lines lines(emit);
  city.violations.ForEach([&](uint32_t, const ViolationRow& v) {
    const DriverRow& driver = city.drivers.Get(v.driver);
    if (driver.erased) return;
    lines.Add(v.id, Line("VIOLATION", v.id.view())
                        .Text("driver_id", driver.id.view())
                        .Number("state", LifeOf(v.ended))
                        .Number("grade", v.grade)
                        .Number("violation_day", v.violation_day)
                        .Number("mpt", v.mpt)
                        .End());
  });
}

}  // namespace

void ExportState(City& city, const Emit& emit) {
  ExportDrivers(city, emit);
  ExportHonours(city, emit);
  ExportItems(city, emit);
  ExportMatters(city, emit);
  ExportPartners(city, emit);
  ExportProgramme(city, emit);
  ExportRedemptions(city, emit);
  ExportReports(city, emit);
  ExportSuspensions(city, emit);
  ExportViolations(city, emit);
}

}  // namespace merit
