#!/usr/bin/env bash
# From a clean checkout to a running programme: installs, builds, runs `merit demo` with the same arguments.
#
#   deploy/demo.sh [ARGUMENTS]              needs no broker
#   deploy/demo.sh --kafka [ARGUMENTS]      then sends the same log through Apache Kafka, with an engine that is
#                                           killed on the way, and compares what came of it
set -euo pipefail
cd "$(dirname "$0")/.."

kafka=
if [[ ${1:-} == --kafka ]]; then
  kafka=1
  shift
fi
deploy/setup.sh ${kafka:+--broker}
[[ -x build/release/merit ]] || echo "Building merit; the first time takes some minutes"
deploy/build.sh release merit
if [[ -n $kafka ]]; then exec deploy/demo_kafka.sh "$@"; fi
exec build/release/merit demo "$@"
