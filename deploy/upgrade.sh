#!/bin/sh
# Brings the stack of compose.production.yml to the images that were built last, each container after the other, while its double serves.
#   docker compose build --pull && deploy/upgrade.sh [OPTIONS OF COMPOSE]
#   deploy/upgrade.sh --back [OPTIONS OF COMPOSE]     to the images that ran before the last upgrade, kept as menshen/auth:before …
# A container has PATIENCE seconds, 120 by default, to get healthy.
# Where one does not, it and all that was not replaced yet stay what they were, also at the next `docker compose up`.
set -eu
cd "$(dirname "$0")/.."
if docker compose version >/dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi
back=
[ "${1:-}" != --back ] || { back=yes && shift; }
services='auth open-api project-api user-api'
replaced= now=

exec 9<deploy/upgrade.sh
flock -n 9 || { echo 'another upgrade is under way' >&2; exit 1; }

# What runs keeps a name: a build takes its own away.
keep() {
  for service in $services; do
    docker tag "$(docker inspect --format '{{.Image}}' "$($compose "$@" ps -q "$service-b")")" "menshen/$service:before"
  done
}

revert() {
  for service in $services; do
    case " $replaced " in *" $service "*) ;; *) docker tag "menshen/$service:before" "menshen/$service" ;; esac
  done
}

# What a container says of itself: whether its database and its broker are there, as it was told of them.
ready() {
  $compose "$@" exec -T "$which" node -e "fetch('http://127.0.0.1:9060/readyz').then((answer) => answer.json()).then(({ status }) => console.log(status))" 2>/dev/null || true
}

# Healthy, and as ready as its double.
healthy() {
  until=$(($(date +%s) + ${PATIENCE:-120}))
  while :; do
    state=$(docker inspect --format '{{.State.Health.Status}} {{.RestartCount}}' "$($compose "$@" ps -q "$one")" || true)
    case $state in
      'healthy '*)
        which=$one && now=$(ready "$@")
        [ "$now" != ok ] || return 0
        which=$other
        [ -n "$now" ] && [ "$now" = "$(ready "$@")" ] && return 0
        ;;
      *' '[3-9]) return 1 ;;
    esac
    [ "$(date +%s)" -lt "$until" ] || return 1
    sleep 1
  done
}

replace() {
  $compose "$@" up -d --no-deps --no-build "$one"
  healthy "$@" && return 0
  echo "$one says it is ${now:-away}." >&2
  docker logs --tail 20 "$($compose "$@" ps -q "$one")" >&2 || true
  [ ! "$back" ] || { echo "$one does not get healthy with what ran before; its double serves on." >&2; exit 1; }
  revert
  $compose "$@" up -d --no-deps --no-build "$one"
  echo "$one did not get healthy and has the image of before, its double served on. Mend what stands above, in the release or in .env, and start again." >&2
  exit 1
}

if [ "$back" ]; then
  revert
else
  keep "$@"
  $compose "$@" run --rm migrate || { revert; exit 1; }
fi
for service in $services; do
  one=$service-a other=$service-b && replace "$@"
  one=$service-b other=$service-a && replace "$@"
  replaced="$replaced $service"
done
$compose "$@" up -d --no-build
