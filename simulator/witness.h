// What an attacker has seen go by: ids of every type, vouchers, whole records.
//
//   Cost     one parse a record; memory for the latest few hundred of each
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "merit/v1/event.pb.h"
#include "simulator/random.h"

namespace merit {

enum class Noun : uint8_t {
  kDriver,
  kReviewer,
  kReport,
  kAppeal,
  kMatter,
  kRecord,
  kHonour,
  kViolation,
  kSuspension,
  kItem,
  kRedemption,
  kBatch,
  kAdjustment,
  kProducer,
  kPartner,
  kNone
};
inline constexpr size_t kNounCount = static_cast<size_t>(Noun::kNone);

// What a field of that name refers to; kNone for all others.
Noun NounOf(std::string_view field_name);

// Parses what may be no event; false then. Protobuf's complaints about texts that are no UTF-8 are
// not printed.
bool ParseQuietly(std::string_view value, v1::Event* event);

// The latest of many.
template <class Thing>
class Ring {
 public:
  explicit Ring(size_t size_max) : size_max_(size_max) {}
  void Add(Thing thing) {
    if (things_.size() < size_max_) {
      things_.push_back(std::move(thing));
    } else {
      things_[next_++ % size_max_] = std::move(thing);
    }
  }
  bool empty() const { return things_.empty(); }
  const Thing& Draw(Random& random) const { return things_[random.Below(things_.size())]; }
  const std::vector<Thing>& things() const { return things_; }

 private:
  const size_t size_max_;
  size_t next_ = 0;
  std::vector<Thing> things_;
};

class Witness {
 public:
  struct Voucher {
    std::string redemption_id;
    std::string hash;
  };
  struct Seen {
    int64_t time_ms;
    std::string value;
  };

  Witness();

  void See(int64_t time_ms, std::string_view value);

  // An id of that type; a made-up one where none was seen.
  std::string Draw(Noun noun, Random& random) const;
  // One whose own prefix says that the attacker made it, most of the time.
  std::string DrawOwn(Noun noun, Random& random) const;
  // Empty where there is none.
  std::string PartnerOf(const std::string& item_id) const;
  std::string PartnerOfRedemption(const std::string& redemption_id) const;
  const Ring<Voucher>& vouchers() const { return vouchers_; }
  const Ring<Seen>& records() const { return records_; }

 private:
  struct Pair {
    std::string first;
    std::string second;
  };
  void SeeIds(const google::protobuf::Message& body);

  std::vector<Ring<std::string>> ids_;
  Ring<Voucher> vouchers_{256};
  Ring<Pair> items_{256};        // item, partner
  Ring<Pair> redemptions_{256};  // redemption, item
  Ring<Seen> records_{2'048};
  v1::Event event_;
};

}  // namespace merit
