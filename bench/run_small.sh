#!/bin/sh
# Runs every bench on a small log, so that none rots.
#
#   bench/run_small.sh BUILD_DIRECTORY
set -eu
build=$1
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

"$build/merit" simulate --out "$scratch/log" --drivers 300 --days 40 --cities 2 > "$scratch/simulate"
"$build/bench/merit-bench-replay" "$scratch/log" "$scratch/state" --stages | tee "$scratch/replay"
"$build/bench/merit-bench-restart" "$scratch/log" "$scratch/state" | tee "$scratch/restart"
"$build/bench/merit-bench-days" "$scratch/log" | tee "$scratch/days"

# All three computed the same.
for name in replay restart days; do
  grep ' outcome_root ' "$scratch/$name" > "$scratch/$name.roots"
  cmp "$scratch/replay.roots" "$scratch/$name.roots"
done
test "$(wc -l < "$scratch/days.roots")" -eq 2
