#!/bin/sh
# Makes a role and databases of its own in PostgreSQL, and sets the role's password, which comes on standard input.
# Usage: prepare-databases.sh CONTAINER VOLUME ROLE DATABASE…       (the volume holds the container's data)
# SQL goes in by standard input: an argument of psql could be read by every user of the host.
set -eu
. "$(dirname "$0")/common.sh"

container=$1 volume=$2 role=$3
shift 3
password=$(cat)
[ -n "$password" ] || fail "no password came on standard input; this is a defect of the program"
case $password in *[!A-Za-z0-9_-]*) fail "the database password has characters that SQL could mistake; this is a defect of the program" ;; esac

{
    printf "SELECT 'CREATE ROLE %s' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '%s') \\\\gexec\n" "$role" "$role"
    printf "ALTER ROLE %s LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD '%s';\n" "$role" "$password"
    for database in "$@"; do
        printf "SELECT 'CREATE DATABASE %s OWNER %s' WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = '%s') \\\\gexec\n" "$database" "$role" "$database"
        printf 'REVOKE CONNECT ON DATABASE %s FROM PUBLIC;\n' "$database"
    done
} | docker exec -i "$container" psql --quiet --no-psqlrc --set ON_ERROR_STOP=1 --username postgres --dbname postgres >/dev/null ||
    fail "$container: PostgreSQL refused to make Clair's role and databases: see 'docker logs $container'"
made volume "$volume"
made databases "$container"
