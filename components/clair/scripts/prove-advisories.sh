#!/bin/sh
# Proves that Clair's database holds the advisories that verdicts are to rest on: an empty one finds nothing, and a
# scan of it would pass everything.
# Usage: prove-advisories.sh CONTAINER DATABASE MINIMUM MAXIMUM-AGE-DAYS PATIENCE-SECONDS UPDATER…
# Prints {"updaters":[{"name":…,"advisories":…,"date":…,"problem":…}],"advisories":…,"coverage":[{"updater":…,
# "distribution":…,"version":…,"repository":…,"advisories":…,"canary":{"vulnerability":…,"package":…,"version":…}}]};
# outputs/advisories.ts says what each of them is.
set -eu
. "$(dirname "$0")/common.sh"

container=$1 database=$2 minimum=$3 maximum_age=$4 patience=$5
shift 5
expected=$(printf '%s\n' "$@")

# ask: the answer to SQL of standard input, in the words of Clair's tables.
ask() {
    docker exec -i "$container" psql --quiet --no-psqlrc --no-align --tuples-only --set ON_ERROR_STOP=1 \
        --set minimum="$minimum" --set most="$maximum_age" --set expected="$expected" --username postgres --dbname "$database"
}

# The updaters, as the matcher sees them: it takes the operations of latest_update_operations, and of no others.
#   advisories   what the newest operation holds
#   success      when the source was last asked with success; an import takes the date of the archive's content for it. An
#                operation has a date too, but a source that does not change never gets a new operation
#   problem      why no verdict may rest on the updater, or nothing
# /dev/shm of a container is too small for what several processes would share.
updaters="
SET max_parallel_workers_per_gather = 0;
CREATE TEMPORARY VIEW updaters AS
WITH counted AS (SELECT uo AS id, count(*) AS advisories FROM uo_vuln GROUP BY uo),
known AS (
    SELECT o.updater AS name, coalesce(c.advisories, 0) AS advisories, s.last_success AS success, s.last_run_succeeded AS succeeded,
           left(regexp_replace(s.last_error, '\s+', ' ', 'g'), 300) AS error
    FROM latest_update_operations o LEFT JOIN counted c ON c.id = o.id LEFT JOIN updater_status s ON s.updater_name = o.updater
    WHERE o.kind = 'vulnerability'
    UNION ALL
    SELECT s.updater_name, 0, s.last_success, s.last_run_succeeded, left(regexp_replace(s.last_error, '\s+', ' ', 'g'), 300)
    FROM updater_status s
    WHERE s.last_success IS NULL AND NOT EXISTS (SELECT FROM latest_update_operations o WHERE o.updater = s.updater_name)
),
aged AS (SELECT *, floor(extract(epoch FROM now() - success) / 86400)::bigint AS days FROM known)
SELECT name, advisories, success, CASE
    WHEN success IS NULL AND succeeded IS NULL THEN 'no run of the updater ' || name || ' has ended yet'
    WHEN success IS NULL THEN 'no run of the updater ' || name || ' has ever succeeded; Clair says: ' || coalesce(error, 'nothing')
    WHEN days > current_setting('portcullis.most')::bigint THEN 'the advisories of ' || name || ' are ' || days || ' days old, and portcullis:scanner.maximumAgeDays is '
        || current_setting('portcullis.most') || CASE WHEN succeeded THEN '' ELSE '; Clair says of the last run: ' || coalesce(error, 'nothing') END
    ELSE '' END AS problem
FROM aged;
"

# A view knows no variables of psql.
settings="SELECT set_config('portcullis.most', :'most', false) \\g /dev/null
"

# What is wrong with the updaters that are expected, or with the number of all advisories; or nothing.
wrong() {
    {
        printf '%s%s' "$settings" "$updaters"
        cat <<'SQL'
SELECT coalesce((
    SELECT CASE WHEN coalesce(u.problem, '') <> '' THEN u.problem ELSE 'no advisories of the updater ' || e.name END
    FROM unnest(string_to_array(:'expected', E'\n')) WITH ORDINALITY AS e(name, number) LEFT JOIN updaters u ON u.name = e.name
    WHERE u.advisories IS NULL OR u.advisories = 0 OR u.problem <> ''
    ORDER BY e.number LIMIT 1
), (
    SELECT 'only ' || coalesce(sum(advisories), 0) || ' advisories, and portcullis:scanner.minimumAdvisories is ' || :'minimum'
    FROM updaters WHERE problem = '' HAVING coalesce(sum(advisories), 0) < :'minimum'::bigint
), '');
SQL
    } | ask
}

