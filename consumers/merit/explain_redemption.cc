#include <cstdio>
#include <string>

#include "consumers/merit/explain.h"
#include "consumers/merit/history.h"
#include "consumers/merit/progress.h"
#include "consumers/merit/text.h"

namespace merit {
namespace {

std::string SlicesText(const RedemptionRow& redemption) {
  std::string text;
  for (const Lot& slice : redemption.slices) {
    text += (text.empty() ? "" : ", ") + DayText(slice.expire_day) + ": " + WithCommas(slice.pts);
  }
  return text;
}

bool IsDue(v1::RedemptionState state) {
  return state == v1::REDEMPTION_STATE_RESERVED || state == v1::REDEMPTION_STATE_ISSUED;
}

void Print(const Explanation& to, const RedemptionRow& redemption, const History& history) {
  const Speaker& say = to.say;
  const auto line = [](const std::string& text) { std::printf("%s\n", text.c_str()); };
  line(say.Fill(Say::kRedemptionOf,
                {redemption.id.str(), redemption.item_id.str(), redemption.driver_id.str(),
                 to.city.key, say(PhraseOf(redemption.state))}));
  line(say.Fill(Say::kRequestedOn,
                {DayText(redemption.request_day), WithCommas(redemption.price_pts)}));
  if (IsDue(redemption.state)) line(say.Fill(Say::kDueOn, {DayText(redemption.due_day)}));
  if (redemption.verified_day > 0)
    line(say.Fill(Say::kVerifiedOn, {DayText(redemption.verified_day)}));
  if (redemption.slices.size() > 0) line(say.Fill(Say::kSlices, {SlicesText(redemption)}));
  if (redemption.item != kNone) {
    const ItemRow item = to.city.items.Get(redemption.item);
    line(say.Fill(Say::kItemTerms, {item.id.str(), to.city.producers.Get(item.partner).id.str(),
                                    WithCommas(item.price_pts), WithCommas(item.settle_fen),
                                    WithCommas(item.stock)}));
  }
  history.Print();
}

void PrintAsJson(const Explanation& to, const RedemptionRow& redemption, const History& history) {
  Json json = {{"kind", "redemption"},
               {"redemption_id", redemption.id.str()},
               {"driver_id", redemption.driver_id.str()},
               {"item_id", redemption.item_id.str()},
               {"city_code", to.city.code},
               {"state", v1::RedemptionState_Name(redemption.state)},
               {"price_pts", redemption.price_pts},
               {"request_day", redemption.request_day},
               {"due_day", IsDue(redemption.state) ? redemption.due_day : 0},
               {"verified_day", redemption.verified_day},
               {"slices", Json::array()},
               {"history", history.json()}};
  for (const Lot& slice : redemption.slices) {
    json["slices"].push_back({{"expire_day", slice.expire_day}, {"pts", slice.pts}});
  }
  PrintJson(json);
}

}  // namespace

Status ExplainRedemption(const Explanation& to, uint32_t number) {
  const RedemptionRow redemption = to.city.redemptions.Get(number);  // a copy: pages may leave
  History history(to.say, to.city);
  RETURN_IF_ERROR(history.Read(to.state, redemption.id.str()));
  to.json ? PrintAsJson(to, redemption, history) : Print(to, redemption, history);
  return OkStatus();
}

}  // namespace merit
