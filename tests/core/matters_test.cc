// EFFECTS.md §2.4: deadlines, who is late, what a matter is counted as.
#include "engine/core/matters.h"

#include <gtest/gtest.h>

#include "tests/core/scenario.h"

namespace merit {
namespace {

class Matters : public testing::Test {
 protected:
  std::string CodeOf(const std::string& body) { return city.Say(body).code(); }
  std::string On(const std::string& event, const std::string& matter,
                 const std::string& more = "") {
    return event + " { matter_id: '" + matter + "' " + more + "}";
  }
  void Assign(const std::string& matter) {
    EXPECT_EQ(CodeOf(On("matter_assigned", matter, "unit_id: 'u' level: MATTER_LEVEL_COUNTY ")),
              "APPLIED");
  }
  void Resolve(const std::string& matter) {
    EXPECT_EQ(CodeOf(On("matter_resolved", matter, "result: MATTER_RESULT_SOLVED ")), "APPLIED");
  }
  // Opened, assigned and resolved.
  void Resolved(const std::string& matter, const std::string& more = "") {
    EXPECT_EQ(CodeOf(Matter(matter, more)), "APPLIED");
    Assign(matter);
    Resolve(matter);
  }
  // The published cell of the city over all kinds and channels, after the month of the open day is
  // closed.
  v1::LoopStats MonthOfTheCity() {
    const int32_t month = MonthOf(city.open_day());
    city.CloseUntil(LastDayOfMonth(month) + 1);
    for (const v1::Bulletin& bulletin : city.bulletins) {
      if (bulletin.loop_stats().all() && bulletin.loop_stats().region_code() == kCity)
        return bulletin.loop_stats();
    }
    return {};
  }
  Scenario city;
};

// --- states ------------------------------------------------------------------------------------

// From each state, each event: the state that follows, or BAD_STATE with the one it is in.
TEST_F(Matters, EveryEventInEveryState) {
  const std::vector<std::pair<std::string, std::string>> events = {
      {"matter_assigned", "unit_id: 'u' level: MATTER_LEVEL_COUNTY "},
      {"matter_returned", ""},
      {"matter_escalated", "to_level: MATTER_LEVEL_PROVINCE "},
      {"matter_resolved", "result: MATTER_RESULT_SOLVED "},
      {"matter_verified", "ok: true "},
      {"matter_verified", ""},
      {"matter_followed_up", ""},
      {"matter_reopened", ""},
      {"matter_voided", ""},
      {"matter_merged", "into_matter_id: 'into' "}};
  const std::vector<std::vector<std::string>> ways = {
      {},    {"0"}, {"0", "3"}, {"0", "3", "4"}, {"0", "3", "5"},
      {"9"}, {"8"}};  // to OPEN, ASSIGNED, RESOLVED …
  const char* const after[7][10] = {
      // assigned   returned    escalated  resolved    verified    not ok      followed   reopened
      // voided    merged
      {"ASSIGNED", "1", "", "1", "1", "1", "1", "1", "VOIDED", "MERGED"},              // OPEN
      {"", "OPEN", "", "RESOLVED", "2", "2", "2", "2", "VOIDED", "MERGED"},            // ASSIGNED
      {"3", "3", "3", "3", "CLOSED", "REOPENED", "", "REOPENED", "VOIDED", "MERGED"},  // RESOLVED
      {"4", "4", "4", "4", "4", "4", "", "REOPENED", "VOIDED", "MERGED"},              // CLOSED
      {"ASSIGNED", "5", "", "5", "5", "5", "5", "5", "VOIDED", "MERGED"},              // REOPENED
      {"6", "6", "6", "6", "6", "6", "6", "6", "6", "6"},                              // MERGED
      {"7", "7", "7", "7", "7", "7", "7", "7", "7", "7"}};                             // VOIDED
  EXPECT_EQ(CodeOf(Matter("into")), "APPLIED");
  int number = 0;
  for (size_t state = 0; state < ways.size(); ++state) {
    for (size_t event = 0; event < events.size(); ++event) {
      const std::string matter = "m" + std::to_string(++number);
      EXPECT_EQ(CodeOf(Matter(matter)), "APPLIED");
      for (const std::string& step : ways[state]) {
        const auto& [name, more] = events[std::stoul(step)];
        EXPECT_EQ(CodeOf(On(name, matter, more)), "APPLIED");
      }
      const std::string answer = after[state][event];
      const std::string expected = answer.empty() ? "APPLIED"
                                   : answer[0] >= '0' && answer[0] <= '9'
                                       ? "BAD_STATE." + answer
                                       : "APPLIED: MatterState " + matter + " " + answer;
      EXPECT_EQ(city.Say(On(events[event].first, matter, events[event].second)).text(), expected)
          << state << " " << events[event].first;
    }
  }
}

TEST_F(Matters, EscalatedUpwardsOnly) {
  EXPECT_EQ(CodeOf(Matter("m")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_escalated", "m", "to_level: MATTER_LEVEL_COUNTY ")), "BAD_STATE.1");
  EXPECT_EQ(CodeOf(On("matter_escalated", "m", "to_level: MATTER_LEVEL_CITY ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_escalated", "m", "to_level: MATTER_LEVEL_CITY ")), "BAD_STATE.1");
  Assign("m");  // sets the level back
  EXPECT_EQ(CodeOf(On("matter_escalated", "m", "to_level: MATTER_LEVEL_CITY ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_escalated", "m", "to_level: MATTER_LEVEL_PROVINCE ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_escalated", "m", "to_level: MATTER_LEVEL_PROVINCE ")), "BAD_STATE.2");
}

TEST_F(Matters, MergingLooksAtBoth) {
  for (const char* matter : {"a", "b", "c"}) EXPECT_EQ(CodeOf(Matter(matter)), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_voided", "c")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_merged", "none", "into_matter_id: 'nothing' ")), "PARKED.1");
  EXPECT_EQ(CodeOf(On("matter_merged", "a", "into_matter_id: 'nothing' ")), "PARKED.2");
  EXPECT_EQ(CodeOf(On("matter_merged", "a", "into_matter_id: 'c' ")), "BAD_STATE.7");
  EXPECT_EQ(CodeOf(On("matter_merged", "a", "into_matter_id: 'b' ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_merged", "a", "into_matter_id: 'c' ")), "BAD_STATE.6");
  EXPECT_EQ(CodeOf(On("matter_merged", "b", "into_matter_id: 'a' ")), "BAD_STATE.6");
}

TEST_F(Matters, FollowedUpOnceAlsoAfterAReopening) {
  Resolved("m");
  EXPECT_EQ(CodeOf(On("matter_followed_up", "m", "reached: true solved: true ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_followed_up", "m", "reached: true ")), "BAD_STATE.3");
  EXPECT_EQ(CodeOf(On("matter_reopened", "m")), "APPLIED");
  Assign("m");
  Resolve("m");
  EXPECT_EQ(CodeOf(On("matter_verified", "m", "ok: true ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_followed_up", "m", "reached: true ")), "BAD_STATE.4");
}

// --- deadlines ---------------------------------------------------------------------------------

TEST_F(Matters, ByMinutesOrWorkingDays) {
  const auto deadline = [&](const std::string& matter) {
    return city.Field("MATTER", matter, "deadline_ms");
  };
  EXPECT_EQ(CodeOf(Matter("incident", "kind: MATTER_KIND_INCIDENT")), "APPLIED");
  EXPECT_EQ(deadline("incident"), std::to_string(city.now_ms + 1'440 * 60'000));
  EXPECT_EQ(CodeOf(Matter("hazard")), "APPLIED");
  const int64_t end_ms =
      (int64_t{kOpenDay} + 4) * kDayMs - 8 * kHourMs - 1;  // every day works: three days on
  EXPECT_EQ(deadline("hazard"), std::to_string(end_ms));
  // 2026-03-01 is a Sunday, day 59 of its year; now Monday and Wednesday are free, Sunday and the
  // rest work.
  std::string workdays(46, '\xFF');
  for (int day : {60, 62})
    workdays[static_cast<size_t>(day / 8)] &= static_cast<char>(~(1 << day % 8));
  v1::Event calendar = city.EventOf("calendar_published { year: 2026 }");
  calendar.mutable_calendar_published()->set_workdays(workdays);
  EXPECT_EQ(city.SayEvent(calendar).code(), "APPLIED");
  EXPECT_EQ(CodeOf(Matter("later")), "APPLIED");
  EXPECT_EQ(deadline("later"), std::to_string(end_ms + 2 * kDayMs));
  EXPECT_EQ(deadline("hazard"), std::to_string(end_ms));  // set already: stays
}

TEST_F(Matters, NoDeadlineIsNeverLate) {
  Scenario free([](v1::Policy& p) { p.clear_hazard_deadline(); });
  EXPECT_EQ(free.Say(Matter("m")).code(), "APPLIED");
  EXPECT_EQ(free.Field("MATTER", "m", "deadline_ms"), "0");
  for (int day = 0; day < 30; ++day) EXPECT_EQ(free.Close().text(), "APPLIED");
}

// A year whose calendar is all holidays is passed over.
TEST_F(Matters, AYearWithoutAWorkingDay) {
  v1::Event calendar = city.EventOf("calendar_published { year: 2026 }");
  calendar.mutable_calendar_published()->set_workdays(std::string(46, '\0'));
  EXPECT_EQ(city.SayEvent(calendar).code(), "APPLIED");
  EXPECT_EQ(CodeOf(Matter("m")), "APPLIED");
  EXPECT_EQ(city.Field("MATTER", "m", "deadline_ms"),
            std::to_string((int64_t{20'819} + 3) * kDayMs - 8 * kHourMs - 1));
}

TEST_F(Matters, OverdueWhenItsDayIsClosed) {
  for (const char* matter :
       {"open", "assigned", "intime", "late", "closed", "voided", "reopened"}) {
    EXPECT_EQ(CodeOf(Matter(matter)), "APPLIED");
  }
  const int64_t deadline_ms = (int64_t{kOpenDay} + 4) * kDayMs - 8 * kHourMs - 1;
  for (const char* matter : {"assigned", "intime", "late", "closed", "reopened"}) Assign(matter);
  EXPECT_EQ(CodeOf(On("matter_voided", "voided")), "APPLIED");
  Resolve("reopened");
  EXPECT_EQ(CodeOf(On("matter_reopened", "reopened")), "APPLIED");
  Resolve("closed");
  EXPECT_EQ(CodeOf(On("matter_verified", "closed", "ok: true ")), "APPLIED");
  EXPECT_EQ(city.CloseUntil(kOpenDay + 3).effects(), "");
  city.now_ms = deadline_ms;
  Resolve("intime");
  city.now_ms = deadline_ms + 1;
  Resolve("late");
  const std::string at = " " + std::to_string(deadline_ms);
  EXPECT_EQ(city.Close().effects(), "MatterOverdue open" + at + "; MatterOverdue assigned" + at +
                                        "; MatterOverdue late" + at + "; MatterOverdue reopened" +
                                        at);
  EXPECT_EQ(city.Close().effects(), "");  // once, for ever
  // Closed in time, and reopened when the deadline's day is over: at once.
  EXPECT_EQ(city.Say(On("matter_reopened", "closed")).text(),
            "APPLIED: MatterState closed REOPENED; MatterOverdue closed" + at);
  EXPECT_EQ(city.Say(On("matter_verified", "intime")).text(),
            "APPLIED: MatterState intime REOPENED; MatterOverdue intime" + at);
  EXPECT_EQ(city.Say(On("matter_verified", "late")).text(),
            "APPLIED: MatterState late REOPENED");  // marked already
}

// The days ran ahead of the records' time: the deadline's day is the open day at least.
TEST_F(Matters, ADeadlineInThePastIsDueToday) {
  const int64_t start_ms = city.now_ms;
  for (int day = 0; day < 5; ++day) EXPECT_EQ(city.Say(Day(city.open_day())).code(), "APPLIED");
  city.now_ms = start_ms;
  EXPECT_EQ(CodeOf(Matter("m", "kind: MATTER_KIND_INCIDENT")), "APPLIED");
  const std::string at = std::to_string(start_ms + 1'440 * 60'000);
  EXPECT_EQ(city.Field("MATTER", "m", "deadline_ms"), at);
  EXPECT_EQ(city.Say(Day(city.open_day())).effects(), "MatterOverdue m " + at);
}

// --- counters ----------------------------------------------------------------------------------

TEST_F(Matters, WhatTheMonthSays) {
  Resolved("m1", "kind: MATTER_KIND_INCIDENT county_code: 511500");
  city.now_ms += 119 * 60'000;
  EXPECT_EQ(CodeOf(On("matter_verified", "m1", "ok: true ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_followed_up", "m1", "reached: true solved: true satisfied: true ")),
            "APPLIED");
  EXPECT_EQ(CodeOf(Matter("m2", "kind: MATTER_KIND_INCIDENT")), "APPLIED");
  city.now_ms += 120 * 60'000;
  Assign("m2");  // at the last moment
  EXPECT_EQ(CodeOf(Matter("m3", "kind: MATTER_KIND_INCIDENT")), "APPLIED");
  city.now_ms += 120 * 60'000 + 1;
  Assign("m3");
  EXPECT_EQ(CodeOf(On("matter_returned", "m3")), "APPLIED");
  Assign("m3");  // the first one counts
  city.now_ms += 59'999;
  Resolve("m3");
  EXPECT_EQ(CodeOf(On("matter_verified", "m3", "ok: true ")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_followed_up", "m3")), "APPLIED");  // not reached
  EXPECT_EQ(CodeOf(Matter("gone")), "APPLIED");
  EXPECT_EQ(CodeOf(On("matter_voided", "gone")), "APPLIED");
  const v1::LoopStats stats = MonthOfTheCity();
  EXPECT_EQ(stats.opened(), 3);
  EXPECT_EQ(stats.closed(), 2);
  EXPECT_EQ(stats.closed_on_time(), 2);
  EXPECT_EQ(stats.open_overdue(), 1);  // m2
  EXPECT_EQ(stats.reopened(), 0);
  EXPECT_EQ(stats.answered(), 1);
  EXPECT_EQ(stats.solved(), 1);
  EXPECT_EQ(stats.satisfied(), 1);
  EXPECT_EQ(stats.response_due(), 3);
  EXPECT_EQ(stats.response_on_time(), 2);
  EXPECT_EQ(stats.handling_minutes(), 0 + 121);  // 120 min 1 ms, and 59.999 s
  EXPECT_EQ(stats.completion_bp(), 6'667u);
}

// The cells: county, kind and channel; county; the city's two. A matter of the city is in the
// latter alone. A cell is said where a change was added to it, also when it is back at the old
// figures.
TEST_F(Matters, CellsThatChanged) {
  EXPECT_EQ(CodeOf(Matter("county")), "APPLIED");
  EXPECT_EQ(CodeOf(Matter("whole", "county_code: 511500 channel: CHANNEL_UNSPECIFIED")), "APPLIED");
  MonthOfTheCity();
  const auto cells = [&] {
    std::string text;
    for (const v1::Bulletin& b : city.bulletins) {
      if (!b.has_loop_stats()) continue;
      const v1::LoopStats& s = b.loop_stats();
      text += std::to_string(s.region_code()) +
              (s.all() ? " all" : " " + std::to_string(s.channel())) + " " +
              std::to_string(s.opened()) + "; ";
    }
    return text;
  };
  EXPECT_EQ(cells(), "511500 all 2; 511500 0 1; 511500 1 1; 511502 all 1; 511502 1 1; ");
  MonthOfTheCity();
  EXPECT_EQ(cells(), "");
  EXPECT_EQ(CodeOf(On("matter_voided", "whole")), "APPLIED");
  MonthOfTheCity();
  EXPECT_EQ(cells(), "511500 all 1; 511500 0 0; ");
  EXPECT_EQ(CodeOf(On("matter_reopened", "county")), "BAD_STATE.1");
  Assign("county");  // changes no share: a hazard has no first-response deadline
  MonthOfTheCity();
  EXPECT_EQ(cells(), "");
}

}  // namespace
}  // namespace merit
