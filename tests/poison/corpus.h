// Real records to make bad ones of: a short log of one city, and what it speaks of.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "merit/v1/event.pb.h"
#include "simulator/random.h"

namespace merit {

struct KeptRecord {
  std::string key;
  int64_t timestamp_ms = 0;
  std::string value;
};

class Corpus {
 public:
  // Equal seeds give equal corpora.
  explicit Corpus(uint64_t seed);

  const std::vector<KeptRecord>& records() const { return records_; }
  // The body of that type in one of the records; null where none has it.
  const google::protobuf::Message* DrawBody(int type, Random& random) const;
  // What some record has in a field of that name; empty where none has it.
  std::string DrawText(const std::string& field_name, Random& random) const;

 private:
  void See(const google::protobuf::Message& message);

  std::vector<KeptRecord> records_;
  std::map<int, std::vector<v1::Event>> events_;  // by body
  std::map<std::string, std::vector<std::string>, std::less<>> texts_;
};

// The fields that name the same type of thing have one name here.
std::string_view ThingOf(std::string_view field_name);

}  // namespace merit
