#!/bin/sh
# Brings the stack of compose.production.yml to the images that were built last, each container after the other, while its double serves.
#   docker compose build --pull && deploy/upgrade.sh [OPTIONS OF COMPOSE]
#   deploy/upgrade.sh --back [OPTIONS OF COMPOSE]     to the images that ran before the last upgrade, kept as menshen/auth:before …
# What does not run is started at once.
# A container has PATIENCE seconds, 120 by default, to get healthy.
# Where one does not, it and all that was not replaced yet stay what they were, also at the next `docker compose up`.
set -eu
cd "$(dirname "$0")/.."
if docker compose version >/dev/null 2>&1; then compose='docker compose'; else compose=docker-compose; fi
back=
[ "${1:-}" != --back ] || { back=yes && shift; }
services='auth open-api project-api user-api'
replaced= now=
case ${PATIENCE:=120} in '' | *[!0-9]*) echo "PATIENCE is a number of seconds, not $PATIENCE" >&2 && exit 1 ;; esac

exec 9<deploy/upgrade.sh
flock -n 9 || { echo 'another upgrade is under way' >&2; exit 1; }

# CONTAINER OPTIONS...: also one that has ended; of two, as a compose that was killed leaves them, the one that runs.
of() {
  container=$1 && shift
  all=$($compose "$@" ps -a -q "$container")
  for each in $all; do
    [ "$(docker inspect --format '{{.State.Running}}' "$each")" != true ] || { echo "$each"; return; }
  done
  echo "$all" | head -n 1
}

image() { # CONTAINER OPTIONS...
  docker inspect --format '{{.Image}}' "$(of "$@")"
}

id() {
  docker inspect --format '{{.Id}}' "$1" 2>/dev/null || true
}

# What runs keeps a name, as a build takes its own away: `running`, and for the way back `before`. That one stays where nothing is new, as in a round of a rotation,
# and where the last upgrade did not get all to its `target`.
keep() {
  [ "$(of auth-b "$@")" ] || { echo 'There is no stack to upgrade: docker compose up -d' >&2; exit 1; }
  new= unfinished= others=
  for service in $services; do
    running=$(image "$service-b" "$@")
    docker tag "$running" "menshen/$service:running"
    [ "$running" = "$(id "menshen/$service")" ] || new=yes
    case $running in
      "$(id "menshen/$service:target")") ;;
      "$(id "menshen/$service:before")") unfinished=yes ;;
      *) others=yes ;; # another stack, or brought here by a plain `up`
    esac
  done
  running=$(image register "$@" 2>/dev/null || true) # who tidies up removes what has ended
  docker tag "${running:-menshen/menshen}" menshen/menshen:running
  for service in $services menshen; do
    [ ! "$new" ] || [ "${unfinished:-no}${others:-no}" = yesno ] || docker tag "menshen/$service:running" "menshen/$service:before"
    docker tag "menshen/$service" "menshen/$service:target"
  done
}

# What was not replaced is what it was; the jobs are those of what was.
revert() { # TAG
  [ "$replaced" ] || docker tag "menshen/menshen:$1" menshen/menshen
  for service in $services; do
    case " $replaced " in *" $service "*) ;; *) docker tag "menshen/$service:$1" "menshen/$service" ;; esac
  done
}

# The program of before refuses a database that a newer one has migrated.
revert_menshen() {
  docker tag menshen/menshen menshen/menshen:running
  docker tag menshen/menshen:before menshen/menshen
  $compose "$@" run --rm migrate && return 0
  docker tag menshen/menshen:running menshen/menshen
  echo 'Nothing was changed. To go back over a migration: docker compose stop, restore the back-up of before it (docs/guides/back-up.md), and this again.' >&2
  exit 1
}

serving() {
  for service in $services; do
    for one in "$service-a" "$service-b"; do
      [ "$(docker inspect --format '{{.State.Running}}' "$(of "$one" "$@")" 2>/dev/null)" != true ] || return 0
    done
  done
  return 1
}

# What a container says of itself: whether its database and its broker are there, as it was told of them.
ready() {
  $compose "$@" exec -T "$which" node -e "fetch('http://127.0.0.1:9060/readyz').then((answer) => answer.json()).then(({ status }) => console.log(status))" 2>/dev/null || true
}

restarts() {
  docker inspect --format '{{.RestartCount}}' "$(of "$one" "$@")" 2>/dev/null || echo 0
}

# As ready as its double, at least; the engine would look at it later.
healthy() {
  until=$(($(date +%s) + PATIENCE))
  before=$(restarts "$@")
  while :; do
    which=$one && now=$(ready "$@")
    [ "$now" != ok ] || return 0
    which=$other
    [ -n "$now" ] && [ "$now" = "$(ready "$@")" ] && return 0
    [ $(($(restarts "$@") - before)) -lt 3 ] || return 1
    [ "$(date +%s)" -lt "$until" ] || return 1
    sleep 1
  done
}

replace() {
  $compose "$@" up -d --no-deps --no-build "$one"
  healthy "$@" && return 0
  echo "$one says it is ${now:-away}." >&2
  docker logs --tail 20 "$(of "$one" "$@")" >&2 || true
  [ ! "$back" ] || give_up "$@"
  revert running
  failed=$one
  put_back "$@" || give_up "$@"
  one=$other other=$failed
  put_back "$@" || give_up "$@"
  echo "$failed did not get healthy and has the image of before, its double served on. Mend what stands above, in the release or in .env, and start again." >&2
  exit 1
}

put_back() {
  $compose "$@" up -d --no-deps --no-build "$one"
  healthy "$@"
}

give_up() {
  echo "$one does not get healthy with the image of before: $(docker logs --tail 1 "$(of "$one" "$@")" 2>&1)" >&2
  echo "$other is $(docker inspect --format '{{.State.Health.Status}}' "$(of "$other" "$@")"); where the database was migrated it would not start again: mend the release or .env and run this again, or go back over the migration (docs/guides/back-up.md)." >&2
  exit 1
}

if [ "$back" ]; then
  revert_menshen "$@"
  revert before
else
  keep "$@"
  trap 'revert running; echo "cut off: what was not replaced is what it was; to go on, build again and start again" >&2; exit 130' INT TERM HUP
  $compose "$@" run --rm migrate || { revert running && exit 1; }
fi
if serving "$@"; then
  for service in $services; do
    one=$service-a other=$service-b && replace "$@"
    one=$service-b other=$service-a && replace "$@"
    replaced="$replaced $service"
  done
fi
$compose "$@" up -d --no-build
