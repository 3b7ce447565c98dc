#!/usr/bin/env bash
# Prints the folder that holds an Apache Kafka broker's jars; fetches them from Maven Central the first time (46 MB).
#
#   deploy/broker/jars.sh [VERSION]     that of MERIT_KAFKA_VERSION where none is given, or 3.9.2
set -euo pipefail

version=${1:-${MERIT_KAFKA_VERSION:-3.9.2}}
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/merit
jars=$cache/kafka-$version
if [[ ! -d $jars ]]; then
  if ! command -v mvn > /dev/null; then
    echo "deploy/broker/jars.sh: Maven is not there; run deploy/setup.sh --broker" >&2
    exit 1
  fi
  mkdir -p "$cache"
  work=$(mktemp -d "$cache/.kafka-$version-XXXXXX")
  trap 'rm -rf "$work"' EXIT
  echo "Fetching Apache Kafka $version; only this once, about a minute" >&2
  if ! mvn -q -B -f "$(dirname "$0")/pom.xml" "-Dkafka.version=$version" dependency:copy-dependencies \
    "-DoutputDirectory=$work/jars" < /dev/null > "$work/log" 2>&1; then
    tail -n 15 "$work/log" >&2
    echo "deploy/broker/jars.sh: Apache Kafka $version could not be fetched; is Maven Central in reach?" >&2
    exit 1
  fi
  # Whole or not at all; who comes second finds it there.
  mv -T "$work/jars" "$jars" 2> /dev/null || [[ -d $jars ]]
fi
echo "$jars"
