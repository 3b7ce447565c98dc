#include "consumers/merit/story.h"

#include <cstdio>
#include <iterator>
#include <map>
#include <memory>
#include <vector>

#include "consumers/merit/demo_directory.h"
#include "consumers/merit/demo_figures.h"
#include "consumers/merit/demo_text.h"
#include "consumers/merit/effect_text.h"
#include "consumers/merit/journal.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/story_script.h"
#include "consumers/merit/text.h"
#include "engine/base/sha256.h"
#include "merit/v1/bulletin.pb.h"

namespace merit {
namespace {

constexpr Phrase kTitle{"A programme in {0} steps, told from its outcomes. The log: {1}",
                        "一个项目的 {0} 步，全部取自处理结果。日志：{1}"};
constexpr Phrase kOpened{
    "Before it: {0} events open the programme, register desks and drivers, list items.",
    "此前：{0} 条事件开通项目，登记各方与司机，上架兑换项目。"};
constexpr Phrase kPostings{"points: {0}", "积分：{0}"};
constexpr Phrase kNow{"{0} now: {1}", "{0} 现有：{1}"};
constexpr Phrase kBoost{"boost of {0}: {1} (T{2}) before, {3} (T{4}) now",
                        "{0} 的优先：此前 {1}（T{2}），现为 {3}（T{4}）"};
constexpr Phrase kLoop{"grievances of {0}: {1} opened, {2} closed, completion 办结率 {3}",
                       "{0} 诉求：立案 {1} 件，办结 {2} 件，办结率 {3}"};
constexpr Phrase kFollowed{"followed up 回访率 {0}, solved 解决率 {1}, satisfied 满意率 {2}",
                           "回访率 {0}，解决率 {1}，满意率 {2}"};
constexpr Phrase kSum{
    "issued {0} = available {1} + held {2} + arrears {3} + at partners {4} + settled {5}",
    "发放 {0} = 可用 {1} + 冻结 {2} + 欠分 {3} + 商户待结 {4} + 已结算 {5}"};
constexpr Phrase kSumRest{
    "+ expired {0} + forfeited {1} + clawed back {2}; all accounts together: {3}",
    "+ 过期 {0} + 作废 {1} + 追回 {2}；全部账户合计：{3}"};
constexpr Phrase kSealed{"seal of {0}: city_seq {1}, {2} outcomes",
                         "{0} 日封：city_seq {1}，{2} 个处理结果"};
constexpr Phrase kRoots{"roots: log {0}…  accounts {1}…  outcomes {2}…",
                        "根：日志 {0}…  账户 {1}…  处理结果 {2}…"};

struct Balance {
  int64_t available = 0, held = 0, arrears = 0;
};

class Story {
 public:
  Story(const Speaker& say, const DemoDirectory& demo, RestingState& state)
      : say_(say), demo_(demo), state_(state), steps_(WriteStory()) {}

  Status Tell() {
    ASSIGN_OR_RETURN(figures_, CountFigures(state_));
    RETURN_IF_ERROR(ReadScores());
    RETURN_IF_ERROR(ReadLoop());
    PrintHead();
    const City& city = *state_.cities().begin()->second;
    ASSIGN_OR_RETURN(const std::unique_ptr<Journal> journal, Journal::Open(state_, city));
    RETURN_IF_ERROR(journal->ForEach([&](const JournalEntry& entry) {
      const size_t step = StoryStepOf(entry.outcome().event_id());
      if (step != step_) Turn(step);
      if (step_ > 0 && step_ < steps_.size()) PrintEntry(city, entry);
      last_seq_ = entry.outcome().city_seq();
      return true;
    }));
    Turn(steps_.size());
    return OkStatus();
  }

 private:
  void Line(const Phrase& phrase, std::initializer_list<std::string> values) {
    std::printf("     %s\n", say_.Fill(phrase, values).c_str());
  }

