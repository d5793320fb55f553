#!/usr/bin/env bash
# Janus (rooms of more than six) and coturn (networks that let no call through), from the system's packages.
#   media.sh start         starts both in the background and prints what the academy needs to know of them
#   media.sh janus-again   starts a Janus that died, as it was
#   media.sh stop          stops them and removes their folder
#   media.sh janus|coturn  runs one of them here, in MEDIA_DIR, for a supervisor that starts it again
# What may be set: MEDIA_ADDRESS (where browsers reach them), MEDIA_PUBLIC_ADDRESS (behind a NAT), MEDIA_USER (their
# account when root starts them: nobody; it must be able to write recordings), JANUS_PORT, JANUS_RTP_PORTS, TURN_PORT,
# TURN_RELAY_PORTS, TURN_REALM, TURN_PEERS=any (tests: relay to private addresses too), and the secrets JANUS_SECRET,
# JANUS_ADMIN_KEY, TURN_SECRET (else new ones).
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
home="${MEDIA_DIR:-$here/../var/media-servers}"
user="${MEDIA_USER:-nobody}"

secret() { head -c 24 /dev/urandom | od -An -tx1 | tr -d ' \n'; }

# The first address that is not this machine alone: Janus does not offer 127.0.0.1.
first_address() { hostname -I 2>/dev/null | tr ' ' '\n' | grep -m1 -E '^[0-9.]+$' || true; }

as_user() {
  if [ "$(id -u)" = 0 ]; then exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$@"; else exec "$@"; fi
}

settings() {
  address="${MEDIA_ADDRESS:-$(first_address)}"
  if [ -z "$address" ]; then echo "No address but 127.0.0.1: set MEDIA_ADDRESS to one that browsers can reach." >&2; exit 1; fi
  janus_port="${JANUS_PORT:-8188}" turn_port="${TURN_PORT:-3478}"
  janus_secret="${JANUS_SECRET:-$(secret)}" admin_key="${JANUS_ADMIN_KEY:-$(secret)}" turn_secret="${TURN_SECRET:-$(secret)}"
  rtp_ports="${JANUS_RTP_PORTS:-20000-21999}" relay_ports="${TURN_RELAY_PORTS:-22000-23999}"
  public="${MEDIA_PUBLIC_ADDRESS:-}"
}

folder() {
  folder=$(mktemp -d "${TMPDIR:-/tmp}/academy-media.XXXXXX")
  mkdir -p "$folder/janus" "$folder/coturn"
}

# fill FILE NAME=VALUE…: what stands between @ signs.
fill() {
  local file=$1 pair; shift
  for pair in "$@"; do
    awk -v name="@${pair%%=*}@" -v value="${pair#*=}" '{ while ((at = index($0, name)) > 0) $0 = substr($0, 1, at - 1) value substr($0, at + length(name)); print }' \
      "$file" > "$file.new" && mv "$file.new" "$file"
  done
}

