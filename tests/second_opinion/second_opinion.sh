#!/usr/bin/env bash
# One simulated log, folded twice: by the engine, and by the auditor, which shares no code with it. They must agree on
# every outcome, score, seal, bulletin and line of the state.
#
#   second_opinion.sh MERIT AUDITOR_SRC SEED
#
# The seed picks the log: its size, how many cities it has, how much of it is hostile, how much is signed.
set -euo pipefail
merit=$1
auditor=$2
seed=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$merit" simulate --out "$work/log" --seed "$seed" --drivers $((5 + seed % 7 * 15)) --days $((35 + seed % 5 * 40)) \
  --cities $((1 + seed % 3)) --hostile $((seed % 4 * 250)) --events 2500 >"$work/simulate.txt"
mkdir "$work/engine"
"$merit" replay "$work/log" --outcomes "$work/engine/outcomes.jsonl" --scores "$work/engine/scores.jsonl" \
  --seals "$work/engine/seals.jsonl" --bulletins "$work/engine/bulletins.jsonl" \
  --state "$work/engine/state.jsonl" >"$work/replay.txt"
PYTHONPATH=$auditor /usr/bin/python3 -m merit_audit "$work/log" --against "$work/engine"
