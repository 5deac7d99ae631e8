#!/usr/bin/env bash
# Install a package of the system (Debian, Ubuntu) that some tests need, or say why not: system-package.sh COMMAND PACKAGE
set -euo pipefail

command=$1 package=$2 as_root=()
say() { echo "$package: $*; tests that need it are skipped" >&2; }

if command -v "$command" >/dev/null; then exit; fi
if ! command -v apt-get >/dev/null; then say "not installed: there is no apt-get"; exit; fi
if [ "$(id -u)" != 0 ]; then
  if ! sudo -n true 2>/dev/null; then say "not installed: that needs root"; exit; fi
  as_root=(sudo -n)
fi
{ "${as_root[@]}" apt-get -qq update &&
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends "$package"; } >&2 ||
  say "not installed: apt-get could not get it"
