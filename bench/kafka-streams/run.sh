#!/usr/bin/env bash
# The same job by merit engine and by Kafka Streams, in turn, on the same bytes. README.md says what
# is compared.
#
#   bench/kafka-streams/run.sh [--small] [--events N] [--rounds N] ...     --help has the rest
#
# Needs the release build of merit (deploy/build.sh release), a JDK (17 or newer), Maven, and Maven
# Central the first time.
set -euo pipefail
cd "$(dirname "$0")/../.."

for needed in javac mvn; do
  if ! command -v "$needed" > /dev/null; then
    echo "run.sh: $needed is not there; install default-jdk-headless and maven" >&2
    exit 1
  fi
done
built=build/kafka-streams/kafka-streams-peer-1.jar
sources=(bench/kafka-streams/pom.xml bench/kafka-streams/src proto)
if [[ ! -e $built || -n $(find "${sources[@]}" -newer "$built" -print -quit) ]]; then
  echo "Building the peer; about a minute" >&2
  mvn -q -B -f bench/kafka-streams/pom.xml package < /dev/null >&2
fi
exec python3 bench/kafka-streams/run.py "$@"
