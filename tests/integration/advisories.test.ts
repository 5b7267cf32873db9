import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as zlib from "node:zlib";
import { z } from "zod";
import { type AdvisoryFacts, advisoryFactsSchema } from "../../outputs/advisories";
import { parseOutput } from "../../outputs/parse";
import { parseReport } from "../../scan/report";
import { archiveWithAdvisory, archiveWithScore } from "../support/advisories";
import { catalog } from "../unit/scan/lists-sample";
import { statement, vex } from "../unit/scan/vex-sample";
import { scanAllCanaries } from "../support/canaries";
import { Deployment } from "../support/deployment";
import { assertDone, root, TestHost, TestStack } from "../support/stack";

const day = 86_400;
/** The oldest of the lab's data; days since then. */
const oldest = Math.floor((Date.now() / 1000 - Date.parse("2020-06-01T00:00:00Z") / 1000) / day);

describe("the advisories of the lab's stack", () => {
    const host = new TestHost("data", "trixie", "10.213.95.0/29");
    const stack = new TestStack(host);
    const deployment = new Deployment(host, stack);
    const archive = path.relative(root, path.join(stack.folder, "advisories.json.gz"));
    const lab = path.join(root, ".portcullis/archives/advisories.json.gz");

    const sql = (text: string) =>
        host.read(
            `docker exec -i portcullis-postgres psql -qAt -U postgres -d matcher <<'SQL'\n${text}\nSQL`,
        );
    /** What is stored, and which of it Clair's matchers see. */
    const stored = () =>
        sql(
            "SELECT count(*), min(uo), max(uo), max(vuln) FROM uo_vuln; SELECT string_agg(updater || id, ' ' ORDER BY id) FROM latest_update_operations;",
        );
    /** Asks the proof for the facts, with this limit of days and these updaters expected. */
    const prove = (days: number, ...updaters: string[]) =>
        host.sh(
            `sh /usr/local/lib/portcullis/prove-advisories.sh portcullis-postgres matcher 1 ${days} 0 ${updaters.join(" ")}`,
        );
    const facts = (days: number): AdvisoryFacts => {
        const { status, stdout, stderr } = prove(days, "debian/updater");
        assert.equal(status, 0, stderr);
        return parseOutput(advisoryFactsSchema, "prove-advisories.sh", stdout);
    };
    const problem = (days: number, updater: string) =>
        facts(days).updaters.find(({ name }) => name === updater)?.problem;
    const covers = (days: number, repository: string) =>
        facts(days).coverage.some((entry) => entry.repository === repository);

    before(() => deployment.standUp());

    after(() => {
        host.down();
    });

    it("cover Debian 10 to 13, Alpine, Go, PyPI and Maven, each with the date of its source", async () => {
        const { coverage, updaters, advisories } = advisoryFactsSchema.parse(
            (await stack.outputs())["scanner"],
        );
        assert.deepEqual(
            [...new Set(coverage.map((one) => `${one.distribution}${one.version}${one.repository}`))].sort(),
            [
                "alpine3.11",
                "alpine3.7",
                "debian10",
                "debian11",
                "debian12",
                "debian13",
                "go",
                "maven",
                "pypi",
            ],
        );
        assert.ok(coverage.every((one) => one.advisories >= (one.repository === "maven" ? 3 : 100)));
        const { sources } = z
            .object({ sources: z.array(z.object({ date: z.string() })) })
            .parse(JSON.parse(fs.readFileSync(path.join(root, "lab/data/advisories/sources.json"), "utf8")));
        assert.deepEqual(
            [...new Set(updaters.map(({ date }) => date))].sort(),
            [...new Set(sources.map(({ date }) => date))].sort(),
        );
        assert.ok(advisories > 5000);
    });

    it("are found in canaries, one of each kind", async () => {
        // The lab has no data for Ubuntu and RubyGems.
        const add = (updater: string, change: Record<string, string>) =>
            sql(
                `WITH made AS (INSERT INTO vuln SELECT (jsonb_populate_record(v, '${JSON.stringify(change)}' || jsonb_build_object(
                'id', (SELECT max(id) + 1 FROM vuln), 'hash', '\\x' || md5('${updater}'), 'updater', '${updater}'))).*
                FROM vuln v WHERE v.updater = 'debian/updater' LIMIT 1 RETURNING id),
                ran AS (INSERT INTO update_operation (updater, fingerprint, kind, date) VALUES ('${updater}', '', 'vulnerability', now()) RETURNING id)
                INSERT INTO uo_vuln (uo, vuln) SELECT ran.id, made.id FROM ran, made;
                INSERT INTO updater_status (updater_name, last_attempt, last_success, last_run_succeeded, last_attempt_fingerprint)
                VALUES ('${updater}', now(), now(), true, '');`,
            );
        add("ubuntu/updater/jammy", {
            ...{ name: "CVE-2022-0001 on Ubuntu 22.04 LTS (jammy)", dist_id: "ubuntu", dist_name: "Ubuntu" },
            ...{ dist_version: "22.04 (Jammy)", dist_version_id: "22.04", dist_version_code_name: "jammy" },
        });
        add("osv/rubygems", {
            ...{ name: "GHSA-rubygems", package_name: "rack", package_kind: "binary", repo_name: "rubygems" },
            ...{
                fixed_in_version: "fixed=2.0.0&introduced=1.0.0",
                dist_id: "",
                dist_name: "",
                dist_version: "",
            },
            ...{ dist_version_id: "", dist_version_code_name: "", dist_pretty_name: "" },
        });
        sql("REFRESH MATERIALIZED VIEW latest_update_operations;");
        const { expected, doubts } = await scanAllCanaries(deployment, facts(oldest + 30));
        const added = "('ubuntu/updater/jammy', 'osv/rubygems')";
        sql(
            `DELETE FROM vuln WHERE updater IN ${added}; DELETE FROM update_operation WHERE updater IN ${added};
            DELETE FROM updater_status WHERE updater_name IN ${added}; REFRESH MATERIALIZED VIEW latest_update_operations;`,
        );
        assert.deepEqual([...doubts], []);
        assert.deepEqual(expected, [
            "alpine:3.11 alpine-community-v3.11-updater",
            "alpine:3.11 alpine-main-v3.11-updater",
            "debian:12 debian/updater",
            "debian:13 debian/updater",
            "go osv/go",
            "maven osv/maven",
            "pypi osv/pypi",
            "rubygems osv/rubygems",
            "ubuntu:22.04 ubuntu/updater/jammy",
        ]);
    });

    it("flag what an image holds by an advisory that is added", async () => {
        archiveWithAdvisory(archive, "CVE-2026-99999", "redis");
        stack.change({ scanner: { ...stack.example("scanner"), advisoryArchive: archive } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /redis@sha256:[0-9a-f]{64}: 2 findings of severity High or above/);
        assert.match(ended.output, /CVE-2026-99999 Unknown redis-(server|tools) \S+, not fixed yet/);
    });

    it("flag nothing when it is gone, and what Go gives no severity has that of its CVSS score", async () => {
        const clair = () => {
            const file = path.join(root, `reports/${host.name}/portcullis-clair.json`);
            return parseReport(fs.readFileSync(file, "utf8")).findings;
        };
        const [before] = clair().filter(({ updater, cves }) => updater === "osv/go" && cves.length > 0);
        assert.ok(before !== undefined);
        assert.equal(before.severity, "Unknown");
        archiveWithScore(archive, before.cves[0] ?? "", 9.8);
        assertDone(await stack.up());
        await deployment.readOutputs();
        assert.equal(deployment.scanOf("redis").verdict, "pass");
        const after = clair().find(({ vulnerability }) => vulnerability === before.vulnerability);
        assert.deepEqual([after?.severity, after?.score], ["Critical", 9.8]);
        assert.ok((deployment.scanOf("portcullis/clair").counts["Critical"] ?? 0) > 0);
        stack.reset();
        assertDone(await stack.up());
    });

    it("stay as they are where an archive cannot be imported whole, and where it is imported again", async () => {
        const before = stored();
        fs.writeFileSync(
            path.join(root, archive),
            zlib.gzipSync(`${zlib.gunzipSync(fs.readFileSync(lab)).toString("utf8")}{"Updater":"cut`),
        );
        stack.change({ scanner: { ...stack.example("scanner"), advisoryArchive: archive } });
        const ended = await stack.up();
        assert.notEqual(ended.status, 0);
        assert.match(ended.output, /were not imported, and the old ones stand: .*json/);
        assert.equal(stored(), before);
        stack.change({ scanner: { ...stack.example("scanner"), reload: "again" } });
        const again = await stack.up();
        assertDone(again);
        assert.match(again.output, /osv\/go: 421 of 2026-08-01, unchanged/);
        assert.equal(stored(), before);
    });

    it("are as old as their source's last success, whatever an operation says", () => {
        sql(`UPDATE updater_status SET last_success = now() - interval '1 day' WHERE updater_name = 'debian/updater';
UPDATE update_operation SET date = '2001-01-01' WHERE updater = 'debian/updater'`);
        assert.equal(problem(1, "debian/updater"), "");
        assert.match(
            problem(oldest - 30, "alpine-main-v3.7-updater") ?? "",
            /^the advisories of alpine-main-v3\.7-updater are \d+ days old/,
        );
        assert.equal(problem(oldest + 2, "alpine-main-v3.7-updater"), "");
    });

    for (const [days, fresh] of [
        [1, true],
        [14, true],
        [15, false],
        [400, false],
    ] as const) {
        it(`${fresh ? "count" : "do not count, and say why,"} where the source last answered ${days} days ago, of 14`, () => {
            sql(`UPDATE updater_status SET last_success = now() - interval '${days} days 1 hour', last_run_succeeded = false,
last_error = E'404\\n"not found"' WHERE updater_name = 'osv/go'`);
            const wanted = `the advisories of osv/go are ${days} days old, and portcullis:scanner.maximumAgeDays is 14; Clair says of the last run: 404 "not found"`;
            assert.equal(problem(14, "osv/go"), fresh ? "" : wanted);
            assert.equal(covers(14, "go"), fresh);
            const { status, stderr } = prove(14, "debian/updater", "osv/go");
            assert.equal(status === 0, fresh);
            assert.equal(stderr.includes(`no verdict: ${wanted}`), !fresh, stderr);
        });
    }

    it("do not count while no run of their updater has ended, or where none has succeeded", () => {
        sql("DELETE FROM updater_status WHERE updater_name = 'osv/go'");
        assert.equal(problem(14, "osv/go"), "no run of the updater osv/go has ended yet");
        assert.equal(covers(14, "go"), false);
        sql(
            "INSERT INTO updater_status (updater_name, last_run_succeeded, last_error) VALUES ('osv/npm', false, 'no route')",
        );
        assert.equal(
            problem(14, "osv/npm"),
            "no run of the updater osv/npm has ever succeeded; Clair says: no route",
        );
    });

    it("fail an image below the severity where CISA's catalog has them, unless a statement takes them away", async () => {
        const file = (name: string) => path.relative(root, path.join(stack.folder, name));
        const write = (name: string, content: string) => {
            fs.writeFileSync(path.join(root, file(name)), content);
        };
        const kev = catalog(["CVE-2026-99999"], { dateReleased: new Date().toISOString() });
        write("kev.json", kev);
        write(
            "vex.json",
            vex(
                [
                    statement({
                        vulnerability: { name: "CVE-2026-99999" },
                        products: [{ "@id": `pkg:oci/redis?repository_url=${host.address}:5000/redis` }],
                    }),
                ],
                { timestamp: new Date().toISOString() },
            ),
        );
        archiveWithAdvisory(archive, "CVE-2026-99999", "redis");
        const scan = { ...stack.example("scan"), unknownAs: "Low", kevFile: file("kev.json") };
        stack.change({ scanner: { ...stack.example("scanner"), advisoryArchive: archive }, scan });
        const failed = await stack.up();
        assert.notEqual(failed.status, 0);
        assert.match(
            failed.output,
            /redis@sha256:[0-9a-f]{64}: 2 findings that fail an image whatever the severity/,
        );
        assert.match(
            failed.output,
            /CVE-2026-99999 Unknown redis-(server|tools) \S+, not fixed yet: CVE-2026-99999 is in CISA's catalog/,
        );
        const whenItFailed = new Date().toISOString();
        stack.change({ scan: { ...scan, vexFiles: [file("vex.json")] } });
        assertDone(await stack.up());
        await deployment.readOutputs();
        const { verdict, accepted } = deployment.scanOf("redis");
        assert.equal(verdict, "pass");
        assert.equal(accepted.length, 2);
        for (const text of accepted) {
            assert.match(text, /^CVE-2026-99999 .* is taken away, though .*vex\.json, .*statement 1/);
        }
        assertDone(await stack.preview("--expect-no-changes"));
        write("kev.json", kev.slice(0, -1));
        const cut = await stack.preview();
        assert.notEqual(cut.status, 0);
        assert.match(cut.output, /portcullis:scan\.kevFile: \S+kev\.json is no JSON, and may be cut off: /);
        // Both judgements can be explained, though the catalog is another one now.
        const explain = `bin/portcullis explain --stack ${host.name}`;
        const passes = await stack.shell(`${explain} redis`);
        assertDone(passes);
        assert.match(
            passes.output,
            /^pass .*redis@[^]*CVE-2026-99999 .* is taken away[^]*: the same verdicts\.$/m,
        );
        const failure = await stack.shell(`${explain} --on ${whenItFailed} redis`);
        assertDone(failure);
        assert.match(failure.output, /was not passed; that was its last word until/);
        assert.match(failure.output, /^ {4}fails: CVE-2026-99999 Unknown redis-.*CISA's catalog/m);
        stack.reset();
    });

    it("are proven anew, and loaded, by the next up", async () => {
        assertDone(await stack.up());
        assert.equal(problem(oldest + 2, "osv/go"), "");
        assertDone(await stack.preview("--expect-no-changes"));
    });
});
