#include "tests/simulation/coverage.h"

#include <google/protobuf/descriptor.h>

#include <iomanip>
#include <set>
#include <string>

#include "engine/core/rows.h"
#include "engine/rows/table.h"
#include "merit/v1/event.pb.h"

namespace merit {
namespace {

std::string NameOf(const google::protobuf::Descriptor* message, int field) {
  const auto* const found = message->FindFieldByNumber(field);
  return found == nullptr ? "-" : found->name();
}

void PrintOutcomes(const Coverage& coverage, std::ostream& out) {
  out << "event types by outcome:\n";
  std::map<int, std::string> lines;
  for (const auto& [cell, count] : coverage.outcomes) {
    const std::string code = v1::Code_Name(static_cast<v1::Code>(cell.second)).substr(5);
    lines[cell.first] += "  " + code + " " + std::to_string(count);
    std::string details;
    for (const uint32_t detail : coverage.details.at(cell)) {
      if (detail > 0) details += (details.empty() ? " (" : " ") + std::to_string(detail);
    }
    if (!details.empty()) lines[cell.first] += details + ")";
  }
  for (const auto& [type, line] : lines) {
    out << "  " << std::setw(2) << type << " " << std::left << std::setw(28)
        << NameOf(v1::Event::descriptor(), type) << std::right << line << "\n";
  }
}

void PrintTables(const Coverage& coverage, std::ostream& out) {
  out << "tables (puts, erasures, reads, reads of what was evicted):\n";
  for (size_t number = 0; number < coverage.tables.size(); ++number) {
    const TableUse& use = coverage.tables[number];
    if (use.puts + use.erasures + use.reads == 0) continue;
    out << "  " << std::setw(3) << number << std::setw(12) << use.puts << std::setw(10)
        << use.erasures << std::setw(10) << use.reads << std::setw(10) << use.reads_evicted << "\n";
  }
}

}  // namespace

void Print(const Coverage& coverage, std::ostream& out) {
  PrintOutcomes(coverage, out);
  PrintTables(coverage, out);
  out << "calls that failed:";
  for (const auto& [call, count] : coverage.early) out << "  " << call << " " << count;
  out << "\ncalls that failed late:";
  for (const auto& [call, count] : coverage.late) out << "  " << call << " " << count;
  out << "\n"
      << coverage.runs << " seeds, " << coverage.records << " records, " << coverage.lives
      << " engines, " << coverage.kills << " killed, " << coverage.saves << " saves, "
      << coverage.seals << " seals, " << coverage.bulletins << " bulletins, " << coverage.parts
      << " further parts, " << coverage.dead_letters << " dead letters\n";
}

}  // namespace merit
