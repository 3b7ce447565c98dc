// --memory of the commands that fold: how much of the state stays in memory.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>

namespace merit {

inline constexpr uint64_t kMemoryUsual = uint64_t{2} << 30;

// bytes: kMemoryUsual until it is parsed.
inline void OfferMemory(CLI::App* command, uint64_t* bytes) {
  command
      ->add_option("--memory", *bytes, "for rows and store, like 512M; what is more stays on disk")
      ->transform(CLI::AsSizeValue(false))
      ->check(CLI::Range(uint64_t{64} << 20, uint64_t{1} << 50))
      ->option_text("BYTES [2G]");
}

}  // namespace merit
