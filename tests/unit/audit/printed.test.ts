/** What is printed of an audit is true, and short. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { z } from "zod";
import { auditFacts } from "../../../audit/audit";
import { driftOf, type Drift } from "../../../audit/drift/drift";
import { judgeAudit } from "../../../audit/verdict";
import { besideLines } from "../../../audit/report/beside";
import { renderJson } from "../../../audit/report/docker-bench-json";
import { driftLines } from "../../../audit/report/drift";
import { renderHtml } from "../../../audit/report/html";
import { renderJunit } from "../../../audit/report/junit";
import { renderSarif } from "../../../audit/report/sarif";
import { renderTable } from "../../../audit/report/table";
import type { AuditView } from "../../../audit/report/view";
import { stepText } from "../../../cli/audit-step";
import { runAudit } from "./cli-run";
import { declaration, live, withContainer, withPath } from "./drift/sample";
import { factsOf, readRecording } from "./recording";
import { check, mixed, report, settings, view, viewBeside } from "./sample";

const here = "--host unix:///run/docker.sock";
const day = new Date("2027-01-15T10:00:00Z");
/** Four WARNs, three of them with the same remedy. */
const alike = ["1.1.3", "1.1.4", "1.1.5"].map((id) =>
    check(id, "WARN", { remediation: "Install auditd.", setting: "portcullis:engine.auditRules" }),
);
const warned = [...alike, check("2.2", "WARN"), check("2.3", "PASS")];
const drift = driftOf(declaration, withContainer({ memory: 1, cpus: 3 }), day);

function drifted(found: Drift, shown = view([check("2.2", "PASS")])): AuditView {
    return { ...shown, report: { ...shown.report, drift: found } };
}

function occurrences(text: string, part: string): number {
    return text.split(part).length - 1;
}

/** The page without its style and its script. */
function bodyOf(page: string): string {
    return page.replace(/<(style|script)>[\s\S]*?<\/\1>/g, "");
}

describe("audit reports: a remedy", () => {
    it("is printed once for all WARNs that have it, in the table, the page and the failure of up", () => {
        const shown = view(warned);
        const table = renderTable(shown, { colour: false });
        assert.match(
            table,
            / {2}1\.1\.5 WARN Title of 1\.1\.5\n {4}Remedy for these 3: Install auditd \(setting portcullis:engine\.auditRules\)\n {2}2\.2 WARN Title of 2\.2\. Remedy: Do what 2\.2 asks\n/,
        );
        const page = renderHtml(shown);
        assert.equal(occurrences(page, "<b>Remedy</b> as for 1.1.3"), 2);
        const { text } = stepText(shown, true, "audit.html");
        for (const printed of [table, page, text]) {
            assert.equal(occurrences(printed, "Install auditd"), 1);
        }
    });

    it("is printed once for all differences that have it", () => {
        const { remedy } = drift.findings[0] ?? assert.fail();
        const shown = drifted(drift);
        const page = bodyOf(renderHtml(shown));
        assert.equal(occurrences(page, "<b>Remedy for these 2</b>"), 1);
        assert.equal(occurrences(page, 'class="difference"'), 2);
        const table = renderTable(shown, { colour: false });
        assert.match(
            table,
            /memory .*\n {4}changed.*\n.* cpus .*\n {4}changed.*\n {2}Remedy for these 2: put it back/,
        );
        for (const text of [table, page, stepText(shown, false, "audit.html").text]) {
            assert.equal(occurrences(text, remedy), 1);
        }
    });

    it("is another one where the setting is", () => {
        const page = renderHtml(
            view([
                check("2.2", "WARN", { remediation: "x" }),
                check("2.3", "WARN", { remediation: "x", setting: "portcullis:engine" }),
            ]),
        );
        assert.doesNotMatch(page, /as for/);
    });
});

describe("audit reports: the verdict", () => {
    it("is the last line of what up fails with, behind the lists and the notes", () => {
        const over = stepText(drifted(drift, view(warned)), true, "reports/dev/audit.html");
        assert.equal(over.isRefused, true);
        assert.match(
            over.text,
            /^portcullis: the host is not as declared:\n[\s\S]*\nportcullis: the audit is over its gate:\n[\s\S]*\nportcullis: report: reports\/dev\/audit\.html\nportcullis: over the gate: 4 WARNs \(1\.1\.3, 1\.1\.4, 1\.1\.5, 2\.2\); 2 differences from what the stack dev declared; score -3 of 5 \(.*enforce: false.*\)\n$/,
        );
    });

    it("refuses nothing where the gate only reports, and where a certificate is to be renewed", () => {
        assert.deepEqual(stepText(view(warned), false, "p"), { isRefused: false, text: "" });
        const expiring = driftOf(declaration, live, new Date("2200-01-01"));
        assert.ok(expiring.findings.length > 0);
        const { isRefused, text } = stepText(drifted(expiring), true, "p");
        assert.equal(isRefused, false);
        assert.match(text, /^portcullis: note: drift: .* is to be renewed.*Remedy: /);
    });

    it("is the last line of the table where the audit is not clean, and not there where it is", () => {
        const last = (shown: AuditView) => renderTable(shown, { colour: false }).trimEnd().split("\n").at(-1);
        assert.equal(
            last(drifted(driftOf(declaration, withContainer({ memory: 1 }), day))),
            "Verdict  the gate is passed; 1 difference from what the stack dev declared; score 1 of 1",
        );
        assert.equal(
            last(view(mixed, { settings: settings({ minimumScore: 5, allowedWarnings: ["1.1.3"] }) })),
            "Verdict  over the gate: 2 WARNs (4.6, 5.13) and 1 problem; score 1 of 8",
        );
        assert.equal(last(view([check("2.2", "PASS")])), "The gate is passed.");
    });
});

