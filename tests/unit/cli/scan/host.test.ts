import assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { hostScripts } from "../../../../cli/scan/host";
import { unsealed } from "../../../../transport/seal";

describe("the scripts of a stack's host", () => {
    let folder: string;
    let runner: string;

    beforeEach(() => {
        folder = fs.mkdtempSync(path.join(os.tmpdir(), "host-scripts-"));
        runner = path.join(folder, "run.sh");
    });
    afterEach(() => {
        fs.rmSync(folder, { recursive: true });
    });

    /** The scripts on this machine, with a runner of this text. */
    function scripts(text: string, timeoutSeconds = 30) {
        fs.writeFileSync(runner, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
        const here = { kind: "unix", url: "unix:///here", path: "/here" } as const;
        return hostScripts({ owner: "portcullis/prod", runner }, here, "prod", timeoutSeconds);
    }
    const echo = 'printf "%s|" "$@"; cat';

    it("are called by the stack's name, their words as they are, their text sealed", async () => {
        const call = { script: "a.sh", words: ["a b", "$(id)", ""] };
        const words = (kind: string) => `--stack|portcullis/prod|${kind}|a.sh|a b|$(id)||`;
        assert.equal(await scripts(echo)(call), words("nothing"));
        const given = await scripts(echo)({ ...call, input: "secret\n" });
        assert.equal(unsealed(given), `${words("sealed")}secret\n`);
        assert.notEqual(given, unsealed(given));
    });

    it("take a stream as it comes, however long it is, and whether or not they read all of it", async () => {
        const long = async function* () {
            for (let at = 0; at < 200; at++) {
                yield await Promise.resolve(Buffer.alloc(65_536, at));
            }
        };
        const call = { script: "a.sh", words: [] };
        const size = await scripts("wc -c")({ ...call, input: long() });
        assert.equal(Number(size), 200 * 65_536);
        assert.equal(await scripts("head -c 3 >/dev/null; echo done")({ ...call, input: long() }), "done\n");
    });

    it("fail where their stream fails, with its reason, though they would have ended well", async () => {
        const broken = async function* () {
            yield await Promise.resolve(Buffer.from("first"));
            await sleep(10);
            throw new Error("the blob sha256:1 is damaged");
        };
        await assert.rejects(
            scripts("cat >/dev/null; sleep 5")({ script: "a.sh", words: [], input: broken() }),
            /the blob sha256:1 is damaged/,
        );
    });

    it("fail in their own words, without what they said of their progress", async () => {
        const failing = scripts(
            "echo 'portcullis: pulling a' >&2; echo 'portcullis: a: no such image' >&2; exit 1",
        );
        await assert.rejects(failing({ script: "a.sh", words: [] }), { message: "a: no such image" });
        await assert.rejects(
            scripts("exit 3")({ script: "a.sh", words: [] }),
            /unix:\/\/\/here: sh ended with code 3/,
        );
    });

    it("say what to do where they are not there, and end when they take too long", async () => {
        const there = scripts("sleep 60", 1);
        await assert.rejects(there({ script: "a.sh", words: [] }), /timeout/);
        fs.rmSync(runner);
        await assert.rejects(
            there({ script: "a.sh", words: [] }),
            /not on the host; .*\.\/pulumiw up --stack prod$/,
        );
    });
});
