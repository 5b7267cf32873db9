import assert from "node:assert/strict";
import * as fc from "fast-check";
import { clip, listed, visible } from "../../../text/clip";

describe("audit reports: text of a host", () => {
    it("shows what would not be seen, or would act on a terminal", () => {
        assert.equal(visible("a\u001b[2Jb"), "a\\u{1b}[2Jb");
        assert.equal(visible("\u202egnp.exe\u2028\u0000\ud800"), "\\u{202e}gnp.exe\\u{2028}\\u{0}\\u{d800}");
        assert.equal(visible("Größe 大 😀"), "Größe 大 😀");
    });

    it("is cut to a length, and says how much is missing", () => {
        assert.equal(clip("abc", 3), "abc");
        assert.equal(clip("abcd", 3), "abc… (1 more character)");
        assert.equal(clip("😀😀😀", 2), "😀😀… (2 more characters)");
        assert.ok(clip("x".repeat(1_000_000), 80).length < 120);
    });

    it("never keeps a control character, and never halves another", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), fc.nat(20), (text, length) => {
                const shown = clip(text, length);
                assert.doesNotMatch(shown, /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u);
            }),
        );
    });

    it("names the first of many", () => {
        assert.equal(listed(["a", "b"], 2), "a, b");
        assert.equal(listed(["a", "b", "c"], 2), "a, b and 1 more");
    });
});
