import assert from "node:assert/strict";
import { z } from "zod";
import { listFilesSchema } from "../../../scan/lists";

describe("the list of the files that rules of the policy rest on", () => {
    const file = { file: "f", sha256: "0a".repeat(32) };
    const whole = { kev: file, epss: { ...file, atLeast: 1 }, vex: [file], maximumAgeDays: 1 };

    it("has all of them, or none", () => {
        assert.deepEqual(listFilesSchema.parse(whole), whole);
        assert.deepEqual(listFilesSchema.parse({ maximumAgeDays: 1 }), { maximumAgeDays: 1 });
    });

    const refused: readonly (readonly [string, object, RegExp])[] = [
        ["without an age", { maximumAgeDays: undefined }, /at maximumAgeDays$/],
        ["with an age of 0", { maximumAgeDays: 0 }, /at maximumAgeDays$/],
        ["with a file that has no name", { kev: { ...file, file: "" } }, /at kev\.file$/],
        ["with more behind a checksum", { kev: { ...file, sha256: `${file.sha256}0` } }, /at kev\.sha256$/],
        ["with a short checksum", { kev: { ...file, sha256: file.sha256.slice(1) } }, /at kev\.sha256$/],
        ["with more before a checksum", { kev: { ...file, sha256: `x${file.sha256}` } }, /at kev\.sha256$/],
        ["with scores from 0 on", { epss: { ...file, atLeast: 0 } }, /at epss\.atLeast$/],
        ["with scores over 1", { epss: { ...file, atLeast: 1.1 } }, /at epss\.atLeast$/],
        ["with scores from nowhere on", { epss: file }, /at epss\.atLeast$/],
        ["with a document that has no checksum", { vex: [{ file: "f" }] }, /at vex\[0\]\.sha256$/],
        ["with a key that nobody knows", { more: file }, /"more"/],
        ["with a key of a file that nobody knows", { kev: { ...file, more: 1 } }, /"more"/],
    ];
    for (const [what, change, message] of refused) {
        it(`is refused ${what}`, () => {
            const { error } = listFilesSchema.safeParse({ ...whole, ...change });
            assert.ok(error);
            assert.match(z.prettifyError(error), message);
        });
    }
});
