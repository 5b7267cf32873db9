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
    it("ends with the summary, and says once which CLI it was", () => {
        const lines = planned("up").trimEnd().split("\n");
        assert.equal(lines.at(-2), "toolchain/stack.sh up dev");
        assert.match(lines.at(-1) ?? "", /^PORTCULLIS_TOLD=yes .*\| .*cli\/main\.ts summary --stack dev$/);
        assert.match(planned("preview"), /pulumiw .*\bpreview --stack dev .*--suppress-outputs$/m);
    });
});
