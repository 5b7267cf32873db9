import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { hostScripts } from "../../../components/toolkit/scripts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const manifest = (repository: string, letter: string): string =>
    `manifest data ${repository} ${digest(letter)}\tabc`;

describe("the evidence of what is on a host", () => {
    let folder: string;

    /** A program that stands in for one of the host's. */
    const standIn = (name: string, text: string): void => {
        fs.writeFileSync(path.join(folder, "bin", name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    };

    /** Calls a function of common.sh, with the stand-ins in front of the programs named. */
    const call = (line: string, input: string, programs: readonly string[] = []): string => {
        for (const name of ["sh", "awk", "cat", "cut", "grep", "mktemp", "rm", "sed", "sort", ...programs]) {
            const found = spawnSync("sh", ["-c", `command -v ${name}`], { encoding: "utf8" }).stdout.trim();
            fs.rmSync(path.join(folder, "bin", name), { force: true });
            fs.symlinkSync(found, path.join(folder, "bin", name));
        }
        const ended = spawnSync("/bin/sh", ["-c", `. ${folder}/common.sh\nwork=${folder}\n${line}`], {
            input,
            encoding: "utf8",
            env: { PATH: path.join(folder, "bin") },
        });
        assert.equal(ended.stderr, "");
        return ended.stdout;
    };

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "evidence-"));
        fs.mkdirSync(path.join(folder, "bin"));
        const common = hostScripts().find(({ name }) => name === "common.sh");
        fs.writeFileSync(path.join(folder, "common.sh"), common?.text ?? "");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    it("is none of an engine that gives no answer, though the client fills what it is asked for with nothing", () => {
        const evidence = (): string => call("evidence", "engine docker\n", ["timeout", "tr", "xargs"]);
        // What Docker's client does with {{if .ID}}…{{end}}, and with no condition.
        standIn(
            "docker",
            `case $* in *'{{if .ID}}'*) echo ;; *) printf 'engine docker\\t   null\\n' ;; esac; exit 1`,
        );
        assert.equal(evidence(), "");
        standIn("docker", "printf 'engine docker\\tABC /var/lib/docker 26.1.5 []\\n'");
        assert.equal(evidence(), "engine docker\tABC /var/lib/docker 26.1.5 []\n");
    });

    describe("in databases", () => {
        const things = "advisories c d\ndatabases c\ndatabases other\n";
        const evidence = (): string => call("evidence", things, ["timeout", "sleep", "tr", "xargs"]);

        it("comes from one client for each container, which asks each database what it is to tell", () => {
            standIn(
                "docker",
                `sql=$(cat); printf '%s\\n' "$*" "$sql" >>${folder}/asked-$3; printf 'x %s\\tv\\n' "$3"`,
            );
            assert.equal(evidence(), "x c\tv\nx other\tv\n");
            const asked = (name: string): string => fs.readFileSync(`${folder}/asked-${name}`, "utf8");
            assert.match(asked("c"), /^exec -i c psql .* --set ON_ERROR_STOP=1 .*--dbname postgres\n/);
            assert.match(asked("c"), /SELECT 'databases c' [^]*\n\\connect d\nSELECT 'advisories c d' /);
            assert.match(asked("other"), /SELECT 'databases other' /);
            assert.doesNotMatch(asked("other"), /advisories|connect/);
        });

        it("is none of a database that does not answer, and of one that never answers", () => {
            standIn("docker", "exit 1");
            assert.equal(evidence(), "");
            standIn("docker", "exec sleep 60");
            const began = Date.now();
            assert.equal(call("answer_seconds=1; evidence", things, ["timeout", "sleep", "tr", "xargs"]), "");
            assert.ok(Date.now() - began < 30_000);
        });
    });

    describe("in the registry", () => {
        const things = [manifest("app", "a"), manifest("team/app", "b"), manifest("app", "c")]
            .map((line) => `${line.split("\t")[0] ?? ""}\n`)
            .join("");
        /** The registry's volume has all of the manifests, as far as a look at the files tells. */
        const volumes = `volume_evidence() { printf 'volume data\\tv\\n'; names manifest | sort | sed 's/.*/manifest &\tabc/'; }`;
        const ask = `${volumes}\nask_registry=192.0.2.1:5000 login=c2VjcmV0; evidence`;
        const all = ["volume data\tv", manifest("app", "a"), manifest("app", "c"), manifest("team/app", "b")];
        const programs = ["tr", "xargs", "timeout", "sleep"];

        it("is asked by one curl, and only what the registry serves is there", () => {
            standIn(
                "curl",
                `cat >${folder}/config; printf '%s\\n' "$*" >${folder}/words
                for it in "200 app/manifests/${digest("a")}" "404 team/app/manifests/${digest("b")}" "000 app/manifests/${digest("c")}"; do
                    printf '%s https://192.0.2.1:5000/v2/%s\\n' "\${it%% *}" "\${it#* }"; done; exit 22`,
            );
            assert.equal(call(ask, things, programs), `volume data\tv\n${manifest("app", "a")}\n`);
            assert.equal(fs.readFileSync(`${folder}/words`, "utf8"), "--disable --config -\n");
            const config = fs.readFileSync(`${folder}/config`, "utf8");
            assert.match(config, /^cacert = "\/etc\/docker\/certs\.d\/192\.0\.2\.1:5000\/ca\.crt"$/m);
            assert.match(config, /^header = "Authorization: Basic c2VjcmV0"$/m);
            assert.match(config, /^noproxy = "\*"$/m);
            assert.deepEqual(
                [...config.matchAll(/^url = "https:\/\/192\.0\.2\.1:5000\/v2\/(.*)"$/gm)].map(
                    ([, url]) => url,
                ),
                [
                    `app/manifests/${digest("a")}`,
                    `app/manifests/${digest("c")}`,
                    `team/app/manifests/${digest("b")}`,
                ],
            );
        });

        it("is asked by the engine's client where the host has no curl", () => {
            standIn("docker", `[ "$*" = "manifest inspect 192.0.2.1:5000/team/app@${digest("b")}" ]`);
            assert.equal(call(ask, things, programs), `volume data\tv\n${manifest("team/app", "b")}\n`);
        });

        it("is none where the registry gives no answer, and that does not take long for each manifest", () => {
            standIn("curl", "exit 7");
            assert.equal(call(ask, things, programs), "volume data\tv\n");
            const began = Date.now();
            const soon = `answer_seconds=1; ${ask}`;
            standIn("curl", "exec sleep 60");
            assert.equal(call(soon, things, programs), "volume data\tv\n");
            fs.rmSync(path.join(folder, "bin/curl"));
            standIn("docker", "exec sleep 60");
            assert.equal(call(soon, things, programs), "volume data\tv\n");
            assert.ok(Date.now() - began < 30_000);
        });

        it("is not asked by a step, which has no login", () => {
            assert.equal(call(`${volumes}\nevidence`, things, programs), `${all.join("\n")}\n`);
        });
    });
});
