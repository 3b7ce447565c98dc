#!/usr/bin/env bash
# The demonstration's log once more, through a broker: what deploy/demo.sh --kafka runs.
set -euo pipefail
cd "$(dirname "$0")/.."

merit=build/release/merit
home=$PWD/var/demo-kafka
prefix=demo-$(date +%s)
brokers=$(deploy/broker.sh start)
kafka=(--brokers "$brokers" --prefix "$prefix")
engine=

end() {
  [[ -z $engine ]] || kill "$engine" 2> /dev/null || true
  wait
}
trap end EXIT

start_engine() {
  "$merit" engine --brokers "$brokers" --prefix "$prefix" --group "$prefix" --state-dir "$home/state" \
    2>> "$home/engine.log" &
  engine=$!
}

# The seal's roots, from a line of JSON that may have them in base64 or in hexadecimal.
roots() {
  python3 -c '
import base64, json, sys
seal = json.loads(sys.stdin.read())
seal = seal.get("last_seal") or seal
seal = seal["cities"][0]["last_seal"] if "cities" in seal else seal
root = seal["outcome_root"]
print(seal["city_seq"], root if len(root) == 64 else base64.b64decode(root).hex())'
}

rm -rf "$home"
mkdir -p "$home"
# A quarter of a big city; any other with the options of merit demo.
[[ $# -gt 0 ]] || set -- --drivers 5000 --days 120
"$merit" demo --out "$home/demo" "$@"
expected=$("$merit" demo --out "$home/demo" --json "$@" | roots)

echo
echo "The same log through Kafka at $brokers, topics $prefix.*"
"$merit" topics create "${kafka[@]}" --partitions 1 --timestamps producer > "$home/topics.log"
start_engine
"$merit" submit "$home/demo/log" "${kafka[@]}" --wait --timeout 60 > "$home/outcomes.jsonl" 2> "$home/submit.log" &
submit=$!
sleep 1
kill -KILL "$engine" && wait "$engine" 2> /dev/null || true
echo "  the engine was killed (kill -9) and is started again"
start_engine
wait "$submit" || [[ $? -eq 1 ]] # 1: some events were refused, and that is right
echo "  $(tail -n 1 "$home/submit.log")"
live=$("$merit" tail seals "${kafka[@]}" | tail -n 1 | roots)
kill "$engine" && wait "$engine" || true
engine=
"$merit" archive "${kafka[@]}" --out "$home/archive" > "$home/archive.log"
again=$("$merit" replay "$home/archive/intake/0" --json | roots)

echo "  last seal, city_seq and outcome_root:"
echo "    without a broker    $expected"
echo "    through Kafka       $live"
echo "    archived, replayed  $again"
if [[ $expected != "$live" || $expected != "$again" ]]; then
  echo "They differ; everything is in $home" >&2
  exit 1
fi
echo "The broker still runs: deploy/broker.sh stop, or wipe"
