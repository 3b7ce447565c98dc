// Items of partners, redemptions through every state, and the monthly settlement.
//
//   Caveats  stock, states and settlement figures are the simulator's own; an engine's are the
//            truth
#pragma once

#include <vector>

#include "simulator/town.h"

namespace merit {

class Redemptions {
 public:
  explicit Redemptions(Town& town) : town_(town) {}

  void Start();
  void PlanDay();
  void Run(const Action& action);

 private:
  enum Step : uint8_t {
    kRequest = kRequestStep,
    kListItems,
    kReplaceItem,
    kIssue,
    kCancel,
    kVerify,
    kVoid,
    kReturn,
    kRunOut,
    kSettle,
    kSettleAgain
  };

  struct Item {
    EntityId id;
    uint32_t partner = 0;  // producer
    v1::ItemKind kind = v1::ITEM_KIND_MEAL;
    int32_t price_pts = 0;
    int64_t settle_fen = 0;
    int32_t stock = 0;
    int32_t full_stock = 0;
    int32_t voucher_days = 0;
    int32_t return_days = 0;
    int32_t close_day = 0;
    bool limited = false;
    bool only_one = false;
    bool refunds = true;
    bool cancellable = true;
    bool closed = false;
  };

  struct Redemption {
    EntityId id;
    uint32_t driver = kNobody;
    uint32_t item = 0;
    uint64_t secret = 0;
    int32_t verified_month = 0;
  };

  // What was verified in a month and is not settled.
  struct Tally {
    int32_t month;
    int32_t count;
    int64_t amount_fen;
  };
  struct Account {
    std::vector<Tally> open;
    EntityId batch;
    int32_t settled_month = 0;
  };

  // redemption_items.cc
  void ListItems();
  void List(uint32_t index);
  void ReplaceItem(uint32_t index);
  void Restock(Item* item);
  void PlanSettlements(const Date& date);
  void Settle(uint32_t partner, bool again);
  void Count(uint32_t partner, int32_t month, int32_t count, int64_t amount_fen);

  // redemption.cc
  void Request(uint32_t driver);
  EntityId WriteRequest(uint32_t driver, const Item& item);
  void RequestTooMuch(uint32_t driver);
  uint32_t DrawItem(const Driver& driver);
  void Reserve(uint32_t slot);
  void Issue(uint32_t slot);
  void Cancel(uint32_t slot);
  void Verify(uint32_t slot);
  void Void(uint32_t slot);
  void Return(uint32_t slot);
  void RunOut(uint32_t slot);
  void Release(uint32_t slot);
  void Next(Step step, uint32_t slot, int64_t from_ms, int64_t to_ms);
  template <class Body>
  void Name(uint32_t slot, Body* body) {
    WriteId(Entity::kRedemption, redemptions_[slot].id, body->mutable_redemption_id());
  }

  Town& town_;
  std::vector<Item> items_;
  std::vector<Account> accounts_;  // by partner, from the roster's first one
  Pool<Redemption> redemptions_;
  v1::RedemptionRequested requested_;
  v1::RedemptionCancelled cancelled_;
  v1::VoucherIssued issued_;
  v1::VoucherVerified verified_;
  v1::VoucherVoided voided_;
  v1::VoucherReturned returned_;
};

}  // namespace merit
