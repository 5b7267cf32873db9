import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { driftOf } from "../../../../audit/drift/drift";
import type { LiveHost } from "../../../../audit/drift/live";
import type { AuditReport } from "../../../../audit/model";
import { runAudit } from "../cli-run";
import { check, report } from "../sample";
import { declaration, live, withContainer } from "./sample";

describe("portcullis audit: drift", () => {
    let folder: string;
    let declared: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-drift-"));
        declared = put("declared.json", JSON.stringify(declaration));
        put(
            "Pulumi.dev.yaml",
            "config:\n  portcullis:host: { address: 192.0.2.9, privateKeyFile: k, hostKey: ssh-ed25519 AAAAC3Nz }\n  portcullis:scan: { reportFolder: out }\n",
        );
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    function put(name: string, content: string): string {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, content);
        return file;
    }

    /** An audit within its gate, of a host beside the declaration. */
    function audited(host: LiveHost): AuditReport {
        return { ...report([check("2.2", "PASS")]), drift: driftOf(declaration, host) };
    }

    const here = "--host unix:///run/docker.sock";

    it("ends with 0 where the host is as declared, and with 1 where it is not", async () => {
        const same = await runAudit(folder, `${here} --declared ${declared}`, audited(live));
        assert.equal(same.code, 0);
        assert.deepEqual(same.asked?.options.declaration, declaration);
        const other = await runAudit(
            folder,
            `${here} --declared ${declared}`,
            audited(withContainer({ memory: 1 })),
        );
        assert.equal(other.code, 1);
        assert.match(other.stdout, /container p-registry, memory \(resource registry\)/);
        assert.match(other.stdout, /The gate is passed/);
    });

    it("names it on standard error, where the report is for a machine", async () => {
        const words = `${here} --declared ${declared} --format json`;
        const { stderr } = await runAudit(folder, words, audited(withContainer({ memory: 1 })));
        assert.match(stderr, /^portcullis: drift: container p-registry, memory .* Remedy: .*\n$/);
    });

    it("audits only, where no declaration is named", async () => {
        const ran = await runAudit(folder, here, report([]));
        assert.equal(ran.code, 0);
        assert.equal(ran.asked?.options.declaration, undefined);
        assert.doesNotMatch(ran.stdout, /Drift/);
    });

    it("takes a stack's own, from the folder of its reports", async () => {
        const missing = await runAudit(folder, "--stack dev", report([]));
        assert.equal(missing.asked, undefined);
        assert.match(
            missing.error,
            /out\/dev\/declared\.json.*mkdir -p \S+ && \.\/pulumiw stack output declared --stack dev --json --show-secrets >\S+; .*: \.\/pulumiw up --stack dev; --no-drift/,
        );
        put("out/dev/declared.json", JSON.stringify(declaration));
        const found = await runAudit(folder, "--stack dev", report([]));
        assert.deepEqual(found.asked?.options.declaration, declaration);
        const without = await runAudit(folder, "--stack dev --no-drift", report([]));
        assert.deepEqual([without.code, without.asked?.options.declaration], [0, undefined]);
    });

    it("refuses what is no declaration, or another stack's, before it asks the host", async () => {
        const other = put("other.json", JSON.stringify({ ...declaration, stack: "prod" }));
        const broken = put("broken.json", '{"format":1}');
        const wrong: [string, RegExp][] = [
            [`--stack dev --declared ${other}`, /other\.json says what the stack prod declared, not dev/],
            [`${here} --declared ${broken}`, /broken\.json does not say what a stack declared/],
            [`${here} --declared ${folder}/none`, /cannot read what the stack declared: ENOENT/],
            [`${here} --declared ${declared} --no-drift`, /'--no-drift' cannot be used with/],
        ];
        for (const [words, message] of wrong) {
            const ran = await runAudit(folder, words, report([]));
            assert.match(ran.error, message, words);
            assert.equal(ran.asked, undefined, words);
        }
    });
});
