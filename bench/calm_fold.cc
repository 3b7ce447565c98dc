#include "bench/calm_fold.h"

#include "bench/bench.h"
#include "bench/first_fields.h"
#include "engine/engine.h"

namespace merit {
namespace {

// Of each topic every so manieth value is kept, the last so many of them.
constexpr uint64_t kSampleEach = 61;
constexpr size_t kSamplesMax = 4'096;

}  // namespace

void CalmFold::Fold(const Record& record) {
  if (machine_.FoldRecord(record, &outputs_) != Stop::kNone)
    Must(Invalid("the log has an event of a newer program"));
  outcomes_until_.push_back(static_cast<uint32_t>(outcomes()));
  if (records() % EngineOptions().batch_records_max == 0) machine_.Flush(&outputs_);
  Count();
}

// The outputs of the last record.
void CalmFold::Count() {
  for (size_t place = 0; place < outputs_.size(); ++place) {
    const Output output = outputs_[place];
    Keep(output);
    if (output.topic != Topic::kOutcomes) continue;
    const FirstFields outcome(output.value);  // city_code, city_seq, part
    if (outcome[3] > 0) continue;
    causes_[outcome[1]].push_back(static_cast<uint32_t>(records() - 1));
    ++outcomes_until_.back();
  }
  outputs_.Clear();
}

void CalmFold::Keep(const Output& output) {
  const auto topic = static_cast<size_t>(output.topic);
  const uint64_t number = count_[topic]++;
  if (number % kSampleEach != 0) return;
  std::vector<std::string>& kept = samples_[topic];
  if (kept.size() < kSamplesMax) kept.emplace_back();
  kept[number / kSampleEach % kSamplesMax] = output.value;
}

}  // namespace merit
