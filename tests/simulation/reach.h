// Which words of a family of messages were ever said: every field, every value of every enum.
//
//   Input    See: any message; those in it are seen too
//   Output   Missing: what of a message, and of those that it may hold, nobody said:
//            "Award.cut_pts", "Flag.rule BURST". An enum's zero and a field's default say nothing
#pragma once

#include <google/protobuf/message.h>

#include <map>
#include <set>
#include <string>

namespace merit {

class Reach {
 public:
  void See(const google::protobuf::Message& message);
  std::set<std::string> Missing(const google::protobuf::Descriptor& message) const;

 private:
  using Field = google::protobuf::FieldDescriptor;

  void SeeField(const google::protobuf::Message& message, const Field& field);
  void AddMissing(const google::protobuf::Descriptor& message, std::set<const void*>* looked_at,
                  std::set<std::string>* missing) const;

  std::map<const Field*, std::set<int>> said_;  // a field's enum values; {} for any other
};

}  // namespace merit
