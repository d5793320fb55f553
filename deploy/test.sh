#!/usr/bin/env bash
# Every test: on SQLite with the browser, then on PostgreSQL and Redis what they may change.
#   deploy/test.sh [pytest arguments]     e.g. deploy/test.sh tests/courses -k quiz
# Each page is opened in both: by its own tests on SQLite, by the sweeps of tests/test_permissions.py on PostgreSQL.
# WHOLE=1 runs both of these on both. ONLY=sqlite or ONLY=postgres runs them on one; `slow` and `browser` are for SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
workers="${WORKERS:-$(($(getconf _NPROCESSORS_ONLN) + 1))}"  # one of them waits, for a browser or a mail
$python -c 'import django; from django.conf import settings; settings.configure(LOCALE_PATHS=["lms/locale"]); from lms.kit.catalogues import compile_catalogues; compile_catalogues()'
mkdir -p var
sqlite="" postgres="not browser and not slow"
if [ -z "${ONLY:-}${WHOLE:-}" ]; then sqlite="not sweep" postgres="$postgres and not pages"; fi
export SQLITE_SYNCHRONOUS=OFF  # a test database need not survive a power cut

if [ "${ONLY:-postgres}" = postgres ] && [ -z "${DATABASE_URL:-}" ]; then
  trap 'deploy/services.sh stop' EXIT
  eval "$(deploy/services.sh start)"
fi
if [ "${ONLY:-sqlite}" = sqlite ]; then
  echo "== SQLite, with the browser =="
  # The tables on PostgreSQL take a minute to make: they are made meanwhile.
  if [ -z "${ONLY:-}" ]; then $python -m tests.migrated & fi
  env -u DATABASE_URL -u REDIS_URL $python -m pytest -n "$workers" --dist loadgroup -m "$sqlite" "$@"
  wait
fi
if [ "${ONLY:-postgres}" = postgres ]; then
  echo "== PostgreSQL and Redis =="
  $python -m pytest -n "$workers" --dist loadgroup -m "$postgres" "$@"
fi