describe("portcullis audit: a report for a machine", () => {
    for (const format of ["json", "sarif", "junit", "html"]) {
        it(`brings one line at most on standard error: ${format}`, async () => {
            const many = await runAudit("/", `${here} --format ${format}`, report(warned));
            assert.equal(
                many.stderr,
                "portcullis: over the gate: 4 WARNs (1.1.3, 1.1.4, 1.1.5, 2.2); score -3 of 5\n",
            );
            assert.equal(
                (await runAudit("/", `${here} --format ${format}`, report([check("2.2", "PASS")]))).stderr,
                "",
            );
        });
    }

    it("holds what is over the gate, what is accepted, and the notes", async () => {
        const folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-printed-"));
        const file = path.join(folder, "exceptions.yaml");
        const common = "owner: team, reason: cache, expires: 2999-12-31";
        fs.writeFileSync(
            file,
            `- { check: '5.13', container: web, ${common} }\n- { check: '5.5', ${common} }\n`,
        );
        const words = `${here} --allow 4.6 --minimum-score 99 --exceptions ${file}`;
        const json = await runAudit(folder, `${words} --format json`, report(mixed));
        const { gate, maximumScore } = z
            .object({ gate: z.record(z.string(), z.unknown()), maximumScore: z.number() })
            .parse(JSON.parse(json.stdout));
        const problem =
            "score 1 of 8 is below the minimum of 99, which no host can reach: lower minimumScore";
        const note = "the exception for 5.5 matches no warning: remove it (owner team)";
        assert.equal(maximumScore, 8);
        assert.deepEqual(gate, {
            passed: false,
            problems: [problem],
            notes: [note],
            over: [
                { id: "1.1.3", items: [] },
                { id: "5.13", items: ["db"] },
            ],
            allowed: [
                {
                    id: "4.6",
                    items: ["redis:7", "registry.local:5000/team/app@sha256:0a1b"],
                    reason: "allowed by allowedWarnings",
                },
            ],
            reported: [],
            excepted: [{ id: "5.13", items: ["web"], owner: "team", reason: "cache", expires: "2999-12-31" }],
        });
        assert.match(json.stderr, /^portcullis: over the gate: 2 WARNs .*; 1 note in the report\n$/);
        const sarif = (await runAudit(folder, `${words} --format sarif`, report(mixed))).stdout;
        for (const text of [
            problem,
            note,
            '"exitCodeDescription": "over the gate: 2 WARNs',
            '"maximumScore": 8',
        ]) {
            assert.ok(sarif.includes(text), text);
        }
        fs.rmSync(folder, { recursive: true });
    });

    it("tells a difference from Docker Bench that nothing explains once in SARIF", () => {
        const sarif = renderSarif(viewBeside());
        assert.equal(occurrences(sarif, "and nothing explains that"), 1);
    });
});

describe("audit reports: words", () => {
    const recorded = ["plain", "hardened", "misread"];

    async function shown(name: string): Promise<AuditView> {
        const audited = auditFacts(await factsOf(readRecording(name)));
        return {
            report: audited,
            gate: judgeAudit(audited, { settings: settings({ minimumScore: 99, allowedWarnings: [] }) }),
        };
    }

    it("has no backtick left on the page, and shows as code what stood between two", async () => {
        for (const name of recorded) {
            const page = bodyOf(renderHtml(await shown(name)));
            assert.doesNotMatch(page, /`|&#x60;/, name);
            assert.match(page, /<code>-w FILE -k docker<\/code>/);
        }
        const hostile = view([
            check("2.2", "WARN", { details: "`<img>` and `one", remediation: "Run `a<b`." }),
        ]);
        assert.match(renderHtml(hostile), /<p><code>&lt;img&gt;<\/code> and &#x60;one<\/p>/);
    });

    it("shows no score without its maximum", async () => {
        const view = await shown("hardened");
        const maximum = view.report.results.filter(({ scored }) => scored).length;
        const beside = besideLines(
            { version: "1", equal: 1, explained: [], unexplained: [], ourScore: 38, theirScore: 42 },
            maximum,
        );
        for (const text of [
            renderTable(view, { colour: false }),
            bodyOf(renderHtml(view)),
            renderJunit(view),
            ...beside.slice(0, 1),
        ]) {
            const scores = text.match(/\bscore *-?[0-9]+(?! of)(?![0-9])/gi) ?? [];
            assert.deepEqual(scores, []);
            assert.match(text, new RegExp(`of ${maximum}`));
        }
        assert.match(beside[0] ?? "", /1 verdict as here/);
    });

    it("speaks of one thing as of one", () => {
        const one: Drift = {
            stack: "dev",
            items: 1,
            findings: driftOf(declaration, withPath("/etc/p/a.key", undefined), day).findings.slice(0, 1),
        };
        const single = drifted(one, view([check("2.2", "WARN", { items: ["web"] })]));
        const texts = [
            ...driftLines(one),
            renderTable(single, { colour: false }),
            bodyOf(renderHtml(single)),
            renderJunit(single),
            renderSarif(single),
            stepText(single, true, "p").text,
        ];
        for (const text of texts) {
            assert.doesNotMatch(
                text,
                /\b1 (items|differences|WARNs|problems|notes|verdicts|things)\b|these 1\b/,
            );
        }
    });

    it("keeps the gate out of the baseline's JSON, which is an output of the stack", () => {
        assert.doesNotMatch(renderJson(report(mixed)), /"gate"/);
    });
});
