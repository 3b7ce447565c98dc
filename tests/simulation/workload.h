// The log of a seed: a few hundred records of one to three small cities, honest, hostile or both.
//
//   Output   equal seeds give equal logs
#pragma once

#include <cstdint>

#include "engine/log/memory_log.h"
#include "simulator/simulator.h"

namespace merit {

SimulationOptions WorkloadOf(uint64_t seed);

// Appends the records of that workload to an empty log.
void WriteWorkload(const SimulationOptions& options, MemoryLog* log);

}  // namespace merit
