#include "tests/poison/twins.h"

#include "engine/base/status.h"
#include "engine/core/state_export.h"
#include "merit/v1/outcome.pb.h"

namespace merit {

Twins::Twins() {
  for (int twin = 0; twin < 2; ++twin) machines_[twin] = std::make_unique<Machine>(&images_[twin]);
}

bool Twins::Wrong(const std::string& what) {
  wrong_ = what;
  return false;
}

bool Twins::Feed(const Record& record) {
  Outputs outputs[2];
  Stop stops[2];
  for (int twin = 0; twin < 2; ++twin)
    stops[twin] = machines_[twin]->FoldRecord(record, &outputs[twin]);
  if (stops[0] != stops[1]) return Wrong("one machine stops, the other does not");
  stops_ += stops[0] != Stop::kNone;
  if (stops[0] != Stop::kNone && !outputs[0].empty())
    return Wrong("a machine that stops has said something");
  if (stops[0] == Stop::kNone && outputs[0].empty())
    return Wrong("a record without an outcome or dead letter");
  return Same(outputs[0], outputs[1]) && Number(outputs[0]);
}

bool Twins::Same(const Outputs& a, const Outputs& b) {
  if (a.size() != b.size())
    return Wrong(Cat("one machine says ", a.size(), " things, the other ", b.size()));
  for (size_t place = 0; place < a.size(); ++place) {
    if (a[place].topic != b[place].topic || a[place].key != b[place].key ||
        a[place].value != b[place].value || a[place].tombstone != b[place].tombstone ||
        a[place].timestamp_ms != b[place].timestamp_ms) {
      return Wrong(
          Cat("output ", place, " on ", kTopicNames[static_cast<int>(a[place].topic)], " differs"));
    }
  }
  return true;
}

bool Twins::Number(const Outputs& outputs) {
  for (size_t place = 0; place < outputs.size(); ++place) {
    if (outputs[place].topic != Topic::kOutcomes) continue;
    v1::Outcome outcome;
    const std::string_view value = outputs[place].value;
    if (!outcome.ParseFromArray(value.data(), static_cast<int>(value.size())))
      return Wrong("an outcome is none");
    auto& [seq, part] = last_[std::string(outputs[place].key)];
    const bool next_part = outcome.city_seq() == seq && outcome.part() == part + 1;
    const bool next_seq = outcome.city_seq() == seq + 1 && outcome.part() == 0;
    if (!next_part && !next_seq) {
      return Wrong(Cat("after ", seq, " part ", part, " comes ", outcome.city_seq(), " part ",
                       outcome.part()));
    }
    seq = outcome.city_seq();
    part = outcome.part();
  }
  return true;
}

bool Twins::Restart() {
  Outputs outputs[2];
  for (int twin = 0; twin < 2; ++twin) machines_[twin]->Flush(&outputs[twin]);
  if (!Same(outputs[0], outputs[1])) return false;
  images_[1].Save(machines_[1].get());
  auto restarted = std::make_unique<Machine>(&images_[1]);
  for (const auto& [code, saved] : machines_[1]->cities()) {
    auto city = std::make_unique<City>(code, &images_[1]);
    bool good = true;
    for (uint8_t table : City::TablesAtStart()) {
      images_[1].Scan(city->prefix + static_cast<char>(table), [&](std::string_view place,
                                                                   std::string_view value) {
        good = good && city->RestoreKey(static_cast<char>(table) + std::string(place), value);
      });
    }
    if (!good) return Wrong(Cat("city ", code, " cannot be restored"));
    city->FinishRestore();
    restarted->Adopt(std::move(city));
  }
  machines_[1] = std::move(restarted);
  return true;
}

bool Twins::SameState() {
  std::string texts[2];
  for (int twin = 0; twin < 2; ++twin) {
    for (const auto& [code, city] : machines_[twin]->cities()) {
      ExportState(*city, [&](const std::string& line) { texts[twin] += line + "\n"; });
    }
  }
  return texts[0] == texts[1] || Wrong("the states differ");
}

}  // namespace merit