# The facts, and in a second line the second from which they hold no more: that in which the oldest data that counts is too old.
#
# Go's and npm's matchers compare ranges of versions alone, and see nothing of an advisory without one, nor of an empty one: versions
# are three numbers there, so that what is fixed between two commits before the first version has a range from 0.0.0 to 0.0.0. All
# others compare distributions by did, name and version (Alpine by its pretty name), Red Hat's by the key of a repository, and
# languages by the name of one. Each row of vuln is read once: a second of processor time for 300,000 rows.
#
# A canary is a package in a version that the advisory is about for certain: the lowest one where the advisory is about all versions
# before a fix that is a plain number, or the version in which the vulnerability came.
facts() {
    {
        printf '%s%s' "$settings" "$updaters"
        cat <<'SQL'
WITH known AS (SELECT * FROM updaters),
coverage AS (
    SELECT o.updater, coalesce(v.dist_id, '') AS distribution, coalesce(nullif(v.dist_version_id, ''), v.dist_version, '') AS version,
           coalesce(nullif(v.repo_key, ''), v.repo_name, '') AS repository, count(*) AS advisories,
           min(ARRAY[v.name, v.package_name, fit.version]) FILTER (WHERE fit.version IS NOT NULL) AS canary
    FROM latest_update_operations o JOIN uo_vuln u ON u.uo = o.id JOIN vuln v ON v.id = u.vuln CROSS JOIN LATERAL (SELECT CASE
        WHEN v.dist_id IN ('debian', 'ubuntu') AND v.fixed_in_version ~ '^([1-9]|$)' THEN '0'
        WHEN v.dist_id = 'alpine' AND v.fixed_in_version ~ '^[1-9]' THEN '0.0.1-r0'
        WHEN v.repo_name = 'go' AND v.package_name <> 'toolchain'
            THEN 'v' || (lower(v.vulnerable_range))[2] || '.' || (lower(v.vulnerable_range))[3] || '.' || (lower(v.vulnerable_range))[4]
        WHEN v.repo_name IN ('pypi', 'maven', 'rubygems') AND v.fixed_in_version ~ '(^|&)(fixed|lastAffected)=[1-9]'
            AND v.fixed_in_version !~ '(^|&)introduced=([^&]*[^0-9.&]|&|$)'
            THEN coalesce(substring(v.fixed_in_version FROM '(?:^|&)introduced=([^&]*)'), '0')
    END AS version) AS fit
    WHERE o.kind = 'vulnerability' AND o.updater IN (SELECT name FROM known WHERE problem = '')
      AND NOT (v.repo_name IN ('go', 'npm') AND (v.version_kind IS NULL OR isempty(v.vulnerable_range)))
    GROUP BY 1, 2, 3, 4
)
SELECT json_build_object(
    'updaters', (SELECT json_agg(json_build_object('name', name, 'advisories', advisories, 'date',
        coalesce(to_char(success AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), ''), 'problem', problem) ORDER BY name) FROM known),
    'advisories', (SELECT sum(advisories) FROM known WHERE problem = ''),
    'coverage', (SELECT coalesce(json_agg(json_build_object('updater', updater, 'distribution', distribution, 'version', version,
        'repository', repository, 'advisories', advisories, 'canary', CASE WHEN canary IS NOT NULL THEN
        json_build_object('vulnerability', canary[1], 'package', canary[2], 'version', canary[3]) END) ORDER BY updater, distribution, version, repository), '[]') FROM coverage)
);
SELECT ceil(extract(epoch FROM min(success)) + (:'most'::bigint + 1) * 86400)::bigint FROM updaters WHERE problem = '' AND advisories > 0;
SQL
    } | ask
}

deadline=$(($(date +%s) + patience))
while :; do
    problem=$(wrong) || fail "$container: the database of advisories cannot be read: see 'docker logs $container'"
    [ -n "$problem" ] || break
    [ "$(date +%s)" -lt "$deadline" ] ||
        fail "no verdict: $problem. Load advisories (change portcullis:scanner.reload to import the archive again), or correct portcullis:scanner.expectedUpdaters"
    ! caller_gone || fail "no verdict: the run that asked was interrupted, so waiting for advisories has ended"
    say "waiting for advisories: $problem"
    sleep 15
done

found=$(facts) || fail "$container: the database of advisories cannot be read: see 'docker logs $container'"
printf '%s\n' "$found" | sed '$d'
made advisories "$container $database"
# From then on the proof holds no more: the next run makes it again.
made until "$(printf '%s\n' "$found" | sed -n '$p')"
