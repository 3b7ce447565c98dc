// Nothing that bytes can say aborts the fold, makes two machines differ, or leaves a gap in a
// city's numbers.
//
//   Caveats  MERIT_CASES sets how many bad records a test makes, MERIT_SEED the first seed. An
//            abort names its seed and case
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <functional>
#include <iostream>
#include <string>

#include "engine/core/calendar.h"
#include "engine/core/event_types.h"
#include "tests/poison/bytes.h"
#include "tests/poison/corpus.h"
#include "tests/poison/messages.h"
#include "tests/poison/twins.h"

namespace merit {
namespace {

constexpr uint64_t kCampaignCases = 1'000;

uint64_t FromEnvironment(const char* name, uint64_t otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::strtoull(text, nullptr, 10);
}

char where[64] = "before the first case\n";

void SayWhere(int) {
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, where, sizeof(where));
}

// A city with a past, and bad records for it.
class Campaign {
 public:
  explicit Campaign(uint64_t seed)
      : seed_(seed), random_(Spread(seed) + 1), corpus_(seed), maker_(corpus_, random_) {
    code_ = CityCodeOf(corpus_.records()[0].key);
    strange_times_ = random_.Below(4u) == 0;
  }

  // The past: as it was written, or with another beginning.
  bool Begin(bool strange_opening) {
    if (strange_opening && !OpenStrangely()) return false;
    for (const KeptRecord& record : corpus_.records()) {
      if (!Feed(record.key, record.timestamp_ms, record.value)) return false;
    }
    return city() != nullptr;
  }

  bool RunCases(const std::function<bool(Campaign&)>& bad_record) {
    for (uint64_t number = 0; number < kCampaignCases; ++number) {
      std::snprintf(where, sizeof(where), "MERIT_SEED=%llu, case %llu\n",
                    static_cast<unsigned long long>(seed_),
                    static_cast<unsigned long long>(number));
      maker_.Aim(city()->open_day(), time_ms_, code_);
      if (!bad_record(*this)) return false;
      if (random_.Below(25u) == 0 && !CloseDay()) return false;
      if (random_.Below(100u) == 0 && !twins_.Restart()) return false;
    }
    return twins_.Restart() && twins_.SameState();
  }

  bool FeedBadBytes() {
    const bool bad_key = random_.Below(20u) == 0;
    const std::string& key = city()->key;
    return Feed(bad_key ? DrawBadKey(key, random_) : key, DrawTime(),
                DrawBadValue(corpus_, random_));
  }

  bool FeedBadEvent() {
    const auto types = EventTypes();
    const EventType& type = types[random_.Below(types.size())];
    v1::Event event;
    event.set_event_id("poison-" + std::to_string(++events_));
    event.set_city_code(code_);
    event.set_producer_id(DrawProducer(type.roles));
    event.set_occurred_at_ms(DrawOccurred());
    const auto* const field = v1::Event::descriptor()->FindFieldByNumber(type.number);
    google::protobuf::Message* const body =
        v1::Event::GetReflection()->MutableMessage(&event, field);
    const google::protobuf::Message* const real = corpus_.DrawBody(type.number, random_);
    if (real != nullptr && random_.Below(4u) != 0) {
      body->CopyFrom(*real);
      for (uint32_t left = random_.Below(4u); left > 0; --left) maker_.Disturb(body);
    } else {
      maker_.Fill(body);
    }
    return Feed(city()->key, DrawTime(), event.SerializeAsString());
  }

  const Twins& twins() const { return twins_; }

 private:
  City* city() {
    const auto found = twins_.machine().cities().find(code_);
    return found == twins_.machine().cities().end() ? nullptr : found->second.get();
  }

  bool Feed(std::string_view key, int64_t timestamp_ms, std::string_view value) {
    time_ms_ = std::max(time_ms_, timestamp_ms);
    return twins_.Feed({key, timestamp_ms, value});
  }

  // A legal opening of an unlikely programme: the corpus' own one comes too late then.
  bool OpenStrangely() {
    v1::Event event;
    const KeptRecord& real = corpus_.records()[0];
    for (int tries = 0; tries < 1'000 && city() == nullptr; ++tries) {
      if (!event.ParseFromString(real.value)) return false;
      v1::ProgrammeOpened& opening = *event.mutable_programme_opened();
      maker_.Aim(opening.open_day(), real.timestamp_ms, code_);
      for (uint32_t left = 1 + random_.Below(6u); left > 0; --left)
        maker_.Disturb(opening.mutable_policy());
      opening.set_utc_offset_minutes(static_cast<int32_t>(random_.Between(-720, 840)));
      if (random_.Below(3u) == 0) {
        static constexpr int32_t kDays[] = {0, 1, 58, 20'454, 83'980, 84'004, 84'005};
        opening.set_open_day(kDays[random_.Below(std::size(kDays))]);
        opening.mutable_policy()->set_landmark_day(0);
        event.set_occurred_at_ms(int64_t{opening.open_day()} * kDayMs);
      }
      if (!Feed(real.key, real.timestamp_ms, event.SerializeAsString())) return false;
    }
    return city() != nullptr && RegisterProducers(event.producer_id());
  }

