import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import * as path from "node:path";

const root = path.join(__dirname, "../../..");

/** What make would run for a target. */
function planned(...words: string[]): string {
    // A release that was given to the make that runs the tests is not for this one.
    const env = { ...process.env, RELEASE: undefined, MAKEFLAGS: undefined };
    const ended = spawnSync("make", ["--no-print-directory", "-n", ...words], {
        cwd: root,
        encoding: "utf8",
        env,
    });
    assert.equal(ended.status, 0, ended.stderr);
    return ended.stdout;
}

describe("the disposable host of make up", () => {
    for (const target of ["up", "preview", "host"]) {
        it(`keeps its release in a plain make ${target}`, () => {
            assert.match(planned(target), /lab\/lab up dev *$/m);
        });
    }

    it("has the release that is asked for", () => {
        assert.match(planned("up", "RELEASE=bookworm"), /lab\/lab up dev --release bookworm$/m);
    });
});

describe("what make up prints", () => {
    it("is what the stack's script says last, with the summary", () => {
        assert.equal(planned("up").trimEnd().split("\n").at(-1), "toolchain/stack.sh up dev");
        assert.match(planned("preview"), /pulumiw .*\bpreview --stack dev .*--suppress-outputs$/m);
    });
});
