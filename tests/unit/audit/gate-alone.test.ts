import assert from "node:assert/strict";
import { auditSettingsSchema } from "../../../audit/settings";
import { stepSettings } from "../../../audit/step-input";
import type { Finding } from "../../../audit/exceptions";
import { judgeAudit, planGate, stackGate } from "../../../audit/verdict";
import { renderHtml } from "../../../audit/report/html";
import { renderJunit } from "../../../audit/report/junit";
import { renderSarif } from "../../../audit/report/sarif";
import { renderTable } from "../../../audit/report/table";
import { check, mixed, now, report, settings, view } from "./sample";

const exception = {
    check: "5.13",
    container: "db",
    owner: "team db",
    reason: "tables",
    expires: "2027-02-01",
};

/** Ids over the gate, and those that are only reported, with settings as a stack has them. */
function judged(keys: unknown): [string[], string[]] {
    const own = auditSettingsSchema.parse(keys);
    const { findings, reported } = judgeAudit(report(mixed), {
        settings: own,
        exceptions: own.exceptions,
        now,
    });
    return [findings.map((one) => one.check.id), reported.map((one) => one.check.id)];
}

describe("the audit's gate: what its settings say together", () => {
    const all = ["1.1.3", "4.6", "5.13"];

    it("is the score alone, where only a minimum score is given", () => {
        assert.deepEqual(judged({ minimumScore: 1 }), [[], all]);
        assert.deepEqual(judged({ minimumScore: 1, enforce: true }), [[], all]);
        const { failures } = judgeAudit(report(mixed), { settings: settings({ minimumScore: 2 }), now });
        assert.deepEqual(failures, [
            "score 1 of 8 is below the minimum of 2: fix warnings, or lower minimumScore",
        ]);
    });

    it("counts every WARN where nothing is given, or allowed WARNs or exceptions stand beside the score", () => {
        assert.deepEqual(judged({}), [all, []]);
        assert.deepEqual(judged({ enforce: true }), [all, []]);
        assert.deepEqual(judged({ minimumScore: 1, allowedWarnings: [] }), [all, []]);
        assert.deepEqual(judged({ minimumScore: 1, allowedWarnings: ["4.6"] }), [["1.1.3", "5.13"], []]);
        assert.deepEqual(judged({ minimumScore: 1, exceptions: [exception] }), [all, []]);
    });

    it("still allows what is expected of a stack, where a minimum score alone only reports the rest", () => {
        const shown = [
            check("2.12", "WARN"),
            check("5.9", "WARN", { items: ["shop-registry:5000", "web:8080"] }),
        ];
        const { findings, allowed, reported } = judgeAudit(report(shown), {
            ...stackGate(auditSettingsSchema.parse({ minimumScore: -2 }), "shop"),
            now,
        });
        const named = (all: readonly Finding[]) => all.map((one) => [one.check.id, ...one.items].join(" "));
        assert.deepEqual([findings, allowed, reported].map(named), [
            [],
            ["5.9 shop-registry:5000"],
            ["2.12", "5.9 web:8080"],
        ]);
    });

    it("stays the same where settings are parsed once more, as up does", () => {
        for (const keys of [
            {},
            { minimumScore: 1 },
            { minimumScore: 1, allowedWarnings: [] },
            { minimumScore: 1, exceptions: [exception] },
            { allowedWarnings: ["4.6"], enforce: false },
        ]) {
            const once = auditSettingsSchema.parse(keys);
            const again = auditSettingsSchema.parse(JSON.parse(JSON.stringify(once)));
            assert.deepEqual(JSON.parse(JSON.stringify(again)), JSON.parse(JSON.stringify(once)));
        }
        // Settings of stacks that are up are sent to the host's audit: they must not change.
        assert.deepEqual(stepSettings(auditSettingsSchema.parse({})).allowedWarnings, []);
    });

    it("is shown as what it is in each form of the report", () => {
        const shown = view(mixed, { settings: settings({ minimumScore: 1 }) });
        assert.match(
            renderTable(shown, { colour: false }),
            /^4\.6 .* \(reported\)$[\s\S]*^The gate is passed\.\nThe gate is a minimum score alone, which fails no WARN\.$/m,
        );
        assert.match(renderHtml(shown), /<p>The gate is a minimum score alone, which fails no WARN\.<\/p>/);
        assert.match(renderJunit(shown), /name="4\.6 Title[^>]*>\s*<skipped message="reported: WARN/);
        assert.doesNotMatch(renderSarif(shown), /"suppressions"/);
    });

    it("counts WARNs of a plan beside a minimum score, which no plan can be held to", () => {
        const own = auditSettingsSchema.parse({ minimumScore: 1, exceptions: [exception], enforce: false });
        const { settings: told, expected, exceptions, enforce } = planGate(own, "shop");
        assert.deepEqual(told, { minimumScore: undefined, allowedWarnings: undefined });
        assert.deepEqual([exceptions, enforce], [[exception], false]);
        assert.match(expected(check("5.15", "WARN"), "shop-clair:always") ?? "", /reboot/);
        // It is about containers, each of which is an item.
        assert.equal(expected(check("5.15", "WARN"), undefined), undefined);
    });

    it("can be reached where the minimum is every scored check", () => {
        const shown = report([check("2.2", "WARN")]);
        assert.deepEqual(judgeAudit(shown, { settings: settings({ minimumScore: 1 }), now }).problems, [
            "score -1 of 1 is below the minimum of 1: fix warnings, or lower minimumScore",
        ]);
    });

    it("says where no host can reach the minimum", () => {
        const { failures } = judgeAudit(
            report([check("2.2", "PASS"), check("6.1", "NOTE", { scored: false })]),
            {
                settings: settings({ minimumScore: 2 }),
                now,
            },
        );
        assert.deepEqual(failures, [
            "score 1 of 1 is below the minimum of 2, which no host can reach: lower minimumScore",
        ]);
    });
});
