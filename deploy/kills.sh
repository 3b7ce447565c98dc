#!/usr/bin/env bash
# Kills the engine as often as you like, under load, on a real broker: one process, and three that share the work.
# Then everything that a reader sees is compared with a calm fold of the same records.
#
#   deploy/kills.sh [COUNT]     2000 where none is given: about 20 minutes on two cores
#
# MERIT_KAFKA_VERSION: another broker than 3.9.2.
set -euo pipefail
cd "$(dirname "$0")/.."

count=${1:-2000}
if ! [[ $count =~ ^[0-9]+$ && $count -ge 1 ]]; then
  sed -n '5,7s/^# *//p' "$0" >&2
  exit 2
fi
deploy/setup.sh --broker
deploy/broker/jars.sh > /dev/null
deploy/build.sh release
MERIT_KILLS=$count exec build/release/tests/kafka/kafka_engine_test '--gtest_filter=Killing.*'
