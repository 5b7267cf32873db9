import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import type { DeclaredItem } from "../../../declaration";
import { HostAudit } from "../../../components/audit";
import { auditSettingsSchema } from "../../../audit/settings";
import { stepInputSchema, stepSettings } from "../../../audit/step-input";
import { hostOutputs, someReach, someSettings } from "../../support/host";
import { record, valueOf } from "../../support/program";

const network: DeclaredItem = {
    kind: "network",
    resource: "urn:pulumi:test::portcullis::docker:index/network:Network::net",
    name: "p-net",
    driver: "bridge",
    internal: true,
};

function hostAudit(change: { container?: string; internal?: boolean; expires?: string } = {}): HostAudit {
    const declared = pulumi.output([{ ...network, internal: change.internal ?? true }]);
    const exceptions =
        change.expires === undefined
            ? []
            : [{ check: "4.5", owner: "ops", reason: "a trial", expires: change.expires }];
    const passed = new pulumi.ComponentResource("test:index:Gate", "gate");
    const host = {
        engine: someReach(),
        facts: pulumi.output({ rootDir: "/var/lib/docker/1.1" }),
        auditBaseline: pulumi.output('{"score":5,"tests":[]}'),
        declared,
    };
    return new HostAudit("audit", {
        host,
        settings: someSettings({ audit: { enforce: true, minimumScore: 40, exceptions } }).audit,
        reportFolder: "reports/test",
        prefix: "p",
        parts: [{ containerIds: [change.container ?? "one"], declared }],
        after: { results: pulumi.output([]), passed },
    });
}

describe("HostAudit", () => {
    it("is one command, last of all, that is told no secret", async () => {
        const program = await record(() => hostAudit(), hostOutputs);
        assert.deepEqual(program.children("audit"), ["command:local:Command audit-after"]);
        const { inputs, secretInputs, dependsOn } = program.get("audit-after");
        assert.deepEqual(dependsOn, ["gate"]);
        assert.deepEqual(secretInputs, []);
        const input = stepInputSchema.parse(JSON.parse(String(inputs["stdin"])));
        assert.equal(input.settings.minimumScore, 40);
        assert.equal(input.connection.privateKeyFile, "keys/id");
        assert.doesNotMatch(JSON.stringify(inputs), /the private key/);
        assert.deepEqual((await valueOf(program.result.result)).score, { before: 5, after: 40 });
    });

    it("audits again when an exception has expired, although no setting changed", async () => {
        const stackOf = async (expires: string) => {
            const program = await record(() => hostAudit({ expires }), hostOutputs);
            return stepInputSchema.parse(JSON.parse(String(program.get("audit-after").inputs["stdin"])))
                .stack;
        };
        const day = (ahead: number) => new Date(Date.now() + ahead * 86_400_000).toISOString().slice(0, 10);
        const [last, today, ahead] = [await stackOf(day(-1)), await stackOf(day(0)), await stackOf(day(300))];
        assert.equal(today, ahead);
        assert.notEqual(last, ahead);
        assert.match(last, /"a trial"/);
    });

    it("is told what all parts declare, and hands it on", async () => {
        const program = await record(() => hostAudit(), hostOutputs);
        const input = stepInputSchema.parse(JSON.parse(String(program.get("audit-after").inputs["stdin"])));
        assert.deepEqual(input.declaration, {
            format: 1,
            stack: "test",
            prefix: "p",
            items: [network, network],
        });
        assert.deepEqual(await valueOf(program.result.declaration), input.declaration);
    });

    it("is told the settings as it was before there was a default: the step of a running stack stays", () => {
        // Text of a running stack, with its keys in their places: a change of one would audit its host again.
        const told = (value: unknown) => JSON.stringify(stepSettings(auditSettingsSchema.parse(value)));
        const rest = '"exceptions":[],"trustedUsers":[]';
        assert.equal(told({}), `{${rest},"allowedWarnings":[],"enforce":false}`);
        assert.equal(
            told({ minimumScore: 40 }),
            `{"minimumScore":40,${rest},"allowedWarnings":[],"enforce":true}`,
        );
        assert.equal(told({ enforce: false }), `{"enforce":false,${rest},"allowedWarnings":[]}`);
        assert.equal(
            told({ enforce: false, allowedWarnings: ["2.12"] }),
            `{"allowedWarnings":["2.12"],"enforce":false,${rest}}`,
        );
    });

    it("takes the settings back as they were, with or without a list, and with an empty one", () => {
        const step = stepInputSchema.shape.settings;
        for (const value of [
            {},
            { minimumScore: 3 },
            { allowedWarnings: [] },
            { allowedWarnings: ["5.9"] },
        ]) {
            const settings = auditSettingsSchema.parse(value);
            const text: unknown = JSON.parse(JSON.stringify(stepSettings(settings)));
            assert.deepEqual(step.parse(text), settings);
        }
        assert.throws(() => step.parse({ allowedWarnings: "all", enforce: true }));
    });

    it("audits again when something else is declared", async () => {
        const before = await record(() => hostAudit(), hostOutputs);
        const after = await record(() => hostAudit({ internal: false }), hostOutputs);
        assert.notEqual(before.get("audit-after").inputs["stdin"], after.get("audit-after").inputs["stdin"]);
    });

    it("audits again when a container is another", async () => {
        const before = await record(() => hostAudit(), hostOutputs);
        const after = await record(() => hostAudit({ container: "two" }), hostOutputs);
        assert.notEqual(before.get("audit-after").inputs["stdin"], after.get("audit-after").inputs["stdin"]);
    });
});
