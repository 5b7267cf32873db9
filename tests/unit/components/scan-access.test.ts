import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { scanAccess } from "../../../components/scan/access";
import { toolkitFolder } from "../../../components/toolkit/scripts";
import { scanAccessSchema } from "../../../outputs/scan-access";
import { hostOutputs, someEngine, someSettings } from "../../support/host";
import { wholeStack } from "../../support/parts";
import { record, valueOf } from "../../support/program";

describe("the stack's output scanAccess", () => {
    it("is a secret, and has what the scripts are given in `up`", async () => {
        const change = {
            scan: { threshold: 3 },
            scanner: { expectedUpdaters: ["osv/go"], maximumAgeDays: 5 },
        };
        const settings = someSettings(change);
        const accept = [{ what: "go", owner: "ops", reason: "r", until: "2027-01-01" }];
        const program = await record(() => {
            const { registry, scanner } = wholeStack(change);
            const images = [
                { repository: "team/app", accept },
                { repository: "redis", accept: [] },
            ];
            return scanAccess({ engine: someEngine(), registry, scanner, settings, images });
        }, hostOutputs);
        assert.equal(await pulumi.isSecret(program.result), true);
        const access = scanAccessSchema.parse(await valueOf(program.result));
        const lineOf = (name: string) => String(program.get(name).inputs["create"]);
        const { registry, clair, data } = access;
        const words = [clair.image, clair.network, clair.configFile, clair.caFile, clair.caFolders].join(" ");
        assert.ok(
            lineOf("scans-canaries")
                .replaceAll("\\", "")
                .includes(
                    `${registry.server} ${registry.username} ${registry.volume} ${registry.internalServer} ${words} ${clair.uid} ${clair.url} ${clair.containerName}`,
                ),
        );
        assert.ok(
            lineOf("scanner-advisory-proof").includes(
                `prove-advisories.sh ${data.container} ${data.database} ${data.minimumAdvisories} 5 0 osv/go`,
            ),
        );
        assert.equal(
            String(program.get("scans-team-app-pushed").inputs["stdin"]).split("\n")[0],
            registry.password,
        );
        assert.equal(
            String(program.get("scans-team-app-scan").inputs["stdin"]).split("\n")[0],
            clair.clientConfig,
        );
        assert.deepEqual(access.containers, ["p-registry", "p-postgres", "p-clair"]);
        assert.deepEqual([access.owner, access.runner], ["portcullis/test", `${toolkitFolder}/run.sh`]);
        assert.equal(access.scan["threshold"], 3);
        assert.deepEqual(access.accept, { "team/app": accept });
        assert.ok(!("privateKey" in access.host));
    });
});
