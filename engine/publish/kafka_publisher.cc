#include "engine/publish/kafka_publisher.h"

#include <vector>

namespace merit {
namespace {

// A line each; no name of Kafka's can hold a line's end.
constexpr char kForm[] = "kafka";

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines(1);
  for (char c : text) {
    if (c == '\n') {
      lines.emplace_back();
    } else {
      lines.back() += c;
    }
  }
  return lines;
}

}  // namespace

Status KafkaPublisher::Publish(Outputs* outputs, int64_t next_offset) {
  if (next_offset <= published_) {
    outputs->Clear();
    return OkStatus();
  }
  if (next_offset == taken_ && outputs->empty()) return OkStatus();
  taken_ = next_offset;
  return transaction_->Take(intake_.partition, outputs, next_offset);
}

Status KafkaPublisher::Flush() {
  return transaction_ == nullptr || transaction_->idle() ? OkStatus() : transaction_->Commit();
}

std::string KafkaPublisher::position() const {
  return Cat(kForm, '\n', intake_.cluster_id, '\n', intake_.topic, '\n', intake_.partition, '\n',
             intake_.partition_count);
}

Status KafkaPublisher::Resume(const std::string& position) {
  if (position.empty() || position == this->position()) return OkStatus();
  constexpr char kRemedy[] =
      "; give the state directory that belongs to it, or an empty one: the state is folded again "
      "from the log";
  const std::vector<std::string> was = LinesOf(position);
  const auto refuse = [&](const std::string& what) {
    return Failure(StatusCode::kInvalidArgument, Cat("the state of topic ", intake_.topic,
                                                     ", partition ", intake_.partition, " ", what));
  };
  if (was.size() != 5 || was[0] != kForm) return refuse(Cat("was not made from Kafka", kRemedy));
  if (was[1] != intake_.cluster_id) {
    return refuse(Cat("was made from another cluster: ", was[1], ", and this one is ",
                      intake_.cluster_id, kRemedy));
  }
  if (was[2] != intake_.topic || was[3] != std::to_string(intake_.partition)) {
    return refuse(Cat("was made from topic ", was[2], ", partition ", was[3], kRemedy));
  }
  return refuse(Cat("was made when the topic had ", was[4], " partitions, and it has ",
                    intake_.partition_count,
                    " now: a city's records may go to another partition than before, and its "
                    "history would be torn. Make a "
                    "new intake topic with the number that you want, copy the records of the old "
                    "one into it in order, and "
                    "fold that one with a new group and an empty state directory"));
}

}  // namespace merit
