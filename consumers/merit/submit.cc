// merit submit: events from a file or a pipe into the intake.
#include <chrono>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "consumers/merit/answers.h"
#include "consumers/merit/command.h"
#include "consumers/merit/interrupt.h"
#include "consumers/merit/kafka_options.h"
#include "consumers/merit/key_file.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/submission.h"
#include "engine/kafka/producer.h"
#include "engine/log/archive_log.h"

namespace merit {
namespace {

using Clock = std::chrono::steady_clock;

constexpr char kAbout[] = R"(Send events to the intake, and with --wait print what became of each.

A line is an event, whose city's key and time it gets here, or a record of the exchange form
(DOMAIN.md, section 14), which goes as it is, like those of an archive; their own times count
where the topic keeps them (merit topics create --timestamps producer). With --key events are
signed. What was sent is on
the brokers for good once this command ends; sending the same again is harmless: an event_id
counts once.)";

constexpr char kExample[] = R"(Examples:
  merit submit events.jsonl --brokers 127.0.0.1:9092 --wait
  merit submit - --brokers 127.0.0.1:9092 --producer desk --key desk.key < events.jsonl
  merit simulate --exchange - --drivers 20 --days 5 | merit submit - --brokers 127.0.0.1:9092

A line:
  {"event_id": "e-1", "city_code": 511500, "producer_id": "app", "occurred_at_ms": 1772294400000,
   "driver_opted_out": {"driver_id": "d-1"}}

Exit status with --wait: 0 all applied, now or before; 1 some were refused; 5 some have no
answer yet.)";

constexpr size_t kArchiveBatch = 4'096;

struct Options {
  KafkaOptions kafka;
  SubmissionOptions submission;
  std::string file;
  std::string key_file;
  int timeout_seconds = 30;
  bool wait = false;
  bool json = false;
};

class Sender {
 public:
  explicit Sender(const Options& options)
      : options_(options), name_(options.file == "-" ? "standard input" : options.file) {}

  [[nodiscard]] Status Open();
  [[nodiscard]] Status SendLines(std::istream& lines);
  [[nodiscard]] Status SendArchive();
  [[nodiscard]] Status WaitForAnswers();
  int Tell() const;

 private:
  Status SendLine(const std::string& line);
  Status SendRecord();
  void Count(const SubmissionAnswer& answer);
  Status Undelivered() const;
  Status Flush();

  const Options& options_;
  const std::string name_;
  KafkaTopics topics_;
  std::unique_ptr<KafkaProducer> producer_;
  std::unique_ptr<Answers> answers_;
  Submission submission_;
  uint64_t line_ = 0;
  uint64_t sent_ = 0;
  uint64_t undelivered_ = 0;
  rd_kafka_resp_err_t why_undelivered_ = RD_KAFKA_RESP_ERR_NO_ERROR;
  std::map<std::string, uint64_t> codes_;
  uint64_t refused_ = 0;
};

