#!/usr/bin/env bash
# Runs a broker in the foreground, in a folder that it makes or finds; the next free port is its controller's.
#
#   deploy/broker/serve.sh DIRECTORY PORT CONTROLLER_PORT
#
# MERIT_KAFKA_VERSION another broker (3.9.2; 4.x needs Java 17); MERIT_KAFKA_JAVA the Java machine's options;
# MERIT_KAFKA_PROPERTIES lines for server.properties, which win; MERIT_KAFKA_CLUSTER the id of a new cluster.
set -euo pipefail

directory=${1:?DIRECTORY} port=${2:?PORT} controller_port=${3:?CONTROLLER_PORT}
here=$(cd "$(dirname "$0")" && pwd)
jars=$("$here/jars.sh")
quiet=(-Dorg.slf4j.simpleLogger.defaultLogLevel=warn -Dlog4j2.StatusLogger.level=OFF)
read -ra machine <<< "${MERIT_KAFKA_JAVA:--Xmx1g}"

mkdir -p "$directory"
directory=$(cd "$directory" && pwd)
sed -e "s/@PORT@/$port/g" -e "s/@CONTROLLER_PORT@/$controller_port/g" -e "s|@DIRECTORY@|$directory|g" \
  "$here/server.properties" > "$directory/server.properties"
printf '%s\n' "${MERIT_KAFKA_PROPERTIES:-}" >> "$directory/server.properties"
if [[ ! -e $directory/log/meta.properties ]]; then
  java -XX:TieredStopAtLevel=1 -XX:+UseSerialGC "${quiet[@]}" -cp "$jars/*" kafka.tools.StorageTool format \
    -t "${MERIT_KAFKA_CLUSTER:-bWVyaXQtYnJva2VyLTAwMQ}" -c "$directory/server.properties" --ignore-formatted > /dev/null
fi
exec java "${machine[@]}" "${quiet[@]}" -cp "$jars/*" kafka.Kafka "$directory/server.properties"
