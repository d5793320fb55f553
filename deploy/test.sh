#!/usr/bin/env bash
# Every test: on SQLite with the browser, then again on PostgreSQL and Redis.
#   deploy/test.sh [pytest arguments]     e.g. deploy/test.sh tests/courses -k quiz
# Slow tests that another database would not change run in the first half only. ONLY=sqlite or ONLY=postgres runs one half.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
workers="${WORKERS:-$(getconf _NPROCESSORS_ONLN)}"
$python -c 'import django; from django.conf import settings; settings.configure(LOCALE_PATHS=["lms/locale"]); from lms.kit.catalogues import compile_catalogues; compile_catalogues()'
mkdir -p var
export SQLITE_SYNCHRONOUS=OFF  # a test database need not survive a power cut

if [ "${ONLY:-postgres}" = postgres ] && [ -z "${DATABASE_URL:-}" ]; then
  trap 'deploy/services.sh stop' EXIT
  eval "$(deploy/services.sh start)"
fi
if [ "${ONLY:-sqlite}" = sqlite ]; then
  echo "== SQLite, with the browser =="
  # The tables on PostgreSQL take a minute to make: they are made meanwhile.
  if [ -z "${ONLY:-}" ]; then $python -m tests.migrated & fi
  env -u DATABASE_URL -u REDIS_URL $python -m pytest -n "$workers" --dist loadgroup "$@"
  wait
fi
if [ "${ONLY:-postgres}" = postgres ]; then
  echo "== PostgreSQL and Redis =="
  $python -m pytest -n "$workers" --dist loadgroup -m "not browser and not slow" "$@"
fi
