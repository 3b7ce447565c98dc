// The commands of the `merit` binary: one file each, listed once in main.cc.
//
// A command file defines `void Add<Name>(CLI::App& app, Run& run)`: it adds its subcommand with
// options and a description that teaches, and a callback that sets `run` to what is done once the
// whole command line is parsed. What is done returns an ExitCode; errors go to stderr as "merit
// <command>: what happened, where; what to do".
#pragma once

#include <CLI/CLI.hpp>
#include <functional>

#include "engine/base/status.h"

namespace merit {

enum ExitCode : int {
  kExitOk = 0,
  kExitDifferent = 1,  // something was checked and does not hold
  kExitUsage = 2,      // the command line or an input file asks for what cannot be
  kExitDataLoss = 3,   // damaged or missing bytes
  kExitNewer = 4,      // a newer program wrote what this one does not know
  kExitFailed = 5,     // the outside failed: disk, broker, permission
};

using Run = std::function<int()>;

// Prints "merit <command>: message" and gives the exit code of its kind.
int Report(const char* command, const Status& status);

void AddSimulate(CLI::App& app, Run& run);
void AddImport(CLI::App& app, Run& run);
void AddReplay(CLI::App& app, Run& run);
void AddEngine(CLI::App& app, Run& run);
void AddState(CLI::App& app, Run& run);
void AddLedger(CLI::App& app, Run& run);
void AddExplain(CLI::App& app, Run& run);
void AddTop(CLI::App& app, Run& run);
void AddScore(CLI::App& app, Run& run);
void AddStats(CLI::App& app, Run& run);
void AddBulletins(CLI::App& app, Run& run);
void AddFlags(CLI::App& app, Run& run);
void AddDemo(CLI::App& app, Run& run);
void AddTopics(CLI::App& app, Run& run);
void AddKeygen(CLI::App& app, Run& run);
void AddSubmit(CLI::App& app, Run& run);
void AddTail(CLI::App& app, Run& run);
void AddClock(CLI::App& app, Run& run);
void AddArchive(CLI::App& app, Run& run);

}  // namespace merit
