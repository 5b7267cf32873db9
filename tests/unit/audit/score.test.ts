import assert from "node:assert/strict";
import { maximumScoreOf, scoreOf, scoreText } from "../../../audit/score";

describe("the audit's score", () => {
    const results = [
        { scored: true, result: "PASS" },
        { scored: true, result: "PASS" },
        { scored: true, result: "PASS" },
        { scored: true, result: "WARN" },
        { scored: true, result: "INFO" },
        { scored: true, result: "NOTE" },
        { scored: true, result: "unknown" },
        { scored: true, result: undefined },
        { scored: false, result: "PASS" },
        { scored: false, result: "PASS" },
        { scored: false, result: "WARN" },
    ] as const;

    it("is what passes less what warns, of scored checks alone", () => {
        assert.equal(scoreOf(results), 2);
        assert.equal(scoreOf([{ scored: true, result: "WARN" }]), -1);
        assert.equal(scoreOf([]), 0);
    });

    it("is shown with the number of scored checks, the most that it could be", () => {
        assert.equal(scoreText(scoreOf(results), maximumScoreOf(results)), "2 of 8");
    });
});
