#!/usr/bin/env bash
# Builds one configuration in its own folder. Nothing changed: about a second.
#
#   deploy/build.sh PRESET [TARGET]     release, dev, asan, tsan (CMakePresets.json), or clang: release by clang
set -euo pipefail
cd "$(dirname "$0")/.."

preset=${1:?usage: deploy/build.sh PRESET [TARGET]}
target=${2:-all}
folder=build/$preset
configured=$folder/configured

# Ninja runs CMake again by itself when a CMakeLists.txt has changed; the rest is seen here: a first time, changed
# presets, and a checkout that was moved.
if [[ ! -e $configured || CMakePresets.json -nt $configured ]] ||
  ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$PWD" "$folder/CMakeCache.txt"; then
  arguments=(--preset "$preset")
  if [[ $preset == clang ]]; then
    arguments=(--preset release -B "$folder" -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++)
  fi
  # The distribution's Python is the one that deploy/setup.sh gives its modules.
  [[ ! -x /usr/bin/python3 ]] || arguments+=(-DPython3_EXECUTABLE=/usr/bin/python3)
  echo "Configuring $folder"
  cmake --fresh "${arguments[@]}" > /dev/null
  touch "$configured"
fi

# On a terminal Ninja redraws one line; elsewhere only what goes wrong is worth a line.
build=(cmake --build "$folder" --target "$target" --parallel "$(nproc)")
if [[ -t 1 ]]; then
  "${build[@]}"
else
  "${build[@]}" -- --quiet | { grep -v '^ninja: no work to do' || true; }
fi
