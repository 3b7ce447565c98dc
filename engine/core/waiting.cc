#include "engine/core/waiting.h"

#include <algorithm>
#include <utility>

namespace merit {
namespace {

void PutUnder(City& city, uint32_t number, const Verdict& parked) {
  WaitingRow& row = city.waiting.Edit(number);
  row.waiting = true;
  row.type = parked.awaited;
  row.field = parked.detail;
  row.id = parked.awaited_id;
  // Rows are numbered in order of the first PARKED: that is the order in which they are woken.
  std::vector<uint32_t>& events = city.waiting_for[{row.type, row.id}];
  events.insert(std::upper_bound(events.begin(), events.end(), number), number);
  ++city.row.waiting;
}

}  // namespace

bool MayWait(const City& city, std::string_view value) {
  return city.row.waiting < city.policy().numbers().parked_max() &&
         value.size() <= kWaitingBytesMax;
}

void StartWaiting(City& city, std::string_view value, uint64_t first_seq, const Verdict& parked) {
  const uint32_t number = city.waiting.size();
  WaitingRow& row = city.waiting.Add();
  row.first_seq = first_seq;
  row.first_day = city.open_day();
  row.value = std::string(value);
  city.AppendTo(ListKind::kWaitingDue,
                row.first_day + static_cast<int32_t>(city.policy().numbers().park_days()), number);
  PutUnder(city, number, parked);
}

void WaitAgain(City& city, uint32_t waiting, std::string value, const Verdict& parked) {
  city.waiting.Edit(waiting).value = std::move(value);
  PutUnder(city, waiting, parked);
}

std::vector<uint32_t> WaitingFor(const City& city, const Created& created) {
  const auto found = city.waiting_for.find({created.type, created.id});
  return found == city.waiting_for.end() ? std::vector<uint32_t>() : found->second;
}

std::string StopWaiting(City& city, uint32_t waiting) {
  WaitingRow& row = city.waiting.Edit(waiting);
  MERIT_CHECK(row.waiting);
  row.waiting = false;
  const auto found = city.waiting_for.find({row.type, row.id});
  std::erase(found->second, waiting);
  if (found->second.empty()) city.waiting_for.erase(found);
  --city.row.waiting;
  return std::exchange(row.value, {});
}

std::vector<uint32_t> WaitingDue(City& city, int32_t day) {
  std::vector<uint32_t> due = city.TakeDue(ListKind::kWaitingDue, day);
  std::erase_if(due, [&](uint32_t number) { return !city.waiting.Get(number).waiting; });
  std::sort(due.begin(), due.end());
  return due;
}

}  // namespace merit