  void PrintHead() {
    std::printf("%s\n",
                say_.Fill(kTitle, {std::to_string(steps_.size() - 1), demo_.log()}).c_str());
    std::printf("%s\n", say_.Fill(kOpened, {std::to_string(steps_[0].records.size())}).c_str());
    if (const std::string hint = ProgramHint(say_); !hint.empty()) {
      std::printf("%s\n", hint.c_str());
    }
  }

  // Ends the step that was told, and begins another.
  void Turn(size_t step) {
    if (step_ > 0 && step_ < steps_.size()) PrintEnd(steps_[step_]);
    step_ = step;
    seq_before_ = last_seq_;
    changed_.clear();
    if (step_ > 0 && step_ < steps_.size()) {
      std::printf("\n%2zu. %s\n", step_, say_(steps_[step_].heading).c_str());
    }
  }

  void PrintEntry(const City& city, const JournalEntry& entry) {
    const v1::Outcome& outcome = entry.outcome();
    const bool day = entry.event() != nullptr && entry.event()->has_day_closed();
    // A closing that did nothing else moves no story.
    if (day && outcome.effects_size() == 0 && steps_[step_].shows != StoryShows::kSeal) return;
    std::printf("     %s  %s\n",
                TimeText(outcome.record_time_ms(), city.row.utc_offset_minutes).c_str(),
                EntryText(say_, entry).c_str());
    std::string postings;
    for (const v1::Effect& effect : outcome.effects()) {
      if (effect.has_posting()) {
        Post(effect.posting());
        postings += (postings.empty() ? "" : say_(Say::kComma)) + EffectText(say_, city, effect);
      } else if (!effect.has_lot_changed()) {  // which lot is the ledger's to show
        std::printf("         %s\n", EffectText(say_, city, effect).c_str());
      }
    }
    if (!postings.empty()) std::printf("         %s\n", say_.Fill(kPostings, {postings}).c_str());
  }

  void Post(const v1::Posting& posting) {
    Balance& balance = balances_[posting.owner_id()];
    if (posting.account() == v1::ACCOUNT_KIND_AVAILABLE) balance.available += posting.delta_pts();
    if (posting.account() == v1::ACCOUNT_KIND_HELD) balance.held += posting.delta_pts();
    if (posting.account() == v1::ACCOUNT_KIND_ARREARS) balance.arrears += posting.delta_pts();
    for (const char* driver : {kStoryDriver, kOtherDriver}) {
      if (posting.owner_id() == driver) changed_[driver] = true;
    }
  }

  void PrintEnd(const StoryStep& step) {
    for (const auto& [driver, changed] : changed_) {
      const Balance& balance = balances_[driver];
      Line(kNow, {driver,
                  say_.Fill(Say::kBalance, {WithCommas(balance.available), WithCommas(balance.held),
                                            WithCommas(balance.arrears)})});
    }
    if (step.shows == StoryShows::kBoost) PrintBoost();
    if (step.shows == StoryShows::kGrievances) PrintLoop();
    if (step.shows == StoryShows::kSeal) PrintSeal();
    const Phrase command{step.command, step.command};
    std::printf("     $ %s%s\n", say_.Fill(command, {ShellWord(demo_.state())}).c_str(),
                say_({"", " --lang zh"}).c_str());
  }

  // --- what was published beside the outcomes

  Status ReadScores() {
    return state_.ForEachPublished(Topic::kScores, [&](const Record& record) {
      v1::Score score;
      if (score.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) &&
          score.driver_id() == kStoryDriver) {
        scores_[score.city_seq()] = std::move(score);
      }
      return true;
    });
  }

  // The newest score of an event up to that city_seq.
  const v1::Score& ScoreAt(uint64_t city_seq) {
    const auto after = scores_.upper_bound(city_seq);
    return after == scores_.begin() ? v1::Score::default_instance() : std::prev(after)->second;
  }

