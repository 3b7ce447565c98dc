#!/usr/bin/env bash
# Installs, builds, and runs every test there is. The last line counts them; the exit status is 0 if none failed.
#
#   deploy/test.sh            the release build, then the auditor
#   deploy/test.sh --quick    without the tests that are marked slow
#   deploy/test.sh --asan     with address and undefined behaviour sanitizers, without the auditor
#   deploy/test.sh --tsan     with the thread sanitizer, likewise, and without those against a broker
#   deploy/test.sh --clang    the release build by clang, likewise
#
# Some of the tests that need a broker run on the newest one, too (deploy/broker/newest; ctest's label "newest").
# MERIT_KAFKA_VERSION: another broker than 3.9.2 for all others: 4.3.1 for example.
set -euo pipefail
cd "$(dirname "$0")/.."

preset=release
selection=()
case ${1:-} in
  '') ;;
  --quick) selection=(--label-exclude slow) ;;
  --asan | --clang) preset=${1#--} ;;
  # What librdkafka, which is not built so, keeps in order with atomics, the thread sanitizer cannot see.
  --tsan) preset=tsan selection=(--label-exclude kafka) ;;
  *)
    sed -n '4,8s/^# *//p' "$0" >&2
    exit 2
    ;;
esac

if [[ $preset == clang ]]; then deploy/setup.sh --broker --clang; else deploy/setup.sh --broker; fi
deploy/broker/jars.sh > /dev/null
deploy/broker/jars.sh "$(< deploy/broker/newest)" > /dev/null
deploy/build.sh "$preset"

export TSAN_OPTIONS="suppressions=$PWD/deploy/tsan.supp ${TSAN_OPTIONS:-}"

# Both runners write what they counted as JUnit; `attribute NAME FILE` is its sum over the suites of a file.
attribute() {
  tr '\n\t' '  ' < "$2" | { grep -o '<testsuite [^>]*' || true; } | { grep -o " $1=\"[0-9]*\"" || true; } |
    tr -dc '0-9\n' | awk '{ sum += $1 } END { print sum + 0 }'
}

passed=0 failed=0 skipped=0
count() {
  local all bad idle
  all=$(attribute tests "$1")
  bad=$(($(attribute failures "$1") + $(attribute errors "$1")))
  idle=$(($(attribute skipped "$1") + $(attribute disabled "$1")))
  passed=$((passed + all - bad - idle)) failed=$((failed + bad)) skipped=$((skipped + idle))
}

# A suite that could not even be run is a failure of its own.
run() {
  local report=$PWD/build/$preset/$1.xml
  rm -f "$report"
  shift
  local status=0
  "$@" "$report" || status=$?
  local before=$failed
  [[ ! -e $report ]] || count "$report"
  if [[ $status -ne 0 && $failed -eq $before ]]; then failed=$((failed + 1)); fi
}

run engine ctest --test-dir "build/$preset" -j2 --output-on-failure --no-tests=error "${selection[@]}" --output-junit
if [[ $preset == release && -e consumers/auditor/pyproject.toml ]]; then
  python=python3
  [[ ! -x /usr/bin/python3 ]] || python=/usr/bin/python3
  run auditor env PYTHONDONTWRITEBYTECODE=1 \
    "$python" -m pytest -q -p no:cacheprovider --rootdir consumers/auditor -c consumers/auditor/pyproject.toml \
    consumers/auditor/tests --junitxml
fi

# What went wrong stands far above by now: its lines once more.
if [[ $failed -gt 0 ]]; then
  grep -A 12 ': Failure$' "build/$preset/Testing/Temporary/LastTest.log" | head -n 150 || true
fi
echo "$passed passed, $failed failed, $skipped skipped"
[[ $failed -eq 0 ]]