Status Sender::Open() {
  topics_ = options_.kafka.Topics();
  ASSIGN_OR_RETURN(KafkaSettings settings, options_.kafka.Settings());
  // Not the library's five minutes: whoever sends is waiting.
  settings.Default("message.timeout.ms", std::to_string(options_.timeout_seconds * 1'000));
  // Before the first record is sent: no answer can be missed.
  if (options_.wait) {
    ASSIGN_OR_RETURN(answers_, Answers::Open(settings, topics_));
  }
  ASSIGN_OR_RETURN(producer_,
                   KafkaProducer::Open(settings, "", [this](const rd_kafka_message_t& message) {
                     if (message.err == RD_KAFKA_RESP_ERR_NO_ERROR) return;
                     ++undelivered_;
                     why_undelivered_ = message.err;
                   }));
  // A topic that is not there is told at once, not when the first record has waited in vain.
  return producer_->PartitionCount(topics_.intake).status();
}

Status Sender::Undelivered() const {
  if (undelivered_ == 0) return OkStatus();
  const Status why = FromKafka(why_undelivered_, "send a record", producer_->Where(topics_.intake));
  return Failure(why.code(), Cat(undelivered_, " of ", sent_,
                                 " records were not taken by the brokers, the rest was; "
                                 "send the file again, an event counts once. ",
                                 std::string(why.message())));
}

Status Sender::SendLine(const std::string& line) {
  const Status read = ReadSubmission(line, options_.submission, &submission_);
  if (!read.ok()) {
    return Invalid(
        Cat(name_, ", line ", line_, ": ", std::string(read.message()), ". The ", sent_,
            " events before it are sent; mend the line and submit again, an event counts once"));
  }
  return SendRecord();
}

Status Sender::SendRecord() {
  const ExchangeRecord& record = submission_.record;
  const auto end = Clock::now() + std::chrono::seconds(options_.timeout_seconds);
  for (;;) {
    const Status taken =
        producer_->Produce(topics_.intake, -1, record.key, record.value, record.timestamp_ms);
    if (taken.ok()) break;
    if (taken.code() != StatusCode::kUnavailable || Clock::now() > end) return taken;
    producer_->Poll(20);  // the queue is full until some are delivered
  }
  if (++sent_ % 256 == 0) producer_->Poll(0);
  if (answers_ != nullptr) answers_->Expect(submission_);
  return OkStatus();
}

Status Sender::SendLines(std::istream& lines) {
  Progress progress("events", 0);
  std::string line;
  while (!Interrupted() && std::getline(lines, line)) {
    ++line_;
    if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
    const Status sent = SendLine(line);
    if (!sent.ok()) {
      (void)producer_->Flush(options_.timeout_seconds * 1'000);  // what is said to be sent is sent
      return undelivered_ > 0 ? Undelivered() : sent;
    }
    progress.Add();
  }
  if (lines.bad()) return Failure(StatusCode::kInternal, name_ + " could not be read to its end");
  return Flush();
}

Status Sender::SendArchive() {
  ASSIGN_OR_RETURN(const std::unique_ptr<ArchiveLog> log, ArchiveLog::Open(options_.file));
  Progress progress("records", static_cast<uint64_t>(log->end_offset()));
  std::vector<Record> records;
  while (!Interrupted()) {
    records.clear();
    RETURN_IF_ERROR(log->Read(kArchiveBatch, &records));
    if (records.empty()) break;
    for (const Record& record : records) {
      TakeSubmission(record, options_.submission, &submission_);
      RETURN_IF_ERROR(SendRecord());
    }
    progress.Add(records.size());
  }
  return Flush();
}

Status Sender::Flush() {
  const Status flushed = producer_->Flush(options_.timeout_seconds * 1'000);
  return undelivered_ > 0 ? Undelivered() : flushed;
}

void Sender::Count(const SubmissionAnswer& answer) {
  ++codes_[v1::Code_Name(answer.code).substr(sizeof "CODE_" - 1)];
  if (!answer.good()) ++refused_;
}

Status Sender::WaitForAnswers() {
  if (answers_ == nullptr) return OkStatus();
  const auto patience = std::chrono::seconds(options_.timeout_seconds);
  auto end = Clock::now() + patience;
  Progress progress("outcomes", answers_->waiting());
  while (answers_->waiting() > 0 && !Interrupted() && Clock::now() < end) {
    ASSIGN_OR_RETURN(const std::optional<SubmissionAnswer> answer, answers_->Next(100));
    if (!answer) {
      std::fflush(stdout);
      continue;
    }
    end = Clock::now() + patience;
    Count(*answer);
    progress.Add();
    std::printf("%s\n", answer->line.c_str());
  }
  std::fflush(stdout);
  if (answers_->waiting() == 0) return OkStatus();
  return Unavailable(Cat(answers_->waiting(), " of ", sent_, " events have no outcome after ",
                         options_.timeout_seconds,
                         " s; they are on the intake and will get one. Does merit engine run? "
                         "merit tail outcomes shows what comes"));
}

int Sender::Tell() const {
  // Standard output holds the outcomes.
  std::FILE* const out = options_.wait ? stderr : stdout;
  if (options_.json) {
    nlohmann::ordered_json json = {{"sent", sent_}};
    if (options_.wait) {
      json["outcomes"] = codes_;
      json["refused"] = refused_;
    }
    std::fprintf(out, "%s\n", json.dump().c_str());
  } else {
    std::fprintf(out, "%s events sent to %s", WithCommas(static_cast<int64_t>(sent_)).c_str(),
                 topics_.intake.c_str());
    for (const auto& [code, count] : codes_) {
      std::fprintf(out, ", %s %s", WithCommas(static_cast<int64_t>(count)).c_str(), code.c_str());
    }
    std::fprintf(out, "\n");
  }
  return refused_ > 0 ? kExitDifferent : kExitOk;
}

Status ReadKey(Options* options) {
  if (options->key_file.empty()) return OkStatus();
  ASSIGN_OR_RETURN(options->submission.private_key, ReadKeyFile(options->key_file));
  return OkStatus();
}

int RunSubmit(Options options) {
  CatchInterrupts();
  Sender sender(options);
  const Status status = [&]() -> Status {
    RETURN_IF_ERROR(ReadKey(&options));
    std::ifstream file;
    const bool archive = std::filesystem::is_directory(options.file);
    if (options.file != "-" && !archive) {
      file.open(options.file, std::ios::binary);
      if (!file) return NotFound(options.file + " cannot be opened; - is standard input");
    }
    RETURN_IF_ERROR(sender.Open());
    RETURN_IF_ERROR(archive ? sender.SendArchive()
                            : sender.SendLines(options.file == "-" ? std::cin : file));
    return sender.WaitForAnswers();
  }();
  return status.ok() ? sender.Tell() : Report("submit", WithKafkaReason(status));
}

}  // namespace

void AddSubmit(CLI::App& app, Run& run) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand("submit", kAbout);
  command->footer(kExample);
  command
      ->add_option("file", options->file,
                   "JSON Lines, - for standard input; or an archive directory")
      ->required();
  options->kafka.AddTo(command);
  command
      ->add_option(
          "--producer", options->submission.producer_id,
          "who says it, where an event does not; with --key: only this producer's are signed")
      ->option_text("ID");
  command->add_option("--key", options->key_file, "the producer's private key (merit keygen)")
      ->option_text("FILE");
  command->add_flag("--wait", options->wait, "print the outcome of each event, as it comes");
  command
      ->add_option("--timeout", options->timeout_seconds,
                   "seconds in which nothing moves, before it gives up")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  command->add_flag("--json", options->json, "the summary as JSON");
  command->callback([options, &run] { run = [options] { return RunSubmit(*options); }; });
}

}  // namespace merit