  void PrintBoost() {
    const v1::Score& before = ScoreAt(seq_before_);
    const v1::Score& now = ScoreAt(last_seq_);
    Line(kBoost, {kStoryDriver, BpText(before.boost_bp()), std::to_string(before.tier()),
                  BpText(now.boost_bp()), std::to_string(now.tier())});
  }

  Status ReadLoop() {
    return state_.ForEachPublished(Topic::kBulletins, [&](const Record& record) {
      v1::Bulletin bulletin;
      if (bulletin.ParseFromArray(record.value.data(), static_cast<int>(record.value.size())) &&
          bulletin.loop_stats().region_code() == figures_.city_code &&
          bulletin.loop_stats().kind() == v1::MATTER_KIND_GRIEVANCE) {
        loop_ = bulletin.loop_stats();
      }
      return true;
    });
  }

  void PrintLoop() {
    Line(kLoop, {std::to_string(loop_.month()), WithCommas(loop_.opened()),
                 WithCommas(loop_.closed()), BpText(loop_.completion_bp())});
    Line(kFollowed, {BpText(loop_.follow_up_bp()), BpText(loop_.solved_bp()),
                     BpText(loop_.satisfaction_bp())});
  }

  void PrintSeal() {
    const Totals& t = figures_.totals;
    Line(kSum, {WithCommas(-t.issued), WithCommas(t.available), WithCommas(t.held),
                WithCommas(t.arrears), WithCommas(t.partner), WithCommas(t.settled)});
    Line(kSumRest, {WithCommas(t.expired), WithCommas(t.forfeited), WithCommas(t.clawed),
                    WithCommas(figures_.sum_pts())});
    const v1::DaySeal& seal = figures_.seal;
    Line(kSealed, {DayText(seal.day()), WithCommas(static_cast<int64_t>(seal.city_seq())),
                   WithCommas(static_cast<int64_t>(seal.outcome_count()))});
    Line(kRoots, {Hex(seal.log_root()).substr(0, 16), Hex(seal.account_root()).substr(0, 16),
                  Hex(seal.outcome_root()).substr(0, 16)});
  }

  const Speaker& say_;
  const DemoDirectory& demo_;
  RestingState& state_;
  const std::vector<StoryStep> steps_;
  DemoFigures figures_;
  std::map<uint64_t, v1::Score> scores_;  // by city_seq
  v1::LoopStats loop_;
  std::map<std::string, Balance> balances_;
  std::map<std::string, bool> changed_;  // drivers whose points this step changed
  size_t step_ = 0;
  uint64_t seq_before_ = 0;  // city_seq of the last outcome before this step
  uint64_t last_seq_ = 0;
};

// Another script is another story.
std::string Fingerprint(const std::vector<StoryRecord>& records) {
  std::string all;
  for (const StoryRecord& record : records)
    all += std::to_string(record.time_ms) + " " + record.value;
  return Hex(AsBytes(Sha256(all)));
}

}  // namespace

Status TellStory(const std::string& directory, const Speaker& say) {
  std::vector<StoryRecord> records;
  for (const StoryStep& step : WriteStory()) {
    records.insert(records.end(), step.records.begin(), step.records.end());
  }
  const nlohmann::ordered_json made_of = {{"story", Fingerprint(records)}};
  ASSIGN_OR_RETURN(const std::unique_ptr<DemoDirectory> demo,
                   DemoDirectory::Open(directory, made_of));
  if (!demo->work().log_written) {
    size_t place = 0;
    RETURN_IF_ERROR(demo->WriteLog(
        [&](Record* record) {
          if (place == records.size()) return false;
          const StoryRecord& next = records[place++];
          *record = {next.key, next.time_ms, next.value};
          return true;
        },
        records.size()));
  }
  if (!demo->work().finished) RETURN_IF_ERROR(demo->Fold());
  ASSIGN_OR_RETURN(const std::unique_ptr<RestingState> state, RestingState::Open(demo->state()));
  return Story(say, *demo, *state).Tell();
}

}  // namespace merit
