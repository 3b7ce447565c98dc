#!/usr/bin/env bash
# The same job by merit engine and by Kafka Streams, in turn, on the same bytes; README.md says what is compared.
#
#   bench/kafka-streams/run.sh [--small] [--events N] [--rounds N] [--partitions N] ...     --help has the rest
#
# Needs the release build of merit (deploy/build.sh release), Java 17 or newer, Maven, and Maven Central the first time.
set -euo pipefail
cd "$(dirname "$0")/../.."

built=build/kafka-streams/kafka-streams-peer-1.jar
if [[ ! -e $built || -n $(find bench/kafka-streams/pom.xml bench/kafka-streams/src proto -newer "$built" | head -n 1) ]]; then
  echo "Building the peer; about a minute" >&2
  mvn -q -B -f bench/kafka-streams/pom.xml package < /dev/null >&2
fi
exec python3 bench/kafka-streams/run.py "$@"
