import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { HostAudit } from "../../../components/audit";
import { stepInputSchema } from "../../../components/audit/step";
import { hostOutputs, someConnection, someSettings } from "../../support/host";
import { record, valueOf } from "../../support/program";

function hostAudit(change: { container?: string } = {}): HostAudit {
    const passed = new pulumi.ComponentResource("test:index:Gate", "gate");
    const host = {
        engine: { connection: someConnection() },
        facts: pulumi.output({ rootDir: "/var/lib/docker/1.1" }),
        auditBaseline: pulumi.output('{"score":5,"tests":[]}'),
    };
    return new HostAudit("audit", {
        host,
        settings: someSettings({ audit: { enforce: true, minimumScore: 40 } }).audit,
        reportFolder: "reports/test",
        parts: [{ containerIds: [change.container ?? "one"] }],
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

    it("audits again when a container is another", async () => {
        const before = await record(() => hostAudit(), hostOutputs);
        const after = await record(() => hostAudit({ container: "two" }), hostOutputs);
        assert.notEqual(before.get("audit-after").inputs["stdin"], after.get("audit-after").inputs["stdin"]);
    });
});
