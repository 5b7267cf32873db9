#!/bin/sh
# Proves that Clair's database holds the advisories that verdicts are to rest on: an empty one finds nothing, and a
# scan of it would pass everything.
# Usage: prove-advisories.sh CONTAINER DATABASE MINIMUM MAXIMUM-AGE-DAYS PATIENCE-SECONDS UPDATER…
# Prints {"updaters":[{"name":…,"advisories":…,"date":…}],"advisories":…}.
set -eu
. "$(dirname "$0")/common.sh"

container=$1 database=$2 minimum=$3 maximum_age=$4 patience=$5
shift 5

query() {
    docker exec -i "$container" psql --quiet --no-psqlrc --no-align --tuples-only --field-separator ' ' \
        --set ON_ERROR_STOP=1 --username postgres --dbname "$database"
}

# The newest operation of each updater, with its advisories: what the matcher looks at.
facts() {
    query <<'SQL'
SELECT o.updater, count(u.vuln), to_char(o.date AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
       floor(extract(epoch FROM now() - o.date) / 86400)::bigint, floor(extract(epoch FROM o.date))::bigint
FROM (SELECT DISTINCT ON (updater) id, updater, date FROM update_operation WHERE kind = 'vulnerability' ORDER BY updater, id DESC) o
LEFT JOIN uo_vuln u ON u.uo = o.id
GROUP BY o.updater, o.date ORDER BY o.updater;
SQL
}

# problem FACTS: what is missing, or nothing.
problem() {
    for updater in "$@"; do
        printf '%s\n' "$facts" | awk -v name="$updater" '$1 == name && $2 > 0 { found = 1 } END { exit !found }' ||
            { printf 'no advisories of the updater %s' "$updater"; return; }
    done
    [ "$total" -ge "$minimum" ] || { printf 'only %s advisories, and portcullis:scanner.minimumAdvisories is %s' "$total" "$minimum"; return; }
    printf '%s\n' "$facts" | awk -v most="$maximum_age" '$2 > 0 && $4 > most { print "the advisories of " $1 " are " $4 " days old, and portcullis:scanner.maximumAgeDays is " most; exit }'
}

deadline=$(($(date +%s) + patience))
while :; do
    facts=$(facts) || fail "$container: the database of advisories cannot be read: see 'docker logs $container'"
    total=$(printf '%s\n' "$facts" | awk '{ sum += $2 } END { print sum + 0 }')
    wrong=$(problem "$@")
    [ -n "$wrong" ] || break
    [ "$(date +%s)" -lt "$deadline" ] ||
        fail "no verdict: $wrong. Load advisories (change portcullis:scanner.reload to import the archive again), or correct portcullis:scanner.expectedUpdaters"
    ! caller_gone || fail "no verdict: the run that asked was interrupted, so waiting for advisories has ended"
    say "waiting for advisories: $wrong"
    sleep 15
done

printf '%s\n' "$facts" | awk -v total="$total" '
    BEGIN { printf "{\"updaters\":[" }
    { printf "%s{\"name\":\"%s\",\"advisories\":%s,\"date\":\"%s\"}", (NR > 1 ? "," : ""), $1, $2, $3 }
    END { printf "],\"advisories\":%s}\n", total }'
made advisories "$container $database"
# From the day on which the oldest data is older than it may be, the proof holds no more: the next run makes it again, and fails.
made until "$(printf '%s\n' "$facts" | awk -v most="$maximum_age" '$2 > 0 && (oldest == "" || $5 < oldest) { oldest = $5 } END { printf "%.0f", oldest + (most + 1) * 86400 }')"
