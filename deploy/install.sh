#!/usr/bin/env bash
# Installs one of requirements/*.txt into a virtual environment, exactly the files whose hashes are written there.
#   install.sh VENV base|dev
# uv does in ten seconds what takes pip more than a minute; where only pip knows the way (a mirror of its own), pip does it.
set -euo pipefail
cd "$(dirname "$0")/.."
python=$1/bin/python wanted=requirements/$2.txt
pip() { "$python" -m pip install --quiet --disable-pip-version-check --require-hashes -r "$1"; }
pinned=$(mktemp)
trap 'rm -f "$pinned"' EXIT
awk '/^uv==/ { found = 1 } found { print } found && !/\\$/ { exit }' requirements/dev.txt > "$pinned"
pip "$pinned" && "$1/bin/uv" pip install --quiet --python "$python" --require-hashes -r "$wanted" || pip "$wanted"
