import assert from "node:assert/strict";
import { Drops } from "../../../../scan/mirror/drops";

describe("what is left out of carried data", () => {
    it("acts on no terminal, and forges no line", () => {
        const drops = new Drops();
        const file = "a\u001b[2J";
        drops.add(file, "GO-1\nother\tGO-2", "it is \u202eodd");
        drops.add("b", "GO-3", "it was withdrawn");
        assert.equal(
            drops.list(),
            "a\\u{1b}[2J\tGO-1\\u{a}other\\u{9}GO-2\tit is \\u{202e}odd\nb\tGO-3\tit was withdrawn\n",
        );
        const line = "a\\u{1b}[2J: 1 left out, because it is \\u{202e}odd: GO-1\\u{a}other\\u{9}GO-2";
        assert.deepEqual(drops.summary(file), [line]);
        assert.equal(
            drops.nothingLeft(file, "Go").message,
            `a\\u{1b}[2J: nothing is left of it (Go); ${line}`,
        );
    });
});
