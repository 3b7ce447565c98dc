// The one definition of a percentile: of n samples in order, counted from 0, the one at
// floor(share * n), or the last. It is one of the samples; at least the share of them is not above
// it.
#pragma once

#include <algorithm>
#include <vector>

namespace merit {

// share: 0 to 1, the largest. Sorts the samples; 0 where there are none.
inline double Percentile(std::vector<double>* samples, double share) {
  if (samples->empty()) return 0;
  std::sort(samples->begin(), samples->end());
  const auto place = static_cast<size_t>(share * static_cast<double>(samples->size()));
  return (*samples)[std::min(place, samples->size() - 1)];
}

}  // namespace merit