write_janus() {
  local library nat=""
  library=$(dirname "$(ls -d /usr/lib/*/janus/plugins /usr/lib/janus/plugins /usr/local/lib/janus/plugins 2>/dev/null | head -n 1)")
  [ -n "$public" ] && nat="nat_1_1_mapping = \"$public\""
  cp "$here"/janus/*.jcfg "$folder/janus/"
  fill "$folder/janus/janus.jcfg" LOOPS="$(getconf _NPROCESSORS_ONLN)" DIR="$folder/janus" LIBRARY="$library" SECRET="$janus_secret" ADMIN_SECRET="$(secret)" \
    RTP_PORTS="$rtp_ports" ADDRESS="$address" NAT="$nat"
  fill "$folder/janus/janus.transport.websockets.jcfg" PORT="$janus_port"
  fill "$folder/janus/janus.plugin.videoroom.jcfg" ADMIN_KEY="$admin_key"
}

write_coturn() {
  local nat="" denied="" range
  [ -n "$public" ] && nat="external-ip=$public/$address"
  # A relay of IPv4 alone: no IPv6 peer is ever reached. (A range of IPv6 here would forbid every IPv4 peer: coturn 4.6.)
  if [ "${TURN_PEERS:-}" != any ]; then
    for range in 0.0.0.0-0.255.255.255 10.0.0.0-10.255.255.255 100.64.0.0-100.127.255.255 127.0.0.0-127.255.255.255 \
      169.254.0.0-169.254.255.255 172.16.0.0-172.31.255.255 192.0.0.0-192.0.2.255 192.168.0.0-192.168.255.255 \
      198.18.0.0-198.19.255.255 198.51.100.0-198.51.100.255 203.0.113.0-203.0.113.255 224.0.0.0-255.255.255.255; do
      denied="$denied\ndenied-peer-ip=$range"
    done
    denied="$denied\nallowed-peer-ip=$address"
  fi
  cp "$here"/coturn/turnserver.conf "$folder/coturn/"
  fill "$folder/coturn/turnserver.conf" DIR="$folder/coturn" ADDRESS="$address" PORT="$turn_port" FIRST_PORT="${relay_ports%-*}" \
    LAST_PORT="${relay_ports#*-}" REALM="${TURN_REALM:-academy}" SECRET="$turn_secret" NAT="$nat" DENIED="$denied"
}

give_folder() { if [ "$(id -u)" = 0 ]; then chown -R "$user" "$folder"; fi; }

run_janus() { cd "$folder" && as_user janus --configs-folder="$folder/janus" --disable-colors; }
run_coturn() { cd "$folder" && as_user turnserver -c "$folder/coturn/turnserver.conf"; }

wait_for() {
  local tries
  for tries in $(seq 100); do
    if (exec 3<>"/dev/tcp/$1/$2") 2>/dev/null; then return; fi
    sleep 0.1
  done
  echo "$3 does not answer on $1:$2; its log:" >&2; tail -n 20 "$folder/$4/log" >&2; exit 1
}

janus_behind() {
  (trap '' HUP; run_janus) > "$folder/janus/log" 2>&1 < /dev/null & echo $! >> "$folder/pids"
  wait_for 127.0.0.1 "$janus_port" Janus janus
}

# After an accident, with the secrets it had.
janus_again() { settings; folder=$(cat "$home/folder"); janus_behind; }

start() {
  settings; folder
  mkdir -p "$home"; echo "$folder" > "$home/folder"
  local exports="MEDIA_BACKEND=p2p"
  command -v janus >/dev/null && write_janus
  command -v turnserver >/dev/null && write_coturn
  give_folder
  if command -v janus >/dev/null; then
    janus_behind
    exports="MEDIA_BACKEND=janus JANUS_URL=ws://127.0.0.1:$janus_port JANUS_SECRET=$janus_secret JANUS_ADMIN_KEY=$admin_key"
  else
    echo "No Janus here (Debian: apt-get install janus): rooms of more than six have no picture." >&2
  fi
  if command -v turnserver >/dev/null; then
    (trap '' HUP; run_coturn) > "$folder/coturn/log" 2>&1 < /dev/null & echo $! >> "$folder/pids"
    wait_for "$address" "$turn_port" coturn coturn
    exports="$exports STUN_URLS=stun:$address:$turn_port TURN_URLS=turn:$address:$turn_port?transport=udp,turn:$address:$turn_port?transport=tcp TURN_SECRET=$turn_secret"
  else
    echo "No coturn here (Debian: apt-get install coturn): calls fail in networks that let only web pages through." >&2
  fi
  echo "export $exports"
}

stop() {
  [ -f "$home/folder" ] || return 0
  local pid folder; folder=$(cat "$home/folder")
  if [ -f "$folder/pids" ]; then
    while read -r pid; do
      kill "$pid" 2>/dev/null || true
    done < "$folder/pids"
  fi
  rm -rf "$folder" "$home"
}

foreground() {
  settings
  folder=$(mkdir -p "$home/janus" "$home/coturn" && cd "$home" && pwd)
  "write_$1"; give_folder
  "run_$1"
}

case "${1:-}" in
  start) stop >/dev/null 2>&1; start ;;
  stop) stop ;;
  janus|coturn) foreground "$1" ;;
  janus-again) janus_again ;;
  *) echo "Usage: media.sh start|stop|janus|coturn|janus-again" >&2; exit 2 ;;
esac
