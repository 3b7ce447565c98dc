#!/usr/bin/env bash
# Installs what merit is built and tested with, from Debian's own packages (12 or 13); librdkafka from a newer one's
# source where it has to be.
# With everything there it takes a fraction of a second.
#
#   deploy/setup.sh [--broker] [--clang]     what Apache Kafka needs too (Java, Maven); the second compiler too
set -euo pipefail

packages=(
  # the build
  git g++ cmake ninja-build ccache pkgconf protobuf-compiler
  # the libraries that the CMakeLists.txt files look for
  libabsl-dev libbenchmark-dev libcli11-dev libcpp-httplib-dev libgtest-dev libjemalloc-dev libprotobuf-dev libpugixml-dev
  librocksdb-dev libspdlog-dev libssl-dev libxxhash-dev libzstd-dev nlohmann-json3-dev prometheus-cpp-dev zlib1g-dev
  # librdkafka's, which deploy/librdkafka.sh makes where the distribution's is too old
  liblz4-dev make
  # time zones of imported tables
  tzdata
  # the auditor, and the tests that ask it
  python3 python3-cryptography python3-protobuf python3-pytest python3-zstandard
)
. /etc/os-release 2> /dev/null || true
if [[ ${ID:-} == debian && ${VERSION_ID:-13} -ge 13 ]]; then packages+=(librdkafka-dev); fi

for option in "$@"; do
  case $option in
    --clang) packages+=(clang) ;;
    --broker)
      command -v java > /dev/null || packages+=(default-jre-headless)
      command -v mvn > /dev/null || packages+=(maven)
      ;;
    *)
      echo "deploy/setup.sh: unknown option $option; there are --broker and --clang" >&2
      exit 2
      ;;
  esac
done

if ! command -v dpkg-query > /dev/null || ! command -v apt-get > /dev/null; then
  echo "deploy/setup.sh: this is not Debian; install what these packages hold:" >&2
  printf '  %s\n' "${packages[*]}" >&2
  exit 1
fi

installed=$(dpkg-query -W -f '${db:Status-Abbrev}${binary:Package}\n' | sed -n 's/^ii *\([^:]*\).*/\1/p')
missing=()
for package in "${packages[@]}"; do
  grep -qxF -e "$package" <<< "$installed" || missing+=("$package")
done
if [[ ${#missing[@]} -eq 0 ]]; then exec "$(dirname "$0")/librdkafka.sh"; fi

root=()
[[ $(id -u) -eq 0 ]] || root=(sudo)
if [[ ${#root[@]} -eq 0 ]] || command -v sudo > /dev/null; then
  echo "Installing ${#missing[@]} packages and what they need: ${missing[*]}"
  if "${root[@]}" apt-get -qq update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -qq install -y --no-install-recommends "${missing[@]}" > /dev/null; then
    exec "$(dirname "$0")/librdkafka.sh"
  fi
fi
echo "deploy/setup.sh: these packages could not be installed; run this as root, then start again:" >&2
echo "  apt-get update && apt-get install -y --no-install-recommends ${missing[*]}" >&2
exit 1
