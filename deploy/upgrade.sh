#!/bin/sh
# Brings the stack of compose.production.yml to the images that were built last, each container after the other, while its double serves.
#   docker compose build --pull && deploy/upgrade.sh [OPTIONS OF COMPOSE]
set -eu
cd "$(dirname "$0")/.."
if docker compose version >/dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi

healthy() {
  tries=0
  until [ "$(docker inspect --format '{{.State.Health.Status}}' "$($compose "$@" ps -q "$one")" 2>/dev/null)" = healthy ]; do
    tries=$((tries + 1))
    [ $tries -le 120 ] || { echo "$one is not healthy, its double serves on: see docker compose logs $one, and start again" >&2; exit 1; }
    sleep 1
  done
}

$compose "$@" run --rm migrate
for one in $($compose "$@" config --services | grep -- '-[ab]$' | sort); do
  $compose "$@" up -d --no-deps --no-build "$one"
  healthy "$@"
done
$compose "$@" up -d --no-build
