import assert from "node:assert/strict";
import { z } from "zod";
import { auditSettingsSchema } from "../../../audit/settings";
import type { Finding } from "../../../audit/exceptions";
import { compare } from "../../../audit/docker-bench/compare";
import { driftOf } from "../../../audit/drift/drift";
import type { DriftFinding } from "../../../audit/drift/finding";
import { exitCode, judgeAudit, stackGate, standing } from "../../../audit/verdict";
import { declaration, live } from "./drift/sample";
import { check, dockerBenchReport, mixed, now, report, settings, view } from "./sample";

describe("the audit's gate", () => {
    it("is passed by an audit without warnings", () => {
        const result = judgeAudit(report([check("2.2", "PASS"), check("2.7", "INFO")]), {
            settings: settings({ minimumScore: 1 }),
            now,
        });
        assert.deepEqual([result.failures, result.warnings, result.findings], [[], [], []]);
    });

    it("names id, item, setting and remedy of each warning", () => {
        const { failures } = judgeAudit(report(mixed), { settings: settings(), now });
        assert.deepEqual(failures, [
            "1.1.3 WARN Title of 1.1.3: no audit rule for /usr/bin/dockerd. Remedy: Do what 1.1.3 asks",
            "4.6 WARN Title of 4.6 (redis:7, registry.local:5000/team/app@sha256:0a1b). Remedy: Do what 4.6 asks",
            "5.13 WARN Title of 5.13: root file system is writable (web, db). Remedy: Do what 5.13 asks (setting portcullis:images)",
        ]);
    });

    it("lets allowed warnings through, and no other", () => {
        const result = judgeAudit(report(mixed), {
            settings: settings({ allowedWarnings: ["1.1.3", "4.6"] }),
            now,
        });
        assert.deepEqual(
            [result.findings.map((finding) => finding.check.id), result.allowed.map((one) => one.check.id)],
            [["5.13"], ["1.1.3", "4.6"]],
        );
        assert.deepEqual(result.allowed[0]?.reason, "allowed by allowedWarnings");
    });

    it("allows the default of a stack on the stack's own parts, with a reason each, and nothing else", () => {
        const warned = report([
            check("2.12", "WARN"),
            check("2.13", "WARN"),
            check("4.5", "WARN"),
            check("5.9", "WARN", { items: ["shop-registry:5000", "shop-registry2:80", "web:8080"] }),
            check("5.15", "WARN", { items: ["shop-clair:unless-stopped", "shopping:always"] }),
            check("1.1.3", "WARN", { items: ["/usr/bin/dockerd"], hostLimit: "the host is a container" }),
            check("1.1.4", "WARN", { items: ["/run/containerd"] }),
        ]);
        const judged = (audit: unknown) =>
            judgeAudit(warned, { ...stackGate(auditSettingsSchema.parse(audit), "shop"), now });
        const { findings, allowed, failures } = judged({});
        const named = (all: readonly Finding[]) => all.map((one) => [one.check.id, ...one.items].join(" "));
        assert.deepEqual(named(findings), [
            "2.12",
            "5.9 shop-registry2:80 web:8080",
            "5.15 shopping:always",
            "1.1.4 /run/containerd",
        ]);
        assert.deepEqual(named(allowed), [
            "2.13",
            "4.5",
            "5.9 shop-registry:5000",
            "5.15 shop-clair:unless-stopped",
            "1.1.3 /usr/bin/dockerd",
        ]);
        assert.equal(failures.length, 4);
        assert.ok(allowed.every(({ reason }) => reason.length > 20));
        // What the settings give stands instead of the default, not beside it.
        assert.deepEqual(named(judged({ allowedWarnings: ["5.9"] }).allowed), [
            "5.9 shop-registry:5000 shop-registry2:80 web:8080",
        ]);
        assert.deepEqual(judged({ allowedWarnings: [] }).allowed, []);
        assert.deepEqual(judged({ minimumScore: -9, enforce: false }).allowed, allowed);
    });

    it("fails a score below the minimum, and not one that meets it", () => {
        const audited = report([check("2.2", "PASS"), check("2.3", "PASS")]);
        const judged = (minimumScore: number): readonly string[] =>
            judgeAudit(audited, { settings: settings({ minimumScore }), now }).failures;
        assert.deepEqual(judged(2), []);
        assert.deepEqual(judged(3), [
            "score 2 of 2 is below the minimum of 3, which no host can reach: lower minimumScore",
        ]);
    });

    it("fails an expired exception even where its check is passed, and warns of an unused one", () => {
        const common = { owner: "team web", reason: "writes its cache" };
        const result = judgeAudit(report([check("5.13", "PASS")]), {
            settings: settings(),
            exceptions: [
                { ...common, check: "5.13", container: "web", expires: "2027-01-14" },
                { ...common, check: "5.12", image: "redis", expires: "2027-01-15" },
            ],
            now,
        });
        assert.deepEqual(result.failures, [
            "the exception for 5.13 on container web expired on 2027-01-14: ask team web to renew or to remove it (reason given: writes its cache)",
        ]);
        assert.deepEqual(result.warnings, [
            "the exception for 5.12 on image redis matches no warning: remove it (owner team web)",
        ]);
    });

    it("excepts the containers of an image", () => {
        const exceptions = [
            {
                check: "5.13",
                image: "registry.local:5000/team/db",
                owner: "o",
                reason: "r",
                expires: "2027-01-15",
            },
        ];
        const result = judgeAudit(report(mixed), { settings: settings(), exceptions, now });
        assert.deepEqual(
            result.findings.filter(({ check: { id } }) => id === "5.13").map(({ items }) => items),
            [["web"]],
        );
        const whole = { check: "5.13", owner: "o", reason: "r", expires: "2027-01-14" };
        const late = judgeAudit(report(mixed), { settings: settings(), exceptions: [whole], now });
        assert.match(late.failures[0] ?? "", /^the exception for 5\.13 expired on 2027-01-14: ask o /);
        const warned = check("5.13", "WARN", { items: ["web"] });
        const excepted = view([warned], { exceptions: [{ ...whole, expires: "2027-01-15" }] });
        assert.equal(standing(excepted, warned), "excepted");
    });

    it("fails a difference from Docker Bench where it is enforced, and else warns of it", () => {
        const audited = report([check("2.2", "PASS")]);
        const judged = (enforce: boolean | undefined) => {
            const dockerBench = compare(audited, dockerBenchReport(audited, ["2.2"]));
            const result = judgeAudit(audited, { settings: settings(), now, dockerBench, enforce });
            return [result.failures, result.warnings];
        };
        const [none, [difference, ...others] = []] = judged(undefined);
        assert.deepEqual([none, others], [[], []]);
        assert.match(difference ?? "", /^2\.2 Title of 2\.2: PASS here, INFO by Docker Bench/);
        assert.deepEqual(judged(false), [[], [difference]]);
        assert.deepEqual(judged(true), [[difference], []]);
    });

    it("is not clean where the host is not as its stack declared", () => {
        const { report: audited, gate } = view([check("2.2", "PASS")]);
        const about = { subject: "container p-db", key: "memory", remedy: "run up" };
        const drifted = (findings: readonly DriftFinding[]) => ({
            gate,
            report: { ...audited, drift: { ...driftOf(declaration, live, now), findings } },
        });
        assert.deepEqual(exitCode({ gate, report: audited }), 0);
        assert.deepEqual(exitCode(drifted([])), 0);
        assert.deepEqual(exitCode(drifted([{ ...about, problem: "changed", declared: 1, live: 2 }])), 1);
    });

    it("names no more than ten items of a warning", () => {
        const items = Array.from({ length: 100 }, (_, index) => `c${index}`);
        const { failures } = judgeAudit(report([check("5.13", "WARN", { items })]), {
            settings: settings(),
            now,
        });
        assert.match(failures.join(), /5\.13 WARN Title of 5\.13 \(c0, .*, c9 and 90 more\)\. /);
    });

    it("holds where it is set, and is only reported where it is not or the settings say so", () => {
        const holds = (value: unknown) => auditSettingsSchema.parse(value).enforce;
        assert.deepEqual(
            [{}, { exceptions: [] }, { minimumScore: 40, enforce: false }, { enforce: false }].map(holds),
            [false, false, false, false],
        );
        assert.deepEqual([{ minimumScore: 40 }, { allowedWarnings: [] }, { enforce: true }].map(holds), [
            true,
            true,
            true,
        ]);
        // The settings are parsed again where they are used.
        for (const value of [{}, { allowedWarnings: [] }]) {
            const once = auditSettingsSchema.parse(value);
            assert.equal(holds({ ...once, allowedWarnings: once.allowedWarnings }), once.enforce);
        }
    });

    it("refuses settings that are none", () => {
        const result = auditSettingsSchema.safeParse({
            minimumScore: "40",
            allowedWarnings: ["2.12", "all"],
        });
        assert.ok(result.error);
        assert.match(
            z.prettifyError(result.error),
            /minimumScore[\s\S]*id of a check[\s\S]*allowedWarnings\[1\]/,
        );
    });
});
