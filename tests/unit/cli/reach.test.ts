import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { reach } from "../../../cli/reach";

const commandUrn = "urn:pulumi:dev::portcullis::command:remote:Command::host-daemon";
const containerUrn = "urn:pulumi:dev::portcullis::docker:index/container:Container::registry";

const state = {
    version: 3,
    deployment: {
        resources: [
            { urn: commandUrn, type: "command:remote:Command", id: "1", inputs: { create: "x" } },
            { urn: containerUrn, type: "docker:index/container:Container", id: "aaa", inputs: {} },
        ],
    },
};

describe("the question before a destroy, whether host and engine are there", () => {
    let folder: string;
    let said: string;
    const before = { path: process.env["PATH"], pulumi: process.env["PORTCULLIS_PULUMI"] };
    const write = process.stderr.write.bind(process.stderr);

    const file = (name: string): string => path.join(folder, name);

    /** A stand-in for a program. */
    function program(name: string, text: string): void {
        fs.writeFileSync(file(name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }

    /** A host whose answer is `text`, and Pulumi with the state above. */
    async function ask(text: string, isConfirmed = false): Promise<number> {
        program("ssh", `cat >/dev/null; printf '%s\\n' '${text}'`);
        return reach({ stack: "dev", settings: file("settings.yaml"), isConfirmed });
    }

    const imported = (): string | undefined =>
        fs.existsSync(file("imported")) ? fs.readFileSync(file("imported"), "utf8") : undefined;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-reach-"));
        const host = `{ address: 192.0.2.7, privateKeyFile: keys/id, hostKey: "ssh-ed25519 AAAA" }`;
        fs.writeFileSync(file("settings.yaml"), `config:\n  portcullis:host: ${host}\n`);
        fs.writeFileSync(file("state.json"), JSON.stringify(state));
        const [exported, taken] = [file("state.json"), file("imported")];
        program("pulumi", `case $2 in export) cat '${exported}' ;; import) cat >'${taken}' ;; esac`);
        process.env["PATH"] = `${folder}:${before.path ?? ""}`;
        process.env["PORTCULLIS_PULUMI"] = file("pulumi");
        said = "";
        process.stderr.write = (text: string | Uint8Array) => {
            said += text.toString();
            return true;
        };
    });

    afterEach(() => {
        process.stderr.write = write;
        process.env["PATH"] = before.path;
        delete process.env["PORTCULLIS_PULUMI"];
        if (before.pulumi !== undefined) {
            process.env["PORTCULLIS_PULUMI"] = before.pulumi;
        }
        fs.rmSync(folder, { recursive: true });
    });

    it("lets the run begin where the engine answers", async () => {
        assert.equal(await ask("answers"), 0);
        assert.equal(said, "");
        assert.equal(imported(), undefined);
    });

    it("stops before a host that cannot be reached, and says how to forget the host", async () => {
        program("ssh", "echo 'Connection refused' >&2; exit 255");
        assert.equal(await reach({ stack: "dev", settings: file("settings.yaml"), isConfirmed: true }), 1);
        assert.match(
            said,
            /root@192\.0\.2\.7:22.*Connection refused.*nothing was destroyed|nothing was destroyed/,
        );
        assert.match(said, /Connection refused/);
        assert.match(said, /forget it: \.\/pulumiw stack rm --force --preserve-config --yes dev$/m);
        assert.equal(imported(), undefined);
    });

    it("stops before an engine that is silent, whoever has confirmed", async () => {
        assert.equal(await ask("silent", true), 1);
        assert.match(
            said,
            /^portcullis: root@192\.0\.2\.7:22: the host's engine gives no answer, and nothing/,
        );
        assert.match(
            said,
            /Mend it: \.\/pulumiw up --stack dev; or start it on the host: systemctl start docker/,
        );
        assert.equal(imported(), undefined);
    });

    for (const text of ["", "Please login as the user debian", "answers\nanswers"]) {
        it(`takes ${JSON.stringify(text)} for no answer`, async () => {
            assert.equal(await ask(text, true), 1);
            assert.match(said, /what came back is no answer .*nothing was destroyed/);
            assert.equal(imported(), undefined);
        });
    }

    it("names what is lost with the engine, and does nothing, where nobody has confirmed", async () => {
        assert.equal(await ask("none"), 1);
        assert.match(
            said,
            /the host has no Docker engine any more, so these cannot be removed: registry\. Nothing/,
        );
        assert.match(said, /: \.\/pulumiw destroy --yes --stack dev; or install the engine again: /);
        assert.equal(imported(), undefined);
    });

    it("takes the engine's objects out of the state, and nothing else, where somebody has", async () => {
        assert.equal(await ask("none", true), 0);
        assert.match(
            said,
            /were taken out of the state: registry\. Data that the engine kept lies in its folder/,
        );
        const urns = (JSON.parse(imported() ?? "") as typeof state).deployment.resources.map(
            ({ urn }) => urn,
        );
        assert.deepEqual(urns, [commandUrn]);
    });

    it("has nothing to take out of a state without the engine's objects", async () => {
        const rest = { ...state, deployment: { resources: state.deployment.resources.slice(0, 1) } };
        fs.writeFileSync(file("state.json"), JSON.stringify(rest));
        assert.equal(await ask("none"), 0);
        assert.equal(said, "");
        assert.equal(imported(), undefined);
    });
});
