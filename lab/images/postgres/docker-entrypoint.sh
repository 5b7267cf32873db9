#!/bin/sh
# Starts PostgreSQL, and makes the cluster first where there is none. Same variables as the official image.
set -eu

fail() {
    printf 'docker-entrypoint.sh: %s\n' "$1" >&2
    exit 1
}

# value_of NAME DEFAULT — of the variable NAME, or of the file that NAME_FILE names
value_of() {
    eval "value=\${$1:-} file=\${$1_FILE:-}"
    [ -z "$value" ] || [ -z "$file" ] || fail "$1 and $1_FILE are both set: set one"
    if [ -n "$file" ]; then
        [ -r "$file" ] || fail "$1_FILE: $file cannot be read by uid $(id -u): check its owner and mode"
        value=$(cat "$file")
    fi
    printf '%s' "${value:-$2}"
}

# run_sql DATABASE [psql option…]
run_sql() {
    psql --no-psqlrc --quiet --set ON_ERROR_STOP=1 --username "$user" --host /var/run/postgresql --dbname "$@"
}

run_init_files() {
    for file in /docker-entrypoint-initdb.d/*; do
        case $file in
            *.sql) run_sql "$database" --file "$file" ;;
            *.sql.gz) gzip -dc "$file" | run_sql "$database" ;;
            *.sh) if [ -x "$file" ]; then "$file"; else sh "$file"; fi ;;
        esac
    done
}

# The cluster is made in a folder of its own and moved at the end, the mark of a complete one last:
# a run that is killed in between leaves nothing that looks like a cluster.
initialise() {
    user=$(value_of POSTGRES_USER postgres)
    database=$(value_of POSTGRES_DB "$user")
    password=$(value_of POSTGRES_PASSWORD '')
    method=${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}
    [ -n "$password" ] || [ "$method" = trust ] ||
        fail "the database has no password: set POSTGRES_PASSWORD_FILE or POSTGRES_PASSWORD"
    new=$PGDATA/.init
    rm -rf "$new"
    mkdir -m 0700 "$new"
    set -- initdb --pgdata "$new" --username "$user" --encoding UTF8 --auth-local trust --auth-host "$method"
    # shellcheck disable=SC2086 # several options in one variable, as in the official image
    if [ -n "$password" ]; then
        printf '%s\n' "$password" | "$@" --pwfile /dev/stdin ${POSTGRES_INITDB_ARGS:-}
    else
        "$@" ${POSTGRES_INITDB_ARGS:-}
    fi
    printf '\nhost all all all %s\n' "$method" >>"$new/pg_hba.conf"
    pg_ctl --pgdata "$new" --wait --options "-c listen_addresses='' -k /var/run/postgresql" start
    if [ "$database" != postgres ]; then
        printf 'CREATE DATABASE :"name";\n' | run_sql postgres --set "name=$database"
    fi
    export PGUSER="$user" PGDATABASE="$database" PGHOST=/var/run/postgresql
    run_init_files
    unset PGUSER PGDATABASE PGHOST
    pg_ctl --pgdata "$new" --wait --mode fast stop
    find "$new" -mindepth 1 -maxdepth 1 ! -name PG_VERSION -exec mv -t "$PGDATA" {} +
    mv "$new/PG_VERSION" "$PGDATA/PG_VERSION"
}

case ${1:-} in
    -*) set -- postgres "$@" ;;
esac
if [ "${1:-}" = postgres ]; then
    if [ "$(id -u)" = 0 ]; then
        mkdir -p "$PGDATA"
        chown -R postgres:postgres "$PGDATA" /var/run/postgresql
        exec setpriv --reuid postgres --regid postgres --init-groups "$0" "$@"
    fi
    umask 0077
    mkdir -p "$PGDATA"
    if [ ! -s "$PGDATA/PG_VERSION" ]; then
        # Only what an interrupted run left may be in the way, never somebody's files.
        [ ! -d "$PGDATA/.init" ] || find "$PGDATA" -mindepth 1 -maxdepth 1 -exec rm -rf {} +
        initialise
    fi
    rm -rf "$PGDATA/.init"
fi
exec "$@"
