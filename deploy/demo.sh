#!/usr/bin/env bash
# From a clean checkout to a running programme: installs, builds, runs `merit demo` with the same arguments.
set -euo pipefail
cd "$(dirname "$0")/.."

deploy/setup.sh
[[ -x build/release/merit ]] || echo "Building merit; the first time takes some minutes"
deploy/build.sh release merit
exec build/release/merit demo "$@"
