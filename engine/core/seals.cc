#include "engine/core/seals.h"

#include <algorithm>
#include <charconv>

#include "engine/core/decimal.h"
#include "merit/v1/seal.pb.h"

namespace merit {
namespace {

Digest LeafOf(const DriverRow& driver) {
  char line[kIdSizeMax + 6 * (1 + kDecimalMax64) + 1 + kDecimalMax];
  char* end = std::copy(driver.id.view().begin(), driver.id.view().end(), line);
  for (int64_t number :
       {driver.available_pts, driver.held_pts, driver.arrears_pts,
        static_cast<int64_t>(driver.approved), static_cast<int64_t>(driver.decided),
        static_cast<int64_t>(driver.contrib_count)}) {
    *end++ = '\t';
    end = std::to_chars(end, std::end(line), number).ptr;
  }
  *end++ = '\t';
  end = PutDecimal(end, driver.sums[0] + driver.sums[1] + driver.sums[2] - driver.sums[3]);
  return MerkleLeaf({line, static_cast<size_t>(end - line)});
}

Digest AccountRoot(City& city) {
  std::vector<uint32_t> stale = city.TakeDue(ListKind::kStaleLeaves, 0);
  std::sort(stale.begin(), stale.end());
  constexpr size_t kAhead = 4;
  for (size_t place = 0; place < stale.size(); ++place) {
    if (place + kAhead < stale.size()) city.drivers.PrefetchRow(stale[place + kAhead]);
    const uint32_t driver = stale[place];
    DriverRow& row = city.drivers.Edit(driver);
    row.leaf_stale = false;
    city.accounts.Set(driver, LeafOf(row));
  }
  return city.accounts.Root();
}

}  // namespace

std::string SealDay(City& city, int32_t day, uint64_t city_seq) {
  v1::DaySeal seal;
  seal.set_city_code(city.code);
  seal.set_day(day);
  seal.set_city_seq(city_seq);
  seal.set_log_size(city.log_tree.size());
  seal.set_log_root(std::string(AsBytes(city.log_tree.Root())));
  seal.set_account_root(std::string(AsBytes(AccountRoot(city))));
  seal.set_account_count(city.accounts.size());
  const Totals& totals = city.row.totals;
  v1::DaySeal::Totals& out = *seal.mutable_totals();
  out.set_issued(totals.issued);
  out.set_available(totals.available);
  out.set_held(totals.held);
  out.set_arrears(totals.arrears);
  out.set_partner(totals.partner);
  out.set_settled(totals.settled);
  out.set_expired(totals.expired);
  out.set_forfeited(totals.forfeited);
  out.set_clawed(totals.clawed);
  seal.set_policy_version(city.PolicyOn(day + 1).version());
  seal.set_outcome_count(city.outcome_tree.size());
  seal.set_outcome_root(std::string(AsBytes(city.outcome_tree.Root())));
  seal.set_prev_seal_sha256(city.row.last_seal_hash);
  std::string bytes = seal.SerializeAsString();
  city.row.last_seal_hash = std::string(AsBytes(Sha256(bytes)));
  return bytes;
}

}  // namespace merit
