/** The gate of the command line: a minimum score, and the list of what is allowed. */
import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import * as YAML from "yaml";
import { auditFacts } from "../../../audit/audit";
import { runAudit } from "./cli-run";
import { factsOf, readRecording } from "./recording";
import { check, mixed, report } from "./sample";

const here = "--host unix:///run/docker.sock";

describe("portcullis audit: a minimum score", () => {
    it("passes a host that reaches it, whatever it warns of, and no other", async () => {
        const hardened = auditFacts(await factsOf(readRecording("hardened")));
        assert.equal(hardened.score, 38);
        const run = (words: string) => runAudit("/", `${here} ${words}`.trim(), hardened);
        assert.equal((await run("--minimum-score 30")).code, 0);
        assert.equal((await run("--minimum-score 38")).code, 0);
        assert.equal((await run("--minimum-score 39")).code, 1);
        assert.equal((await run("--minimum-score 30 --allow 2.13")).code, 1);
        assert.equal((await run("")).code, 1);
    });
});

describe("portcullis audit --print-allowed-warnings", () => {
    let folder: string;
    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-allowed-"));
    });
    after(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** A stack whose audit settings are the given YAML. */
    function stack(audit: string): void {
        const host = "{ address: 192.0.2.9, privateKeyFile: k, hostKey: ssh-ed25519 AAAAC3Nz }";
        fs.writeFileSync(
            path.join(folder, "Pulumi.own.yaml"),
            `config:\n  portcullis:host: ${host}\n  portcullis:audit:\n${audit}`,
        );
    }

    it("prints a list that can be pasted, with titles, after which the host is within its gate", async () => {
        const hardened = auditFacts(await factsOf(readRecording("hardened")));
        stack("");
        const printed = await runAudit(folder, "--stack own --print-allowed-warnings", hardened);
        assert.deepEqual([printed.code, printed.stderr], [0, ""]);
        // The host is not compared: the list is wanted before the first `up`.
        assert.equal(printed.asked?.options.declaration, undefined);
        assert.match(printed.stdout, /score 38 of \d+/);
        const { title } = hardened.results.find(({ id }) => id === "2.13") ?? assert.fail();
        assert.ok(printed.stdout.includes(`- "2.13" # ${title}\n`));
        stack(printed.stdout);
        assert.equal((await runAudit(folder, "--stack own --no-drift", hardened)).code, 0);
        const worse = {
            ...hardened,
            results: hardened.results.map((one) =>
                one.id === "2.2" ? { ...one, result: "WARN" as const } : one,
            ),
        };
        assert.equal((await runAudit(folder, "--stack own --no-drift", worse)).code, 1);
    });

    it("keeps what is allowed already, and leaves out what exceptions cover in full", async () => {
        const exceptions = `    exceptions: [{ check: "5.13", owner: o, reason: r, expires: 2999-12-31 }]\n`;
        stack(`    allowedWarnings: ["4.6"]\n${exceptions}`);
        const { stdout } = await runAudit(folder, "--stack own --print-allowed-warnings", report(mixed));
        assert.deepEqual(YAML.parse(stdout), { allowedWarnings: ["1.1.3", "4.6"] });
        const none = await runAudit(
            folder,
            `${here} --print-allowed-warnings`,
            report([check("2.2", "PASS")]),
        );
        assert.deepEqual(YAML.parse(none.stdout), { allowedWarnings: [] });
    });

    it("is not asked for together with a form of the report", async () => {
        const ran = await runAudit(folder, `${here} --print-allowed-warnings --format json`, report(mixed));
        assert.match(ran.error, /cannot be used with/);
    });
});
