#!/usr/bin/env bash
# A private PostgreSQL and Redis for the tests, from the system's packages, in a temporary folder.
#   services.sh start            starts both and prints the two addresses to export
#   services.sh start --media    Janus and coturn too, where they are installed (deploy/media.sh says which settings)
#   services.sh stop             stops them and removes their data
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
home="${SERVICES_DIR:-$root/var/services}"
pg_port="${PG_PORT:-54329}"
redis_port="${REDIS_PORT:-63799}"
export MEDIA_DIR="${MEDIA_DIR:-$home-media}"
export DATABASE_URL="postgres://academy@127.0.0.1:$pg_port/academy"
export REDIS_URL="redis://127.0.0.1:$redis_port/0"

find_pg() {
  local bin
  bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1 || true)
  if [ -n "$bin" ]; then echo "$bin"; return; fi
  command -v initdb >/dev/null 2>&1 && dirname "$(command -v initdb)"
}

# PostgreSQL refuses to run as root: then it runs as the account its package made.
as_pg() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }

# What it holds is thrown away: nothing need outlive a power cut, be copied to another server, or be compiled.
forgetful="-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c jit=off"
forgetful="$forgetful -c wal_level=minimal -c max_wal_senders=0 -c max_wal_size=4GB"

start() {
  local pg
  pg=$(find_pg) || true
  if [ -z "${pg:-}" ] || ! command -v redis-server >/dev/null 2>&1; then
    echo "PostgreSQL 15 or newer and Redis are needed: on Debian, apt-get install postgresql redis-server." >&2
    exit 1
  fi
  # A socket's path may not be long, and the database's account must be able to walk to it.
  data=$(mktemp -d "${TMPDIR:-/tmp}/academy-services.XXXXXX")
  chmod 755 "$data"
  mkdir -p "$home" "$data/pg" "$data/redis"
  echo "$data" > "$home/data"
  if [ "$(id -u)" = 0 ]; then chown postgres "$data/pg"; fi
  as_pg "$pg/initdb" -D "$data/pg/db" -U academy --auth=trust --encoding=UTF8 --locale=C.UTF-8 >/dev/null
  as_pg "$pg/pg_ctl" -D "$data/pg/db" -w -s -l "$data/pg/log" \
    -o "-p $pg_port -c listen_addresses=127.0.0.1 -k $data/pg -c max_connections=200 $forgetful" start
  as_pg "$pg/createdb" -h 127.0.0.1 -p "$pg_port" -U academy academy
  redis-server --port "$redis_port" --bind 127.0.0.1 --save "" --appendonly no --daemonize yes \
    --dir "$data/redis" --pidfile "$data/redis/pid" --logfile "$data/redis/log" >/dev/null
  echo "export DATABASE_URL=$DATABASE_URL REDIS_URL=$REDIS_URL"
  if [ "${1:-}" = --media ]; then "$root/deploy/media.sh" start; fi
}

stop() {
  "$root/deploy/media.sh" stop
  [ -f "$home/data" ] || return 0
  local pg data
  pg=$(find_pg)
  data=$(cat "$home/data")
  as_pg "$pg/pg_ctl" -D "$data/pg/db" -m immediate -s stop || true
  [ -f "$data/redis/pid" ] && kill "$(cat "$data/redis/pid")" || true
  rm -rf "$data" "$home"
}

case "${1:-}" in
  start) stop >/dev/null 2>&1; start "${2:-}" ;;
  stop) stop ;;
  *) echo "Usage: services.sh start [--media] | stop" >&2; exit 2 ;;
esac
