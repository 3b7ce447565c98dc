// What people decide about a driver, as other rules need it.
#pragma once

#include "engine/core/fold.h"

namespace merit {

// Whether a driver is suspended in that scope on that day.
bool IsSuspended(City& city, const DriverRow& driver, v1::SuspensionScope scope, int32_t day);

// Takes a violation back: by a rescinding event or a won appeal. It must be active.
void Rescind(Fold& fold, uint32_t violation);

}  // namespace merit
