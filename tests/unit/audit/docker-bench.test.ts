import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { checkDockerBench, runDockerBench } from "../../../audit/docker-bench/run";
import { targetOf } from "../../../transport/target";
import { AuditError } from "../../../audit/error";

/** This machine; the engine is a script that says what a test wants. */
const target = targetOf("unix:///var/run/docker.sock");

const report = { dockerbenchsecurity: "1.6.0", start: 1, tests: [], checks: 0, score: 0, end: 2 };

describe("running the real Docker Bench", () => {
    const searchPath = process.env["PATH"];
    let folder: string;

    before(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "portcullis-bench-"));
        process.env["PATH"] = `${folder}:${searchPath ?? ""}`;
    });
    after(() => {
        process.env["PATH"] = searchPath;
        fs.rmSync(folder, { recursive: true });
    });

    function put(name: string, text: string): string {
        const file = path.join(folder, name);
        fs.mkdirSync(path.dirname(file), { recursive: true });
        fs.writeFileSync(file, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
        return file;
    }

    /** An engine; it keeps what was asked of it beside itself. */
    function engine({ info = "name=userns", create = "echo 1234" } = {}): void {
        put(
            "docker",
            `echo "$*" >>${folder}/asked
            case "$1" in
                info) echo '["${info}"]' ;;
                create | run) ${create} ;;
            esac`,
        );
        fs.writeFileSync(path.join(folder, "asked"), "");
    }

    function asked(): string {
        return fs.readFileSync(path.join(folder, "asked"), "utf8");
    }

    function checkout(script: string): string {
        for (const part of ["functions", "tests"]) {
            fs.mkdirSync(path.join(folder, "bench", part), { recursive: true });
        }
        return put("bench/docker-bench-security.sh", script);
    }

    it("runs a script in a folder of its own, with the trusted users", async () => {
        const script = checkout(`test -d functions && test -d tests && echo "$@" >${folder}/words
            echo '${JSON.stringify(report)}' >"$3.json"`);
        assert.equal((await runDockerBench(target, { script }, ["alice", "bob"])).version, "1.6.0");
        assert.match(fs.readFileSync(`${folder}/words`, "utf8"), /^-b -l \S+\/bench -u alice,bob\n$/);
        fs.rmSync(`${folder}/words`);
        await checkDockerBench(target, { script });
        assert.equal(fs.existsSync(`${folder}/words`), false, "the check ran it");
    });

    it("says what of a script is missing", async () => {
        await assert.rejects(checkDockerBench(target, { script: "/nowhere/it's.sh" }), (error) => {
            assert.ok(error instanceof AuditError);
            assert.match(error.message, /\(\/nowhere\/it's\.sh\): there is no such file; give the path/);
            return true;
        });
        const alone = put("alone/docker-bench-security.sh", "");
        await assert.rejects(
            checkDockerBench(target, { script: alone }),
            /no folder functions beside it; put all/,
        );
    });

    it("tells how it ended where it failed, and is ended where it takes too long", async () => {
        const failing = checkout("echo no engine; exit 3");
        await assert.rejects(runDockerBench(target, { script: failing }), /ended with 3: no engine/);
        const slow = checkout("sleep 5");
        await assert.rejects(
            runDockerBench(target, { script: slow, timeoutSeconds: 0.2 }),
            /did not end within 0\.2 s; allow it more time \(timeoutSeconds\)/,
        );
    });

    it("makes a container of an image and removes it, to see whether it may", async () => {
        engine();
        await checkDockerBench(target, { image: "bench:1" });
        assert.match(asked(), /^create .*--userns host .* bench:1 /m);
        assert.match(asked(), /^rm 1234$/m);
        assert.doesNotMatch(asked(), /^run /m);
    });

    it("runs an image with the host's namespaces", async () => {
        engine({ create: `echo '${JSON.stringify(report)}'` });
        assert.equal((await runDockerBench(target, { image: "bench:1" })).score, 0);
        assert.match(asked(), /^run --rm .*--net host --pid host --userns host .* bench:1 /m);
    });

    it("refuses an image of an engine that is not remapped yet: it would be hidden", async () => {
        engine({ info: "name=seccomp" });
        await assert.rejects(
            checkDockerBench(target, { image: "bench:1" }),
            /the hardening hides the images .* leave portcullis:audit\.dockerBench out, run '\.\/pulumiw up', load/,
        );
    });

    it("points to the script where an authorization plugin refuses the image", async () => {
        engine({
            create: "echo 'Error response from daemon: authorization denied by plugin gate: no' >&2; exit 1",
        });
        for (const ask of [checkDockerBench, runDockerBench]) {
            await assert.rejects(
                ask(target, { image: "bench:1" }),
                /authorization plugin refuses .* put the script on the host .*dockerBench\.script.* denied by plugin gate: no/,
            );
        }
    });
});