  bool RegisterProducers(const std::string& admin) {
    for (int role = v1::ROLE_PLATFORM; role <= v1::ROLE_ADMIN; ++role) {
      v1::Event event;
      event.set_event_id("register-" + std::to_string(role));
      event.set_city_code(code_);
      event.set_producer_id(admin);
      event.set_occurred_at_ms(int64_t{city()->open_day()} * kDayMs);
      v1::ProducerRegistered& body = *event.mutable_producer_registered();
      body.set_registered_producer_id("producer-" + std::to_string(role));
      body.add_roles(static_cast<v1::Role>(role));
      if (!Feed(city()->key, time_ms_, event.SerializeAsString())) return false;
    }
    return true;
  }

  // Somebody who may send it and does not sign.
  std::string DrawProducer(uint32_t roles) {
    std::vector<std::string> allowed;
    Table<ProducerRow>& producers = city()->producers;
    for (uint32_t index = 0; index < producers.size(); ++index) {
      const ProducerRow& row = producers.Get(index);
      if (!row.revoked && (row.roles & roles) != 0 && row.public_key.empty())
        allowed.push_back(row.id.str());
    }
    return allowed.empty() ? "nobody" : allowed[random_.Below(allowed.size())];
  }

  int64_t DrawTime() {
    if (strange_times_ && random_.Below(50u) == 0) return maker_.DrawExtreme();
    const int64_t step = random_.Between(-1'000, 600'000);
    return step > 0 && time_ms_ > INT64_MAX - step ? INT64_MAX : time_ms_ + step;
  }

  // Within a few days of the open one, so that it is not STALE, most of the time.
  int64_t DrawOccurred() {
    const uint32_t how = random_.Below(40u);
    if (how == 0) return maker_.DrawExtreme();
    const int64_t days = how == 1 ? random_.Between(-100, 100) : random_.Between(0, 1);
    return (city()->open_day() + days) * kDayMs;
  }

  bool CloseDay() {
    v1::Event event;
    event.set_event_id("close-" + std::to_string(++events_));
    event.set_city_code(code_);
    event.set_producer_id(DrawProducer(1u << v1::ROLE_CLOCK));
    event.mutable_day_closed()->set_day(city()->open_day());
    event.set_occurred_at_ms(int64_t{city()->open_day()} * kDayMs);
    return Feed(city()->key, DrawTime(), event.SerializeAsString());
  }

  const uint64_t seed_;
  Random random_;
  Corpus corpus_;
  MessageMaker maker_;
  Twins twins_;
  uint32_t code_ = 0;
  int64_t time_ms_ = 0;
  uint64_t events_ = 0;
  bool strange_times_ = false;
};

class Poison : public testing::Test {
 protected:
  void SetUp() override { signal(SIGABRT, SayWhere); }

  // As many campaigns as there are cases for.
  void Run(bool strange_openings, const std::function<bool(Campaign&)>& bad_record) {
    const uint64_t cases = FromEnvironment("MERIT_CASES", 50'000);
    const uint64_t first = FromEnvironment("MERIT_SEED", 1);
    for (uint64_t seed = first; seed < first + (cases + kCampaignCases - 1) / kCampaignCases;
         ++seed) {
      Campaign campaign(seed);
      ASSERT_TRUE(campaign.Begin(strange_openings && seed % 2 == 0) &&
                  campaign.RunCases(bad_record))
          << "MERIT_SEED=" << seed << " " << where << campaign.twins().wrong();
      stops_ += campaign.twins().stops();
      for (size_t code = 0; code < counts_.size(); ++code)
        counts_[code] += campaign.twins().code_counts()[code];
    }
  }

  void PrintCounts() const {
    for (size_t code = 0; code < counts_.size(); ++code) {
      std::cout << v1::Code_Name(static_cast<v1::Code>(code)) << " " << counts_[code] << "  ";
    }
    std::cout << "stops " << stops_ << "\n";
  }

  CodeCounts counts_{};
  uint64_t stops_ = 0;
};

TEST_F(Poison, AnyBytes) {
  Run(false, [](Campaign& campaign) { return campaign.FeedBadBytes(); });
  PrintCounts();
  if (FromEnvironment("MERIT_CASES", 50'000) < 50'000) return;
  for (const v1::Code code :
       {v1::CODE_UNKNOWN_CITY, v1::CODE_UNDECODABLE, v1::CODE_WRONG_KEY, v1::CODE_DUPLICATE,
        v1::CODE_ID_CONFLICT, v1::CODE_STALE, v1::CODE_UNAUTHORISED, v1::CODE_RANGE}) {
    EXPECT_GT(counts_[code], 0u) << v1::Code_Name(code);
  }
  EXPECT_GT(stops_, 0u) << "no body of a newer program got through";
}

TEST_F(Poison, AnyFields) {
  Run(true, [](Campaign& campaign) { return campaign.FeedBadEvent(); });
  PrintCounts();
  if (FromEnvironment("MERIT_CASES", 50'000) < 50'000) return;
  // It got past admission: every answer that a rule can give was given.
  for (int code = v1::CODE_RANGE; code <= v1::Code_MAX; ++code) {
    EXPECT_GT(counts_[static_cast<size_t>(code)], 0u) << v1::Code_Name(static_cast<v1::Code>(code));
  }
  EXPECT_GT(counts_[v1::CODE_APPLIED], 5'000u);
}

}  // namespace
}  // namespace merit
