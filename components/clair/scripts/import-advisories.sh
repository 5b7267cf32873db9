#!/bin/sh
# Imports the advisories of standard input (clairctl export-updaters, gzip) into Clair's database.
# Usage: import-advisories.sh CLAIR-IMAGE NETWORK CONFIG-FILE UID VOLUME CONTAINER DATABASE
#   (the volume holds the data of the database's container)
set -eu
. "$(dirname "$0")/common.sh"

image=$1 network=$2 config=$3 uid=$4 volume=$5 container=$6 database=$7

umask 022
mkdir -p "$state_folder"
work=$(mktemp -d "$state_folder/advisories.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$work/advisories.json.gz"
gzip -t "$work/advisories.json.gz" 2>/dev/null || fail "portcullis:scanner.advisoryArchive is no gzip file: make it with 'clairctl export-updaters --strict FILE.json.gz'"

# The import passes over an updater whose last operation had the same data, also where the advisories of that operation are gone.
docker exec -i "$container" psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname "$database" >/dev/null <<'SQL' ||
DELETE FROM update_operation o WHERE kind = 'vulnerability' AND NOT EXISTS (SELECT FROM uo_vuln u WHERE u.uo = o.id);
SQL
    fail "$container: the operations of the database $database cannot be read: see 'docker logs $container'"

say "importing advisories"
clairctl "$network" "$uid" "$config" 512m --tmpfs /var/tmp --interactive \
    "$image" import-updaters --gzip - <"$work/advisories.json.gz" >"$work/log" 2>&1 ||
    fail "clairctl could not import the advisories: $(tail -n 3 "$work/log")"
made volume "$volume"
made advisories "$container $database"
