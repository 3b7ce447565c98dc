// The numbers, days and lists of event.proto and EFFECTS.md §2: each at its limit and one over.
#include <gtest/gtest.h>

#include "tests/core/good_bodies.h"

namespace merit {
namespace {

// What is added to the good body of that name, and what must be answered.
struct Limit {
  const char* body;
  int field;
  std::string good;
  std::string bad;
};

void ExpectLimits(const std::vector<Limit>& limits) {
  for (const Limit& limit : limits) {
    Scenario city;
    Prepare(city);
    const GoodBody good = GoodBodyOf(limit.body);
    const std::string range = "RANGE." + std::to_string(limit.field);
    EXPECT_EQ(city.Say(With(good.text, limit.bad), good.producer).code(), range)
        << limit.body << " " << limit.bad;
    EXPECT_EQ(city.Say(With(good.text, limit.good), good.producer).code(), "APPLIED")
        << limit.body << " " << limit.good;
  }
}

// "key: 'p0' key: 'p1' …"
std::string Many(const std::string& key, int count, size_t size = 0) {
  std::string text;
  for (int number = 0; number < count; ++number) {
    std::string id = "p" + std::to_string(number);
    if (size > id.size()) id.append(size - id.size(), 'x');
    text += key + ": '" + id + "' ";
  }
  return text;
}

TEST(Limits, Programme) {
  std::string all_roles;
  for (int role = 1; role <= 7; ++role) all_roles += Number("roles", role);
  ExpectLimits({
      {"calendar_published", 1, "year: 1970", "year: 1969"},
      {"calendar_published", 1, "year: 2199", "year: 2200"},
      {"producer_registered", 2, "", all_roles + "roles: 8 roles: 9"},
      // The good body has role 2 already: said twice.
      {"producer_registered", 2, "roles: 1", "roles: ROLE_APP"},
      {"producer_registered", 2, "roles: 8", "roles: 0"},
      {"reviewer_registered", 3, "jurisdiction_prefix: '511502'", "jurisdiction_prefix: '5115020'"},
      {"reviewer_registered", 3, "jurisdiction_prefix: ''", "jurisdiction_prefix: '51a'"},
      {"points_adjusted", 3, "delta_pts: 1", "delta_pts: 0"},
      {"day_closed", 1, "", "day: -1"},
      {"day_closed", 1, "", "day: 84005"},
  });
}

TEST(Limits, EightRoles) {
  Scenario city;
  std::string body = "producer_registered { registered_producer_id: 'all' ";
  for (int role = 1; role <= 8; ++role) body += Number("roles", role);
  EXPECT_EQ(city.Say(body + "}").code(), "APPLIED");
  EXPECT_EQ(city.Say(body + "roles: 1 }").code(), "RANGE.2");
  EXPECT_EQ(city.Say("producer_registered { registered_producer_id: 'none' }").code(), "RANGE.2");
}

TEST(Limits, Drivers) {
  ExpectLimits({
      {"driver_enrolled", 4, Many("platform_ids", 32), Many("platform_ids", 33)},
      {"driver_enrolled", 4, Many("platform_ids", 2, 40), Many("platform_ids", 1, 41)},
      {"driver_enrolled", 4, "", "platform_ids: 'a' platform_ids: 'a'"},
      {"driver_enrolled", 4, "", "platform_ids: ''"},
      {"driver_enrolled", 6, "opening_pts: 1000000", "opening_pts: 1000001"},
      {"driver_enrolled", 6, "opening_pts: 0", "opening_pts: -1"},
      {"driver_updated", 4, Many("platform_ids", 32), Many("platform_ids", 33)},
      {"driver_updated", 4, "", "platform_ids: 'a' platform_ids: 'a'"},
  });
}

std::string Photos(unsigned count) {
  std::string text;
  for (unsigned photo = 0; photo < count; ++photo) text += Hash32("photo_sha256", photo);
  return text;
}

std::string Phashes(int count) {
  std::string text;
  for (int photo = 0; photo < count; ++photo) text += "photo_phash64: 7 ";  // may repeat
  return text;
}

TEST(Limits, Reports) {
  const std::string here = "crs: CRS_WGS84 ";
  const std::string handle = "mode: MODE_HANDLE ";
  const std::string after = Hash32("after_photo_sha256", 99);
  ExpectLimits({
      {"report_submitted", 5, "claimed_category: 52", "claimed_category: 53"},
      {"report_submitted", 5, "", "claimed_category: 40"},  // VOLUNTEER
      {"report_submitted", 5, "", "claimed_category: 0"},
      {"report_submitted", 6, "county_code: 511500", "county_code: 511600"},
      {"report_submitted", 6, "county_code: 511599", "county_code: 5115"},
      {"report_submitted", 6, "", "county_code: 5115021"},
      {"report_submitted", 7, here + "lat_e6: 90000000", here + "lat_e6: 90000001"},
      {"report_submitted", 7, here + "lat_e6: -90000000", here + "lat_e6: -90000001"},
      {"report_submitted", 8, here + "lon_e6: 180000000", here + "lon_e6: 180000001"},
      {"report_submitted", 8, here + "lon_e6: -180000000", here + "lon_e6: -180000001"},
      {"report_submitted", 7, "", "lat_e6: 1"},  // with CRS_NONE
      {"report_submitted", 8, "", "lon_e6: 1"},
      {"report_submitted", 10, here + "address_code: ''", "address_code: ''"},
      {"report_submitted", 10, "address_code: '" + std::string(40, 'a') + "'",
       "address_code: '" + std::string(41, 'a') + "'"},
      {"report_submitted", 11, "observed_at_ms: 0", "observed_at_ms: -1"},
      {"report_submitted", 12, Photos(9), Photos(10)},
      {"report_submitted", 12, "", "photo_sha256: 'short'"},
      {"report_submitted", 12, "", Photos(1) + Photos(1)},
      {"report_submitted", 13, Photos(2) + Phashes(2), Photos(2) + Phashes(1)},
      {"report_submitted", 13, Photos(2), Photos(2) + Phashes(3)},
      {"report_submitted", 13, "", Phashes(1)},
      {"report_submitted", 12, handle + Photos(1) + after, handle + after},
      {"report_submitted", 14, handle + Photos(1) + Hash32("after_photo_sha256", 0),
       handle + Photos(1)},
  });
}

TEST(Limits, ObservedAtMostADayAhead) {
  Scenario city;
  const int64_t latest = city.now_ms + 24 * kHourMs;
  EXPECT_EQ(city.Say(Submit("n", "A", Number("observed_at_ms", latest + 1))).code(), "RANGE.11");
  EXPECT_EQ(city.Say(Submit("n", "A", Number("observed_at_ms", INT64_MAX))).code(), "RANGE.11");
  EXPECT_EQ(city.Say(Submit("n", "A", Number("observed_at_ms", latest))).code(), "APPLIED");
}

// A municipality's counties share its first two digits.
TEST(Limits, CountiesOfAMunicipality) {
  Scenario city;
  for (const auto& [county, answer] :
       std::initializer_list<std::pair<int, const char*>>{{310000, "APPLIED"},
                                                          {310115, "APPLIED"},
                                                          {311599, "APPLIED"},
                                                          {320115, "RANGE.3"},
                                                          {31, "RANGE.3"}}) {
    v1::Event event;
    event.set_producer_id("adm");
    event.set_city_code(310000);
    event.mutable_programme_opened()->set_name("city");
    event.mutable_programme_opened()->set_open_day(kOpenDay);
    event.mutable_programme_opened()->set_admin_producer_id("adm");
    *event.mutable_programme_opened()->mutable_policy() = PolicyV1();
    event.set_event_id("open");
    event.set_occurred_at_ms(city.now_ms);
    city.SayBytes(event.SerializeAsString(), "310000");
    v1::Event role = city.EventOf(
        "producer_registered { registered_producer_id: 'adm' roles: ROLE_ADMIN roles: ROLE_REVIEW "
        "}");
    role.set_city_code(310000);
    city.SayBytes(role.SerializeAsString(), "310000");
    v1::Event matter =
        city.EventOf(Matter("m" + std::to_string(county), Number("county_code", county)), "adm");
    matter.set_city_code(310000);
    EXPECT_EQ(city.SayBytes(matter.SerializeAsString(), "310000").code(), answer) << county;
  }
}

TEST(Limits, Reviews) {
  ExpectLimits({
      {"report_reviewed", 4, "", "category: 0"},
      {"report_reviewed", 7, "", "duplicate_of: 'awarded'"},
  });
  Scenario city;
  Prepare(city);
  for (const auto& [body, answer] : std::initializer_list<std::pair<std::string, const char*>>{
           {Review("submitted", "REJECT", "category: 10"), "RANGE.4"},
           {Review("submitted", "REJECT", "severity: SEVERITY_MINOR"), "RANGE.5"},
           {Review("submitted", "REJECT", "evidence: EVIDENCE_POOR"), "RANGE.6"},
           {Review("submitted", "NEED_MORE", "category: 10"), "RANGE.4"},
           {Review("submitted", "NEED_MORE", "duplicate_of: 'awarded'"), "RANGE.7"},
           {Review("submitted", "DUPLICATE", "duplicate_of: 'awarded'"), "RANGE.4"},
           {Review("submitted", "DUPLICATE", "category: 10"), "RANGE.7"},
           {Review("submitted", "DUPLICATE", "category: 10 severity: 1 duplicate_of: 'awarded'"),
            "RANGE.5"},
           {Review("submitted", "DUPLICATE", "category: 10 evidence: 1 duplicate_of: 'awarded'"),
            "RANGE.6"},
           {Review("submitted", "DUPLICATE", "category: 10 duplicate_of: 'submitted'"), "RANGE.7"},
           {Review("submitted", "DUPLICATE", "category: 10 duplicate_of: 'awarded'"), "APPLIED"}}) {
    EXPECT_EQ(city.Say(body).code(), answer) << body;
  }
}

TEST(Limits, Matters) {
  ExpectLimits({
      {"matter_opened", 3, "county_code: 511500", "county_code: 511600"},
      {"matter_opened", 5, "kind: MATTER_KIND_GRIEVANCE",
       "kind: MATTER_KIND_GRIEVANCE report_id: 'r'"},
      {"matter_followed_up", 3, "solved: true", "solved: true reached: false"},
      {"matter_followed_up", 4, "satisfied: true", "satisfied: true reached: false"},
      {"matter_merged", 2, "", "into_matter_id: 'open'"},
  });
}

TEST(Limits, ServiceAndStanding) {
  ExpectLimits({
      {"volunteer_service_recorded", 4, "minutes: 1440", "minutes: 1441"},
      {"volunteer_service_recorded", 4, "minutes: 1", "minutes: 0"},
      {"volunteer_service_recorded", 5, "service_day: 20513", "service_day: 20514"},
      {"volunteer_service_recorded", 5, "service_day: 20385", "service_day: 20384"},
      {"volunteer_service_recorded", 6, "", "organiser_confirmed: false"},
      {"volunteer_service_recorded", 7, "", "beneficiary_confirmed: false"},
      {"honour_granted", 5, "from_day: 0", "from_day: -1"},
      {"honour_granted", 6, "to_day: 84005", "to_day: 84006"},
      {"honour_granted", 6, "to_day: 20513", "to_day: 20512"},
      {"standing_assessed", 3, "from_day: 0", "from_day: -1"},
      {"standing_assessed", 4, "to_day: 20513", "to_day: 20514"},
      {"standing_assessed", 4, "from_day: 20513", "from_day: 20513 to_day: 20512"},
      {"standing_assessed", 5, "score_permille: 1000", "score_permille: 1001"},
      {"standing_assessed", 5, "score_permille: 0", "score_permille: -1"},
      {"violation_recorded", 4, "violation_day: 20513", "violation_day: 20514"},
      {"violation_recorded", 4, "violation_day: 0", "violation_day: -1"},
      {"suspension_imposed", 4, "from_day: 0", "from_day: -1"},
      {"suspension_imposed", 5, "to_day: 84005", "to_day: 84006"},
      {"suspension_imposed", 5, "to_day: 20513", "to_day: 20512"},
      {"dispatch_exposure_reported", 1, "day: 20513", "day: 20514"},
      {"dispatch_exposure_reported", 1, "day: 20485", "day: 20484"},
      {"dispatch_exposure_reported", 2, "tier: 4", "tier: 5"},
      {"dispatch_exposure_reported", 3, "online_minutes: 1000000000", "online_minutes: 1000000001"},
      {"dispatch_exposure_reported", 3, "online_minutes: 0", "online_minutes: -1"},
      {"dispatch_exposure_reported", 4, "orders_assigned: 1000000000",
       "orders_assigned: 1000000001"},
      {"dispatch_exposure_reported", 4, "orders_assigned: 0", "orders_assigned: -1"},
      {"dispatch_exposure_reported", 5, "median_pickup_s: 86400", "median_pickup_s: 86401"},
      {"dispatch_exposure_reported", 5, "median_pickup_s: 0", "median_pickup_s: -1"},
  });
}

TEST(Limits, Redemption) {
  const std::string stock_to_limit = "delta: 999999903";  // 97 are on the shelf
  ExpectLimits({
      {"item_listed", 4, "price_pts: 1000000", "price_pts: 1000001"},
      {"item_listed", 4, "price_pts: 1", "price_pts: 0"},
      {"item_listed", 5, "settle_fen: 1000000000", "settle_fen: 1000000001"},
      {"item_listed", 5, "settle_fen: 0", "settle_fen: -1"},
      {"item_listed", 6, "stock: 1000000000", "stock: 1000000001"},
      {"item_listed", 6, "stock: 0", "stock: -1"},
      {"item_listed", 7, "per_driver_limit: 1000 limit_period: 4",
       "per_driver_limit: 1001 limit_period: 4"},
      {"item_listed", 7, "per_driver_limit: 0", "per_driver_limit: -1"},
      {"item_listed", 8, "per_driver_limit: 1 limit_period: 1", "per_driver_limit: 1"},
      {"item_listed", 8, "per_driver_limit: 1 limit_period: 4",
       "per_driver_limit: 1 limit_period: 5"},
      {"item_listed", 8, "", "limit_period: 1"},
      {"item_listed", 9, "voucher_days: 730", "voucher_days: 731"},
      {"item_listed", 9, "voucher_days: 1", "voucher_days: 0"},
      {"item_listed", 11, "return_days: 365", "return_days: 366"},
      {"item_listed", 11, "return_days: 0", "return_days: -1"},
      {"item_listed", 13, "open_day: 84005", "open_day: 84006"},
      {"item_listed", 13, "open_day: 0", "open_day: -1"},
      {"item_listed", 14, "close_day: 84005", "close_day: 84006"},
      {"item_listed", 14, "open_day: 5 close_day: 5", "open_day: 5 close_day: 4"},
      {"stock_adjusted", 2, "delta: 1", "delta: 0"},
      {"stock_adjusted", 2, "delta: 1", "delta: -1000000001"},
      {"stock_adjusted", 2, "delta: 1", "delta: 1000000001"},
      {"stock_adjusted", 2, stock_to_limit, "delta: 999999904"},
      {"stock_adjusted", 2, "delta: -97", "delta: -98"},
      {"settlement_batch_closed", 3, "month: 202603", "month: 202604"},
      {"settlement_batch_closed", 3, "", "month: 202613"},
      {"settlement_batch_closed", 3, "", "month: 202600"},
      {"settlement_batch_closed", 3, "", "month: 196912"},
      {"settlement_batch_closed", 3, "", "month: -202603"},
  });
}

TEST(Limits, TheFirstMonthThatCanBeSettled) {
  Scenario city;
  const std::string batch = "settlement_batch_closed { batch_id: 'b' partner_id: 'st1' ";
  EXPECT_EQ(city.Say(batch + "month: 197001 }").text(), "APPLIED: Settlement{b, 0, 0, 0}");
}

}  // namespace
}  // namespace merit
