#!/usr/bin/env bash
# Makes the virtual environment with the first Python that is new enough, or says what is missing.
set -euo pipefail
venv=$1
for name in python3.13 python3.14 python3.12 python3; do
  if command -v "$name" >/dev/null 2>&1 &&
    "$name" -c 'import sys; sys.exit(sys.version_info < (3, 12))' >/dev/null 2>&1; then
    "$name" -m venv "$venv" && exit 0
    rm -rf "$venv"
    echo "$name could not make a virtual environment. On Debian, install python3-venv, then try again." >&2
    exit 1
  fi
done
echo "The academy needs Python 3.12 or newer, and none was found. Install it (python.org, or your system's packages), then try again." >&2
exit 1
