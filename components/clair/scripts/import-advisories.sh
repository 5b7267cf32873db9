#!/bin/sh
# Imports the advisories of standard input (clairctl export-updaters, gzip) into Clair's database, all of them or none: what
# reads the database meanwhile, or after this was killed, finds the old ones whole or the new ones whole.
#
# `clairctl import-updaters` of Clair 4.9 is not used. It opens the database without claircore's own types, and so stores no
# advisory that has a range of versions ("cannot find encode plan": all of Go's, and Red Hat's of containers); it commits
# each updater by itself; it takes its own time as the date; and it passes over a fingerprint that it has seen, "" too.
#
# The archive is the whole of the data: updaters that it does not name are removed. The date of an updater is that of its lines,
# i.e. when the source was fetched, and never later than now. The rows of an updater whose advisories are the same stay.
# Usage: import-advisories.sh VOLUME CONTAINER DATABASE
#   (the volume holds the data of the database's container)
set -eu
. "$(dirname "$0")/common.sh"

volume=$1 container=$2 database=$3

umask 022
mkdir -p "$state_folder"
work=$(mktemp -d "$state_folder/advisories.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
cat >"$work/advisories.json.gz"
gzip -t "$work/advisories.json.gz" 2>/dev/null || fail "portcullis:scanner.advisoryArchive is no gzip file: make it with 'clairctl export-updaters --strict FILE.json.gz'"

# Lines of JSON hold no control characters, so that two of them can stand for what CSV has and these lines have not.
before_lines() {
    cat <<'SQL'
BEGIN;
SET LOCAL max_parallel_workers_per_gather = 0;
SET LOCAL client_min_messages = warning;
SELECT pg_advisory_xact_lock(hashtext('portcullis advisories')) \g /dev/null
SET LOCAL work_mem = '16MB';
CREATE TEMPORARY TABLE lines (number bigint GENERATED ALWAYS AS IDENTITY, line jsonb) ON COMMIT DROP;
COPY lines (line) FROM STDIN WITH (FORMAT csv, QUOTE E'\x01', DELIMITER E'\x02');
SQL
}

after_lines() {
    printf '\\.\n'
    cat <<'SQL'
DELETE FROM lines WHERE line IS NULL;
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM lines) THEN RAISE 'it holds no advisories'; END IF;
    IF EXISTS (SELECT FROM lines WHERE coalesce(line->>'Updater', '') = '' OR line->>'Date' IS NULL
        OR NOT coalesce(line->>'Kind' = 'vulnerability' AND line ? 'Vuln' OR line->>'Kind' = 'enrichment' AND line ? 'Enrichment', false))
    THEN RAISE 'a line has no updater, no date, or nothing that Clair knows'; END IF;
END $$;

CREATE TEMPORARY TABLE sources ON COMMIT DROP AS
SELECT line->>'Updater' AS updater, min(line->>'Kind') AS kind, min(line->>'Fingerprint') AS fingerprint,
       least(max((line->>'Date')::timestamptz), now()) AS date,
       min(line->>'Kind') <> max(line->>'Kind') OR min(line->>'Ref') IS DISTINCT FROM max(line->>'Ref') AS twice,
       false AS kept, NULL::bigint AS operation
FROM lines GROUP BY 1;
DO $$ DECLARE twice text := (SELECT min(updater) FROM sources WHERE twice); BEGIN
    IF twice IS NOT NULL THEN RAISE 'it holds the updater % twice', twice; END IF;
END $$;

-- What the matcher would find by no name is left out, as claircore does.
CREATE TEMPORARY TABLE incoming ON COMMIT DROP AS
SELECT DISTINCT ON (hash) number, line->>'Updater' AS updater,
       sha256(convert_to((line->>'Updater') || ' ' || coalesce(line->'Vuln', line->'Enrichment')::text, 'UTF8')) AS hash
FROM lines WHERE line->>'Kind' = 'enrichment' OR coalesce(line#>>'{Vuln,package,name}', '') <> '' ORDER BY hash;
ANALYZE lines, incoming, sources;

-- The rows of the advisories, as claircore writes them: no value is null but the kind of a version, which an advisory without a
-- range has not.
CREATE TEMPORARY TABLE advisories (LIKE vuln) ON COMMIT DROP;
ALTER TABLE advisories DROP COLUMN id;
INSERT INTO advisories (
    hash_kind, hash, name, updater, description, issued, links, severity, normalized_severity,
    package_name, package_version, package_module, package_arch, package_kind,
    dist_id, dist_name, dist_version, dist_version_code_name, dist_version_id, dist_arch, dist_cpe, dist_pretty_name,
    repo_name, repo_key, repo_uri, fixed_in_version, arch_operation, version_kind, vulnerable_range
)
SELECT 'portcullis', i.hash, v.name, i.updater, coalesce(v.description, ''), v.issued, coalesce(v.links, ''), coalesce(v.severity, ''),
       coalesce(v.normalized_severity, 'Unknown'),
       p.name, coalesce(p.version, ''), coalesce(p.module, ''), coalesce(p.arch, ''), coalesce(p.kind, ''),
       coalesce(d.did, ''), coalesce(d.name, ''), coalesce(d.version, ''), coalesce(d.version_code_name, ''),
       coalesce(d.version_id, ''), coalesce(d.arch, ''), coalesce(d.cpe, ''), coalesce(d.pretty_name, ''),
       coalesce(r.name, ''), coalesce(r.key, ''), coalesce(r.uri, ''),
       coalesce(v.fixed_in_version, ''), coalesce(v.arch_op, 'invalid'), b.kind,
       CASE WHEN b.kind IS NULL THEN VersionRange('{}', '{}', '()') ELSE VersionRange(b.lower, b.upper, '[)') END
FROM incoming i JOIN lines l USING (number)
CROSS JOIN LATERAL jsonb_to_record(l.line->'Vuln') AS v(name text, description text, issued timestamptz, links text, severity text,
    normalized_severity text, package jsonb, distribution jsonb, repository jsonb, fixed_in_version text, arch_op text, range jsonb)
CROSS JOIN LATERAL jsonb_to_record(v.package) AS p(name text, version text, module text, arch text, kind text)
CROSS JOIN LATERAL jsonb_to_record(coalesce(v.distribution, '{}')) AS d(did text, name text, version text, version_code_name text,
    version_id text, arch text, cpe text, pretty_name text)
CROSS JOIN LATERAL jsonb_to_record(coalesce(v.repository, '{}')) AS r(name text, key text, uri text)
-- A range is {"[":"semver:0.1.2.0.0.0.0.0.0.0",")":"semver:…"}: the kind of version, and the ten numbers of each end.
LEFT JOIN LATERAL (
    SELECT split_part(v.range->>'[', ':', 1) AS kind, string_to_array(split_part(v.range->>'[', ':', 2), '.')::int[] AS lower,
           string_to_array(split_part(v.range->>')', ':', 2), '.')::int[] AS upper
    WHERE v.range->>'[' LIKE '%:%' AND split_part(v.range->>'[', ':', 1) = split_part(v.range->>')', ':', 1)
) AS b ON true
WHERE l.line->>'Kind' = 'vulnerability';
CREATE UNIQUE INDEX ON advisories (hash);
ANALYZE advisories;
-- A row that somebody changed is none of the archive's: it goes, and comes again below.
DELETE FROM vuln v USING advisories a WHERE v.hash_kind = 'portcullis' AND v.hash = a.hash AND (to_jsonb(v) - 'id') <> to_jsonb(a);

-- The newest operation of each updater, where it holds just what comes.
WITH newest AS (SELECT DISTINCT ON (updater) updater, id, kind FROM update_operation ORDER BY updater, id DESC),
comes AS (SELECT updater, count(*) AS number FROM incoming GROUP BY updater),
held AS (SELECT uo, count(*) AS number FROM uo_vuln GROUP BY uo UNION ALL SELECT uo, count(*) FROM uo_enrich GROUP BY uo),
known AS (
    SELECT uo, count(*) AS number FROM incoming i JOIN vuln v ON v.hash_kind = 'portcullis' AND v.hash = i.hash JOIN uo_vuln u ON u.vuln = v.id GROUP BY uo
    UNION ALL
    SELECT uo, count(*) FROM incoming i JOIN enrichment e ON e.hash_kind = 'portcullis' AND e.hash = i.hash JOIN uo_enrich u ON u.enrich = e.id GROUP BY uo
),
compared AS (
    SELECT s.updater, n.id FROM sources s JOIN newest n USING (updater, kind) JOIN comes c USING (updater)
    JOIN held h ON h.uo = n.id JOIN known k ON k.uo = n.id WHERE c.number = h.number AND c.number = k.number
)
UPDATE sources s SET kept = true, operation = c.id FROM compared c WHERE c.updater = s.updater;

UPDATE update_operation o SET date = s.date, fingerprint = s.fingerprint FROM sources s WHERE s.kept AND o.id = s.operation;
WITH made AS (
    INSERT INTO update_operation (updater, fingerprint, kind, date) SELECT updater, fingerprint, kind, date FROM sources WHERE NOT kept
    RETURNING id, updater
)
UPDATE sources s SET operation = m.id FROM made m WHERE m.updater = s.updater;

INSERT INTO vuln (
    hash_kind, hash, name, updater, description, issued, links, severity, normalized_severity,
    package_name, package_version, package_module, package_arch, package_kind,
    dist_id, dist_name, dist_version, dist_version_code_name, dist_version_id, dist_arch, dist_cpe, dist_pretty_name,
    repo_name, repo_key, repo_uri, fixed_in_version, arch_operation, version_kind, vulnerable_range
)
SELECT hash_kind, hash, name, updater, description, issued, links, severity, normalized_severity,
    package_name, package_version, package_module, package_arch, package_kind,
    dist_id, dist_name, dist_version, dist_version_code_name, dist_version_id, dist_arch, dist_cpe, dist_pretty_name,
    repo_name, repo_key, repo_uri, fixed_in_version, arch_operation, version_kind, vulnerable_range
FROM advisories WHERE updater IN (SELECT updater FROM sources WHERE NOT kept)
ON CONFLICT (hash_kind, hash) DO NOTHING;
INSERT INTO uo_vuln (uo, vuln)
SELECT s.operation, v.id FROM incoming i JOIN sources s ON s.updater = i.updater AND NOT s.kept AND s.kind = 'vulnerability'
JOIN vuln v ON v.hash_kind = 'portcullis' AND v.hash = i.hash;

INSERT INTO enrichment (hash_kind, hash, updater, tags, data)
SELECT 'portcullis', i.hash, i.updater, ARRAY(SELECT jsonb_array_elements_text(line#>'{Enrichment,Tags}')), line#>'{Enrichment,Enrichment}'
FROM incoming i JOIN sources s ON s.updater = i.updater AND NOT s.kept AND s.kind = 'enrichment' JOIN lines l USING (number)
ON CONFLICT (hash_kind, hash) DO NOTHING;
INSERT INTO uo_enrich (uo, enrich, updater, fingerprint, date)
SELECT s.operation, e.id, s.updater, s.fingerprint, s.date FROM incoming i JOIN sources s ON s.updater = i.updater AND NOT s.kept AND s.kind = 'enrichment'
JOIN enrichment e ON e.hash_kind = 'portcullis' AND e.hash = i.hash;

-- When each source was last asked with success, as claircore's updaters write it; the attempt is this import.
DELETE FROM updater_status WHERE updater_name NOT IN (SELECT updater FROM sources);
INSERT INTO updater_status (updater_name, last_attempt, last_success, last_run_succeeded, last_attempt_fingerprint)
SELECT updater, now(), date, true, fingerprint FROM sources
ON CONFLICT (updater_name) DO UPDATE SET last_attempt = excluded.last_attempt, last_success = excluded.last_success,
    last_run_succeeded = true, last_attempt_fingerprint = excluded.last_attempt_fingerprint, last_error = NULL;

-- The data of now and that of before, by which the notifier knows what is new, as Clair's own update_retention has it.
DELETE FROM update_operation o WHERE o.updater NOT IN (SELECT updater FROM sources)
    OR o.id < (SELECT n.id FROM update_operation n WHERE n.updater = o.updater ORDER BY n.id DESC OFFSET 1 LIMIT 1);
DELETE FROM vuln v WHERE NOT EXISTS (SELECT FROM uo_vuln u WHERE u.vuln = v.id);
DELETE FROM enrichment e WHERE NOT EXISTS (SELECT FROM uo_enrich u WHERE u.enrich = e.id);
REFRESH MATERIALIZED VIEW CONCURRENTLY latest_update_operations;
ANALYZE update_operation, vuln, uo_vuln, enrichment, uo_enrich;

SELECT updater || ': ' || (SELECT count(*) FROM incoming i WHERE i.updater = s.updater) || ' of ' || to_char(date AT TIME ZONE 'UTC', 'YYYY-MM-DD')
    || CASE WHEN kept THEN ', unchanged' ELSE '' END FROM sources s ORDER BY updater;
SELECT 'left out, because they name no package: ' || count(*) FROM lines
WHERE line->>'Kind' = 'vulnerability' AND coalesce(line#>>'{Vuln,package,name}', '') = '' HAVING count(*) > 0;
COMMIT;
\echo committed
SQL
}

say "importing advisories"
# Where the lines end early the commands after them are missing, and with them the commit.
{
    before_lines
    gzip -dc "$work/advisories.json.gz" && after_lines
} | docker exec -i "$container" psql --quiet --no-psqlrc --no-align --tuples-only --set ON_ERROR_STOP=1 --username postgres \
    --dbname "$database" >"$work/log" 2>"$work/errors" || true
if [ "$(tail -n 1 "$work/log")" != committed ]; then
    fail "$container: the advisories of portcullis:scanner.advisoryArchive were not imported, and the old ones stand: $(head -n 3 "$work/errors" | cut -c 1-600 | tr '\n' ' '): make the archive with 'clairctl export-updaters --strict FILE.json.gz', and see 'docker logs $container'"
fi
sed '$d' "$work/log" | while read -r line; do say "$line"; done
made volume "$volume"
made advisories "$container $database"
