import assert from "node:assert/strict";
import { z } from "zod";
import { auditSettingsSchema } from "../../../audit/settings";
import { judgeWarnings, planGate, type GateInput } from "../../../audit/verdict";
import { predictPreview } from "../../../cli/predict";
import { code, plain } from "../../../policy/prediction/markdown";
import { predict } from "../../../policy/prediction/predict";
import { parsePreview } from "../../../policy/prediction/preview";
import type { Planned } from "../../../policy/prediction/planned";
import { check } from "../audit/sample";
import {
    container,
    daemonJson,
    daemonStep,
    hostComponent,
    pidsStep,
    prepareSamples,
    unknownText,
    withInputs,
    type Sample,
} from "./sample";

interface Step {
    op: string;
    urn: string;
    oldState?: unknown;
    newState?: unknown;
}

/** Inputs as a preview prints them. */
function state({ urn, type, parent }: Planned, inputs: Record<string, unknown>): Record<string, unknown> {
    return { urn, type, parent, inputs };
}

function step(
    op: string,
    resource: Planned,
    was?: Record<string, unknown>,
    is?: Record<string, unknown>,
): Step {
    return {
        op,
        urn: resource.urn,
        ...(was === undefined ? {} : { oldState: state(resource, was) }),
        ...(is === undefined ? {} : { newState: state(resource, is) }),
    };
}

function preview(steps: readonly Step[], rest: Record<string, unknown> = {}): Record<string, unknown> {
    return { config: {}, steps, changeSummary: {}, duration: 1, ...rest };
}

/** A step that leaves a resource as it is. */
function same(resource: Sample): Step {
    return step("same", resource, resource.wire, resource.wire);
}

/** What a stack with these settings under `portcullis:audit` allows and excepts. */
function gateOf(audit: unknown): GateInput {
    return planGate(auditSettingsSchema.parse(audit), "portcullis");
}

const settings = gateOf({});

/** A running stack to which something is changed. */
function changed(change: { config?: string; web?: Record<string, unknown> }): Record<string, unknown> {
    const [was, is] = [daemonStep(daemonJson()), daemonStep(change.config ?? daemonJson())];
    return preview([
        same(hostComponent()),
        step("update", is, was.wire, is.wire),
        step("replace", container(), container().wire, container(change.web).wire),
        same(pidsStep()),
    ]);
}

