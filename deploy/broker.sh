#!/usr/bin/env bash
# An Apache Kafka broker for a desk: real, on loopback alone, one copy of everything, its data in var/broker.
#
#   deploy/broker.sh start [PORT]    starts it where it does not run; prints its address, for --brokers (9092)
#   deploy/broker.sh stop            its data stays
#   deploy/broker.sh wipe            stops it, and removes its data
#   deploy/broker.sh status          its address, or that it does not run (exit status 1)
#
# MERIT_KAFKA_VERSION: another than 3.9.2. What one version has written an older one may not read: wipe in between.
set -euo pipefail
cd "$(dirname "$0")/.."

home=$PWD/var/broker
log=$home/broker.log

usage() {
  sed -n '4,7s/^# *//p' deploy/broker.sh >&2
  exit 2
}

# The process that serves our folder; nothing where none does. A process id may have become another program's.
process() {
  local id
  id=$(cat "$home/process" 2> /dev/null) || return 0
  if grep -qaF "$home" "/proc/$id/cmdline" 2> /dev/null; then echo "$id"; fi
}

address() { echo "127.0.0.1:$(cat "$home/port")"; }

# Whether it answers: the request that every client begins with, ApiVersions, and the first byte of what comes back.
answers() {
  local byte
  byte=$(exec 2> /dev/null 4<> "/dev/tcp/127.0.0.1/$1" &&
    printf '\0\0\0\012\0\022\0\0\0\0\0\1\377\377' >&4 && timeout 2 head -c 1 <&4 | od -An -tu1) || return 1
  [[ -n $byte ]]
}

start() {
  local port=${1:-}
  if [[ -n $(process) ]]; then
    if [[ -n $port && $port != "$(cat "$home/port")" ]]; then
      echo "deploy/broker.sh: it runs on $(address); to move it: deploy/broker.sh stop, then start $port" >&2
      exit 1
    fi
    address
    return
  fi
  port=${port:-9092}
  if ! [[ $port =~ ^[0-9]+$ && $port -ge 1 && $port -le 65534 ]]; then usage; fi
  for taken in "$port" "$((port + 1))"; do
    if (exec 4<> "/dev/tcp/127.0.0.1/$taken") 2> /dev/null; then
      echo "deploy/broker.sh: port $taken is taken; name another, of two that are free: deploy/broker.sh start 19092" >&2
      exit 1
    fi
  done
  deploy/setup.sh --broker >&2
  deploy/broker/jars.sh > /dev/null
  mkdir -p "$home"
  echo "$port" > "$home/port"
  # A session of its own: an interrupt on this terminal is not the broker's.
  setsid deploy/broker/serve.sh "$home" "$port" "$((port + 1))" > "$log" 2>&1 < /dev/null &
  echo $! > "$home/process"
  for _ in {1..300}; do
    if answers "$port"; then
      address
      return
    fi
    kill -0 "$(cat "$home/process")" 2> /dev/null || break
    sleep 0.1
  done
  echo "deploy/broker.sh: the broker did not come up; the end of $log:" >&2
  tail -n 15 "$log" >&2
  stop
  exit 1
}

stop() {
  local id
  id=$(process)
  [[ -n $id ]] || return 0
  kill "$id"
  for _ in {1..300}; do
    kill -0 "$id" 2> /dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$id" # half a minute was enough; what it had acknowledged is on the disk
}

case ${1:-} in
  start) start "${2:-}" ;;
  stop) stop ;;
  wipe)
    stop
    rm -rf "$home"
    ;;
  status)
    if [[ -z $(process) ]]; then
      echo "not running; deploy/broker.sh start"
      exit 1
    fi
    address
    ;;
  *) usage ;;
esac
