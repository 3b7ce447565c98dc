#include "tests/import/imported.h"

namespace merit {
namespace {

constexpr char kJson[] = R"([
  {"service_request_id": "a-1", "status": "closed", "service_name": "Pothole",
   "requested_datetime": "2014-01-03T14:18:52-06:00",
   "updated_datetime": "2014-01-05T09:00:00-06:00", "lat": 41.938, "long": -87.648,
   "agency_responsible": "Roads & Lights",
   "extended_attributes": {"channel": "web", "ward": "44"},
   "notes": [{"type": "opened", "datetime": "2014-01-03T14:18:52-06:00"},
             {"type": "activity", "datetime": "2014-01-04T10:00:00-06:00"},
             {"type": "activity", "datetime": "2014-01-04T08:00:00-06:00"},
             {"type": "closed", "datetime": "2014-01-05T08:59:59-06:00"}]},
  {"service_request_id": "a-2", "status": "open", "service_name": "Dragon",
   "requested_datetime": "2014-01-04T14:18:52-06:00", "lat": "41.9", "long": "-87.6"},
  {"status": "open"},
  7
])";
constexpr char kXml[] = R"(<?xml version="1.0" encoding="utf-8"?>
<service_requests>
  <request><service_request_id>a-1</service_request_id><status>closed</status>
    <service_name>Pothole</service_name>
    <requested_datetime>2014-01-03T14:18:52-06:00</requested_datetime>
    <updated_datetime>2014-01-05T09:00:00-06:00</updated_datetime>
    <lat>41.938</lat><long>-87.648</long>
    <agency_responsible>Roads &amp; Lights</agency_responsible>
    <extended_attributes><channel>web</channel><ward>44</ward></extended_attributes>
    <notes>
      <note><type>opened</type><datetime>2014-01-03T14:18:52-06:00</datetime></note>
      <note><type>activity</type><datetime>2014-01-04T10:00:00-06:00</datetime></note>
      <note><type>activity</type><datetime>2014-01-04T08:00:00-06:00</datetime></note>
      <note><type>closed</type><datetime>2014-01-05T08:59:59-06:00</datetime></note>
    </notes>
  </request>
  <request><service_request_id>a-2</service_request_id><status>open</status>
    <service_name>Dragon</service_name>
    <requested_datetime>2014-01-04T14:18:52-06:00</requested_datetime>
    <lat>41.9</lat><long>-87.6</long></request>
  <request><status>open</status></request>
</service_requests>)";

Imported ImportChicago(const std::string& path) {
  ImportRequest request;
  request.files = {path};
  request.mapping = ShippedMapping("chicago-open311.json");
  return ImportAll(request);
}

TEST(Open311, JsonAndXmlAreOneLog) {
  const Imported json = ImportChicago(TestFile("requests.json", kJson));
  const Imported xml = ImportChicago(TestFile("requests.xml", kXml));
  ExpectApplicable(json);
  ExpectApplicable(xml);
  EXPECT_EQ(json.records, xml.records);
  EXPECT_EQ(json.said(), (std::vector<std::string>{"3: has no id", "4: is no object"}));
  EXPECT_EQ(xml.said(), (std::vector<std::string>{"3: has no id"}));
  std::map<std::string, v1::Event> events;
  for (const v1::Event& event : json.events()) events[event.event_id()] = event;
  const v1::ReportSubmitted& report = events["submitted-a-1"].report_submitted();
  EXPECT_EQ(report.lat_e6(), 41'938'000);
  EXPECT_EQ(report.county_code(), 990244U);
  EXPECT_EQ(report.claimed_category(), 10U);
  EXPECT_EQ(report.channel(), v1::CHANNEL_INSTANT);
  EXPECT_EQ(events["assigned-m-a-1"].matter_assigned().unit_id(), "Roads---Lights");
  EXPECT_EQ(events["assigned-m-a-1"].occurred_at_ms(), 1'388'844'000'000);  // the earliest activity
  EXPECT_EQ(events["reviewed-a-1"].occurred_at_ms(), 1'388'844'000'000);
  EXPECT_EQ(events["resolved-m-a-1"].occurred_at_ms(),
            1'388'933'999'000);  // the note, not updated_datetime
}

TEST(Open311, OneRequestAndAWrappedList) {
  const std::string one =
      R"({"service_request_id": "a-1", "status": "open", "service_name": "Pothole",
      "requested_datetime": "2014-01-03T14:18:52-06:00", "lat": 41.9, "long": -87.6})";
  const Imported alone = ImportChicago(TestFile("one.json", one));
  ExpectApplicable(alone);
  EXPECT_EQ(ImportChicago(TestFile("list.json", "{\"service_requests\": [" + one + "]}")).records,
            alone.records);
}

}  // namespace
}  // namespace merit