describe("a preview's prediction", () => {
    before(prepareSamples);

    it("of a stack never deployed says what the hardening brings", () => {
        const first = preview([
            ...[hostComponent(), daemonStep(daemonJson()), container(), pidsStep()].map((one) =>
                step("create", one, undefined, one.wire),
            ),
        ]);
        const { markdown, code: exit } = predictPreview(first, "dev", settings);
        assert.equal(exit, 0);
        assert.match(markdown, /^\| 2\.9 \| WARN → PASS \| {2}\| Containers' root/m);
        assert.match(markdown, /Warns before and after:\n\n- 2\.13 /);
        assert.match(markdown, /Not known before the deployment:\n\n- 5\.2 .*`web`/);
    });

    it("of a running stack names check, change and container, and stops what nobody accepted", () => {
        const { markdown, code: exit } = predictPreview(
            changed({ web: { cpus: undefined }, config: daemonJson({ icc: true }) }),
            "dev",
            settings,
        );
        assert.equal(exit, 1);
        assert.match(
            markdown,
            /\*\*Should not be deployed\.\*\* Score of sections 2, 4 and 5: \*\*(\d+) → (\d+)\*\* \(-4\) of \d+\n/,
        );
        assert.match(markdown, /^\| 5\.12 \| \*\*PASS → WARN\*\* \| now `web` \| /m);
        assert.match(markdown, /^- 2\.2 WARN /m);
    });

    it("lets through what the stack's settings accept", () => {
        const change = changed({ web: { cpus: undefined } });
        const allowed = gateOf({ allowedWarnings: ["2.13", "5.12"] });
        assert.equal(predictPreview(change, "dev", allowed).code, 0);
        const excepted = gateOf({
            exceptions: [{ check: "5.12", container: "web", owner: "o", reason: "r", expires: "2027-01-31" }],
        });
        const on = (day: string) =>
            predictPreview(change, "dev", excepted, new Date(`${day}T12:00:00Z`)).code;
        assert.deepEqual([on("2027-01-31"), on("2027-02-01")], [0, 1]);
    });

    it("speaks against an engine that cannot be judged, whatever the settings accept", () => {
        const all = [...new Set(predict([]).map(({ check }) => check.id))];
        const allowed = gateOf({ allowedWarnings: all });
        const daemon = daemonStep(daemonJson());
        const hidden = withInputs(daemon, { stdin: "[secret]" });
        for (const [steps, reason] of [
            [[same(hostComponent()), step("update", daemon, daemon.wire, hidden.wire)], /is a secret/],
            [[same(hostComponent()), step("delete", daemon, daemon.wire)], /no step of HardenedHost host/],
            [[same(container()), same(pidsStep())], /no step of this stack/],
        ] as const) {
            const { markdown, code: exit } = predictPreview(preview(steps), "dev", allowed);
            assert.equal(exit, 1);
            assert.match(markdown, /\*\*Should not be deployed\.\*\*[^]*Against it:/);
            assert.match(markdown, reason);
        }
    });

    it("speaks against an input that a check reads and the preview does not show", () => {
        for (const user of [unknownText, "[secret]"]) {
            const change = changed({ web: { user } });
            const { markdown, code: exit } = predictPreview(change, "dev", settings);
            assert.equal(exit, 1);
            assert.match(
                markdown,
                /^- 4\.1 WARN .*user is not known before the deployment, or secret.* \(web\)/m,
            );
            const excepted = gateOf({ allowedWarnings: ["2.13", "4.1"] });
            assert.equal(predictPreview(change, "dev", excepted).code, 0);
        }
    });

    it("says so when nothing changes", () => {
        assert.match(predictPreview(changed({}), "dev", settings).markdown, /\nNo verdict changes\.\n/);
    });

    it("counts a container that is deleted as gone, and one that is replaced once", () => {
        const web = container();
        const gone = preview([
            same(daemonStep(daemonJson())),
            step("delete", web, container({ readOnly: false }).wire, container({ readOnly: false }).wire),
        ]);
        assert.deepEqual(
            parsePreview(gone, "dev").after.map(({ name }) => name),
            ["host-daemon"],
        );
        const replaced = preview([
            step("create-replacement", web, web.wire, web.wire),
            step("delete-replaced", web, web.wire),
        ]);
        assert.equal(parsePreview(replaced, "dev").after.length, 1);
        assert.equal(parsePreview(replaced, "dev").before.length, 1);
    });

    it("refuses what tells no score", () => {
        assert.throws(
            () => parsePreview({}, "dev"),
            /no preview; give what `\.\/pulumiw preview --stack dev --json --show-sames`/,
        );
        assert.throws(
            () => parsePreview(preview([], { changeSummary: { same: 3 } }), "dev"),
            /leaves unchanged resources out.*--show-sames/,
        );
        const failed = { diagnostics: [{ severity: "error", message: "boom\n" }] };
        assert.throws(() => parsePreview(preview([], failed), "dev"), /the preview failed.*boom/);
    });

    it("keeps hostile names inside its table", () => {
        const name = "a|b`c``d\n| x | <img src=x> @all";
        const { markdown } = predictPreview(changed({ web: { name, readOnly: false } }), name, settings);
        const rows = markdown.split("\n").filter((line) => line.startsWith("| 5.13"));
        assert.equal(rows.length, 1);
        assert.equal(rows[0]?.split(/(?<!\\)\|/).length, 6);
        assert.match(rows[0], /``` a\\\|b`c``d\\u\{a\}\\\| x \\\| <img src=x> @all ```/);
        assert.doesNotMatch(markdown.replace(/```[^\n]*?```/g, ""), /(?<!\\)<img/);
    });

    it("escapes text and fences code", () => {
        assert.equal(plain("a *b* <c> [d](e) @f"), "a \\*b\\* \\<c\\> \\[d\\](e) \\@f");
        assert.deepEqual([code("a"), code("`a`")], ["`a`", "`` `a` ``"]);
    });
});

describe("what a prediction accepts", () => {
    it("is what the program's own stack cannot have, with a reason each, unless the settings name something", () => {
        const warnings = ["2.13", "4.5", "5.9", "5.15"].map((id) =>
            check(id, "WARN", { items: id.startsWith("5.") ? ["portcullis-registry:5000"] : [] }),
        );
        const allowed = (audit: unknown) =>
            judgeWarnings(warnings, gateOf(audit)).allowed.map(({ check: { id } }) => id);
        assert.deepEqual(allowed({}), ["2.13", "4.5", "5.9", "5.15"]);
        assert.ok(judgeWarnings(warnings, gateOf({})).allowed.every(({ reason }) => reason.length > 20));
        assert.deepEqual(allowed({ minimumScore: 3 }), allowed({}));
        // No preview tells the score: each WARN counts, also where the score alone is the audit's gate.
        const other = [check("2.12", "WARN")];
        assert.equal(judgeWarnings(other, gateOf({ minimumScore: 3 })).findings.length, 1);
        assert.deepEqual(allowed({ allowedWarnings: [] }), []);
        assert.deepEqual(allowed({ allowedWarnings: ["4.5"] }), ["4.5"]);
        assert.throws(() => gateOf({ allowedWarning: [] }), z.ZodError);
    });
});
