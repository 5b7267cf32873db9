import assert from "node:assert/strict";
import { counted } from "../../../text/count";

describe("a number of things", () => {
    for (const [number, expected] of [
        [0, "0 advisories"],
        [1, "1 advisory"],
        [2, "2 advisories"],
    ] as const) {
        it(`reads as a person would say it: ${expected}`, () => {
            assert.equal(counted(number, "advisory", "advisories"), expected);
        });
    }

    it("takes an s where no other word is given", () => {
        assert.equal(counted(1, "difference"), "1 difference");
        assert.equal(counted(3, "difference"), "3 differences");
    });
});
