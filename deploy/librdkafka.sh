#!/usr/bin/env bash
# librdkafka 2.8 or newer, because older ones skip records and stall (ARCHITECTURE.md). Where the distribution's own is
# older, Debian's newer source package is built, once, into a cache outside the tree. Needs no root.
#
#   deploy/librdkafka.sh            makes sure that it is there; in place: a few milliseconds
#   deploy/librdkafka.sh --prefix   prints where ours is, or would be: what cmake/Rdkafka.cmake asks
set -euo pipefail

version=2.8.0
package=librdkafka=$version-1
suite=trixie
mirror=http://deb.debian.org/debian
recipe=1  # goes up when what is below builds something else

distribution=$(. /etc/os-release 2> /dev/null && echo "${ID:-linux}${VERSION_ID:-}") || distribution=linux
prefix=${XDG_CACHE_HOME:-${HOME:?}/.cache}/merit/librdkafka-$version-$distribution-$(uname -m)-$recipe
case ${1:-} in
  '') ;;
  --prefix)
    echo "$prefix"
    exit 0
    ;;
  *)
    sed -n '5,6s/^# *//p' "$0" >&2
    exit 2
    ;;
esac
[[ ! -e $prefix/lib/librdkafka.a ]] || exit 0
if pkg-config --atleast-version=2.8 rdkafka 2> /dev/null; then exit 0; fi

work=$(mktemp -d "${TMPDIR:-/tmp}/merit-librdkafka-XXXXXX")
log=$work/log
end() {
  local status=$?
  if [[ $status -ne 0 ]]; then
    {
      echo "deploy/librdkafka.sh: librdkafka $version could not be made; the end of what was tried:"
      tail -n 15 "$log" || true
      echo "It comes from $mirror, suite $suite. Or install librdkafka 2.8 or newer where pkg-config finds it."
    } >&3
  fi
  rm -rf "$work"
}
trap end EXIT

echo "Building librdkafka $version; only this once, about a minute"
cd "$work"
exec 3>&2 > "$log" 2>&1
mkdir -p lists cache/archives/partial source root
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb-src [signed-by=$keyring] $mirror $suite main" > sources.list
# A package list of its own: nothing of the system's changes. The source's signature and checksum are apt's to verify.
apt=(apt-get -q -o "Dir::Etc::sourcelist=$work/sources.list" -o Dir::Etc::sourceparts=-
  -o "Dir::State::lists=$work/lists" -o "Dir::Cache=$work/cache" -o APT::Sandbox::User= -o Acquire::Languages=none)
"${apt[@]}" update
"${apt[@]}" --download-only source "$package"
tar -xf "librdkafka_$version.orig.tar.gz" -C source --strip-components=1
cd source
# POSIX threads, so that a thread sanitizer sees its locks; no Kerberos and no libcurl, which would be needed at run time.
CFLAGS='-g1 -fno-omit-frame-pointer -fPIC' ./configure --prefix="$prefix" --disable-gssapi --disable-curl --disable-c11threads
make -j"$(nproc)" -C src librdkafka.a rdkafka.pc
mkdir -p "$work/root$prefix/lib/pkgconfig" "$work/root$prefix/include/librdkafka"
cp src/librdkafka.a "$work/root$prefix/lib/"
cp src/rdkafka.pc "$work/root$prefix/lib/pkgconfig/"
cp src/rdkafka.h src/rdkafka_mock.h "$work/root$prefix/include/librdkafka/"
cp LICENSES.txt "$work/root$prefix/"
# Whole or not at all; who comes second finds it there.
mkdir -p "$(dirname "$prefix")"
mv -T "$work/root$prefix" "$prefix.$$"
mv -T "$prefix.$$" "$prefix" || rm -rf "$prefix.$$"
[[ -e $prefix/lib/librdkafka.a ]]
