#!/usr/bin/env bash
# Every test: on SQLite with the browser, and beside it on PostgreSQL and Redis what they may change.
#   deploy/test.sh [pytest arguments]     e.g. deploy/test.sh tests/courses -k quiz
# Pages, sockets and services: their own tests on PostgreSQL and Redis, the stricter; on SQLite every page and message
# as everybody, and the browser.
# WHOLE=1, once a day, runs each on both, and what shows the same again. ONLY=sqlite or ONLY=postgres runs them on one;
# `slow` and `browser` are for SQLite.
set -euo pipefail
cd "$(dirname "$0")/.."
python=.venv/bin/python
cores=$(getconf _NPROCESSORS_ONLN)
$python -c 'import django; from django.conf import settings; settings.configure(LOCALE_PATHS=["lms/locale"]); from lms.kit.catalogues import compile_catalogues; compile_catalogues()'
# In a fresh clone all is compiled once, not by each process.
ls tests/__pycache__/conftest.*.pyc >/dev/null 2>&1 || $python -m pytest --collect-only -q > /dev/null || true
mkdir -p var
sqlite="" postgres="not browser and not slow"
if [ -n "${WHOLE:-}" ]; then  # and what is tried by chance, more often
  export FUZZ="${FUZZ:-4}" OUTBOX_CRASHES="${OUTBOX_CRASHES:-20}" SANITIZER_EXAMPLES="${SANITIZER_EXAMPLES:-800}"
fi
if [ -z "${ONLY:-}${WHOLE:-}" ]; then
  sqlite="(not pages and not services and not sockets or slow) and not again"
  postgres="$postgres and not sweep and not plain"
fi
export SQLITE_SYNCHRONOUS=OFF  # a test database need not survive a power cut

on_sqlite() {
  echo "== SQLite, with the browser =="
  # A process more than there are cores: one of them waits, for a browser or a mail.
  env -u DATABASE_URL -u REDIS_URL $python -m pytest -n "${WORKERS:-$((cores + 1))}" --dist loadgroup -m "$sqlite" "$@"
}

on_postgres() {
  echo "== PostgreSQL and Redis =="
  $python -m tests.migrated
  $python -m pytest -n "${WORKERS:-$cores}" --dist loadgroup -m "$postgres" "$@"
}

if [ "${ONLY:-postgres}" = postgres ] && [ -z "${DATABASE_URL:-}" ]; then
  trap 'deploy/services.sh stop' EXIT
  eval "$(deploy/services.sh start)"
fi
case "${ONLY:-}" in
  sqlite) on_sqlite "$@" ;;
  postgres) on_postgres "$@" ;;
  *)
    # The half without a browser gives way to the one whose rooms keep time.
    (renice -n 5 "$BASHPID" > /dev/null; on_postgres "$@") > var/postgres.log 2>&1 &
    failed=0
    on_sqlite "$@" || failed=1
    wait $! || failed=1
    cat var/postgres.log
    exit $failed
    ;;
esac
