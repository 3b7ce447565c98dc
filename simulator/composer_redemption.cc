#include "simulator/composer.h"

namespace merit {
namespace {

using E = v1::Event;

}  // namespace

void Composer::ComposeItem(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_ADMIN));
  if (number == E::kItemListed) {
    v1::ItemListed* listed = event->mutable_item_listed();
    listed->set_item_id(Coin(950) ? NewId("I") : Any(Noun::kItem));
    listed->set_partner_id(ProducerIdOf(v1::ROLE_PARTNER));
    if (Coin()) event->set_producer_id(listed->partner_id());
    listed->set_kind(static_cast<v1::ItemKind>(1 + random_.Below(9u)));
    listed->set_price_pts(Coin(50) ? 1'000'000 : random_.Day(1, 60));
    listed->set_settle_fen(Coin(50) ? 1'000'000'000 : random_.Between(0, 9'000));
    listed->set_stock(Coin(50) ? 1'000'000'000 : random_.Day(0, 20));
    if (Coin()) {
      listed->set_per_driver_limit(Coin(50) ? 1'000 : random_.Day(1, 2));
      listed->set_limit_period(static_cast<v1::LimitPeriod>(1 + random_.Below(4u)));
    }
    listed->set_voucher_days(Coin(50) ? 730 : random_.Day(1, 10));
    listed->set_on_expire(Coin() ? v1::ON_EXPIRE_REFUND : v1::ON_EXPIRE_FORFEIT);
    listed->set_return_days(Coin(300) ? 0 : Coin(50) ? 365 : random_.Day(1, 10));
    listed->set_cancellable(Coin(700));
    listed->set_open_day(Near(-5, 2));
    listed->set_close_day(listed->open_day() + random_.Day(0, 60));
    return;
  }
  const bool own = number == E::kItemClosed;
  const std::string item = own ? witness_.DrawOwn(Noun::kItem, random_) : Any(Noun::kItem);
  const std::string partner = witness_.PartnerOf(item);
  if (Coin(700) && !partner.empty()) event->set_producer_id(partner);
  if (own) {
    event->mutable_item_closed()->set_item_id(item);
  } else {
    event->mutable_stock_adjusted()->set_item_id(item);
    const int32_t delta = Coin(100) ? 1'000'000'000 : random_.Day(1, 20);
    event->mutable_stock_adjusted()->set_delta(Coin() ? delta : -delta);
  }
}

void Composer::ComposeRedemption(int number, v1::Event* event) {
  event->set_producer_id(ProducerIdOf(v1::ROLE_APP));
  std::string redemption = Any(Noun::kRedemption);
  std::string hash = Hash();
  const bool known = number >= E::kVoucherVerified && Coin(850) && !witness_.vouchers().empty();
  if (known) {
    const Witness::Voucher& voucher = witness_.vouchers().Draw(random_);
    redemption = voucher.redemption_id;
    hash = voucher.hash;
  }
  std::string partner = witness_.PartnerOfRedemption(redemption);
  if (partner.empty() || Coin(50)) partner = ProducerIdOf(v1::ROLE_PARTNER);
  switch (number) {
    case E::kRedemptionRequested: {
      v1::RedemptionRequested* requested = event->mutable_redemption_requested();
      requested->set_redemption_id(Coin(960) ? NewId("X") : Any(Noun::kRedemption));
      requested->set_driver_id(Any(Noun::kDriver));
      requested->set_item_id(Any(Noun::kItem));
      break;
    }
    case E::kRedemptionCancelled:
      event->mutable_redemption_cancelled()->set_redemption_id(redemption);
      break;
    case E::kVoucherIssued:
      if (Coin()) event->set_producer_id(partner);
      event->mutable_voucher_issued()->set_redemption_id(redemption);
      event->mutable_voucher_issued()->set_voucher_hash(hash);
      break;
    case E::kVoucherVerified:
      event->set_producer_id(partner);
      event->mutable_voucher_verified()->set_redemption_id(redemption);
      event->mutable_voucher_verified()->set_partner_id(Coin(950) ? partner
                                                                  : ProducerIdOf(v1::ROLE_PARTNER));
      event->mutable_voucher_verified()->set_voucher_hash(hash);
      break;
    case E::kVoucherVoided:
      event->set_producer_id(Coin() ? partner : ProducerIdOf(v1::ROLE_ADMIN));
      event->mutable_voucher_voided()->set_redemption_id(redemption);
      break;
    case E::kVoucherReturned:
      event->set_producer_id(Coin() ? partner : ProducerIdOf(v1::ROLE_ADMIN));
      event->mutable_voucher_returned()->set_redemption_id(redemption);
      break;
    default: {
      event->set_producer_id(ProducerIdOf(v1::ROLE_FINANCE));
      v1::SettlementBatchClosed* closed = event->mutable_settlement_batch_closed();
      closed->set_batch_id(Coin(900) ? NewId("B") : Any(Noun::kBatch));
      closed->set_partner_id(Any(Noun::kPartner));
      closed->set_month(DateOf(Near(-40, 0)).yyyymm());
      closed->set_count(random_.Day(0, 2));
      closed->set_amount_fen(random_.Between(0, 4'000));
      break;
    }
  }
}

}  // namespace merit
